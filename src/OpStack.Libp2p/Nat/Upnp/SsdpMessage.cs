using System.Net;
using System.Text;

namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>The search of SSDP and its answers (UPnP Device Architecture 1.1, section 1.3). A pure codec.</summary>
internal static class SsdpMessage
{
    /// <summary>What is searched for. A gateway of version 2 answers both; some answer only their own.</summary>
    public static readonly string[] Targets =
        ["urn:schemas-upnp-org:device:InternetGatewayDevice:1", "urn:schemas-upnp-org:device:InternetGatewayDevice:2"];

    /// <summary>A search, to be sent to <paramref name="destination"/>.</summary>
    public static byte[] WriteSearch(IPEndPoint destination, string target) => Encoding.ASCII.GetBytes(
        $"M-SEARCH * HTTP/1.1\r\nHOST: {destination}\r\nMAN: \"ssdp:discover\"\r\nMX: {UpnpLimits.SearchSpreadSeconds}\r\nST: {target}\r\n\r\n");

    /// <summary>
    /// Reads where an answer says the device is described; false for anything but an answer to one of our searches with an absolute URL.
    /// </summary>
    public static bool TryReadAnswer(ReadOnlySpan<byte> message, out Uri location)
    {
        location = null!;
        if (message.Length > UpnpLimits.MaxSsdpAnswer)
        {
            return false;
        }

        string[] lines = Encoding.Latin1.GetString(message).Split('\n', UpnpLimits.MaxHeaderLines + 1);
        if (!IsOk(lines[0]))
        {
            return false;
        }

        string? url = null, target = null;
        foreach (string line in lines.Skip(1).Take(UpnpLimits.MaxHeaderLines - 1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string name = colon < 0 ? "" : line[..colon].Trim();
            if (name.Equals("LOCATION", StringComparison.OrdinalIgnoreCase))
            {
                url = line[(colon + 1)..].Trim();
            }
            else if (name.Equals("ST", StringComparison.OrdinalIgnoreCase))
            {
                target = line[(colon + 1)..].Trim();
            }
        }

        return url is { Length: <= UpnpLimits.MaxUrl } && Targets.Contains(target) && Uri.TryCreate(url, UriKind.Absolute, out location!);
    }

    private static bool IsOk(string line) =>
        line.StartsWith("HTTP/1.", StringComparison.OrdinalIgnoreCase) && line.Split(' ', 3) is [_, "200", ..];
}
