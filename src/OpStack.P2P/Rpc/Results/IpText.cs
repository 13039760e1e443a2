using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace OpStack.P2P.Rpc.Results;

/// <summary>IP addresses and subnets as Go reads them: no octal parts, no short forms, no scope.</summary>
internal static class IpText
{
    /// <summary>A dotted quad or an IPv6 address, without brackets or scope.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text is null || text.AsSpan().ContainsAny('%', '[', ']') || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }

        // .NET reads "1", "0x7f.1" and "010.0.0.1" as IPv4; the one text that it also writes is the dotted quad.
        if (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text)
        {
            return false;
        }

        address = parsed;
        return true;
    }

    /// <summary>address/length; bits behind the length are cleared, as Go does.</summary>
    public static bool TryParseSubnet(string? text, out IPNetwork subnet)
    {
        subnet = default;
        int slash = text?.IndexOf('/') ?? -1;
        if (slash < 0 || !TryParse(text![..slash], out IPAddress? address))
        {
            return false;
        }

        ReadOnlySpan<char> length = text.AsSpan(slash + 1);
        bool isPlain = length.Length is > 0 and <= 3 && !length.ContainsAnyExceptInRange('0', '9') && (length.Length == 1 || length[0] != '0');
        return isPlain && TryMask(address, int.Parse(length, System.Globalization.CultureInfo.InvariantCulture), out subnet);
    }

    /// <summary>The subnet of a length that an address lies in; false for a length the family does not have.</summary>
    public static bool TryMask(IPAddress address, int length, out IPNetwork subnet)
    {
        subnet = default;
        byte[] bytes = address.GetAddressBytes();
        if (length < 0 || length > bytes.Length * 8)
        {
            return false;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff00 >> kept);
        }

        subnet = new IPNetwork(new IPAddress(bytes), length);
        return true;
    }
}
