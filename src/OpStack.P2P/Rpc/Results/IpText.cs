using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace OpStack.P2P.Rpc.Results;

/// <summary>IP addresses and subnets as Go reads them: no octal parts, no short forms, no scope.</summary>
internal static class IpText
{
    /// <summary>Bits before the IPv4 address in one of IPv4 in IPv6 (RFC 4291 2.5.5.2).</summary>
    private const int MappedBits = 96;

    /// <summary>A dotted quad or an IPv6 address, without brackets or scope; one of IPv4 in IPv6 (::ffff:1.2.3.4) is that of IPv4, as in Go.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (!TryParseAsWritten(text, out address))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return true;
    }

    /// <summary>address/length; bits behind the length are cleared, as Go does. IPv4 in IPv6 is the subnet of IPv4 that it means.</summary>
    public static bool TryParseSubnet(string? text, out IPNetwork subnet)
    {
        subnet = default;
        int slash = text?.IndexOf('/') ?? -1;
        if (slash < 0 || !TryParseAsWritten(text![..slash], out IPAddress? address))
        {
            return false;
        }

        ReadOnlySpan<char> length = text.AsSpan(slash + 1);
        bool isPlain = length.Length is > 0 and <= 3 && !length.ContainsAnyExceptInRange('0', '9') && (length.Length == 1 || length[0] != '0');
        if (!isPlain)
        {
            return false;
        }

        int bits = int.Parse(length, System.Globalization.CultureInfo.InvariantCulture);
        return address.IsIPv4MappedToIPv6 && bits is >= MappedBits and <= 128
            ? TryMask(address.MapToIPv4(), bits - MappedBits, out subnet)
            : TryMask(address, bits, out subnet);
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

    private static bool TryParseAsWritten(string? text, [NotNullWhen(true)] out IPAddress? address)
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
}
