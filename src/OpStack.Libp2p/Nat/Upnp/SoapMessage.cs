using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>
/// Requests to a gateway's WAN connection service and their answers (UPnP Device Architecture 1.1, section 3; WANIPConnection:1 and :2). A
/// pure codec.
/// </summary>
internal static class SoapMessage
{
    public const string GetExternalIPAddress = "GetExternalIPAddress";
    public const string AddPortMapping = "AddPortMapping";
    public const string AddAnyPortMapping = "AddAnyPortMapping";
    public const string DeletePortMapping = "DeletePortMapping";

    /// <summary>Asks for the external address.</summary>
    public static byte[] WriteGetExternalAddress(string service) => Write(service, GetExternalIPAddress, "");

    /// <summary>Asks for a mapping.</summary>
    /// <param name="service">The type of the service asked.</param>
    /// <param name="action">AddPortMapping, or AddAnyPortMapping, whose answer names the port.</param>
    /// <param name="port">The port of ours.</param>
    /// <param name="externalPort">The external port.</param>
    /// <param name="client">Our address inside.</param>
    /// <param name="lease">Whole seconds are sent; zero is forever.</param>
    /// <param name="description">Letters, digits, spaces, points, hyphens and underscores: it is not escaped.</param>
    public static byte[] WriteAdd(
        string service, string action, PortToMap port, int externalPort, IPAddress client, TimeSpan lease, string description) => Write(
        service,
        action,
        $"<NewRemoteHost></NewRemoteHost><NewExternalPort>{externalPort}</NewExternalPort><NewProtocol>{NameOf(port)}</NewProtocol>" +
        $"<NewInternalPort>{port.InternalPort}</NewInternalPort><NewInternalClient>{client}</NewInternalClient><NewEnabled>1</NewEnabled>" +
        $"<NewPortMappingDescription>{description}</NewPortMappingDescription><NewLeaseDuration>{(uint)lease.TotalSeconds}</NewLeaseDuration>");

    /// <summary>Asks for the end of a mapping.</summary>
    public static byte[] WriteDelete(string service, PortToMap port, int externalPort) => Write(
        service,
        DeletePortMapping,
        $"<NewRemoteHost></NewRemoteHost><NewExternalPort>{externalPort}</NewExternalPort><NewProtocol>{NameOf(port)}</NewProtocol>");

    /// <summary>Reads the answer to any of them; false for what is neither an answer nor a fault with a code.</summary>
    public static bool TryRead(ReadOnlySpan<byte> document, out SoapAnswer answer)
    {
        string action = "";
        string? address = null, port = null, error = null;
        bool read = BoundedXml.TryWalk(
            document,
            (name, text) => _ = name switch
            {
                "NewExternalIPAddress" => address = text,
                "NewReservedPort" => port = text,
                "errorCode" => error = text,
                _ => "",
            },
            name => action = name.EndsWith("Response", StringComparison.Ordinal) ? name[..^"Response".Length] : action);
        answer = new SoapAnswer(action, ToNumber(error), ToAddress(address), ToNumber(port) is > 0 and <= ushort.MaxValue and var p ? p : null);
        return read && (answer.ErrorCode is not null || action.Length > 0);
    }

    private static int? ToNumber(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>An IPv4 address in the usual form; gateways say 0.0.0.0 or nothing while they have none.</summary>
    private static IPAddress? ToAddress(string? text) =>
        IPAddress.TryParse(text, out IPAddress? address)
        && address.AddressFamily == AddressFamily.InterNetwork
        && !address.Equals(IPAddress.Any)
        && address.ToString() == text
            ? address
            : null;

    private static string NameOf(PortToMap port) => port.Protocol == TransportProtocol.Udp ? "UDP" : "TCP";

    private static byte[] Write(string service, string action, string arguments) => Encoding.UTF8.GetBytes(
        "<?xml version=\"1.0\"?>\r\n" +
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">" +
        $"<s:Body><u:{action} xmlns:u=\"{service}\">{arguments}</u:{action}></s:Body></s:Envelope>");
}

/// <summary>What a WAN connection service says.</summary>
/// <param name="Action">The action it is the answer to; empty for a fault.</param>
/// <param name="ErrorCode">The UPnP error; null when there is none.</param>
/// <param name="ExternalAddress">The external address, when it was asked for and there is one.</param>
/// <param name="ReservedPort">The external port given, when it was the gateway's to choose.</param>
internal sealed record SoapAnswer(string Action, int? ErrorCode, IPAddress? ExternalAddress, int? ReservedPort);
