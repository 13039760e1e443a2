using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpStack.Libp2p.Multiformats;

/// <summary>
/// IP addresses as multiaddrs write them. The BCL's parser also takes "1", "0x7f.1", zones, brackets and ports, and its formatter
/// writes more than the v4-mapped addresses in dotted form; both are narrowed here to what go's net package does.
/// </summary>
internal static class IpText
{
    private const int Groups = 8;
    private static readonly SearchValues<char> Ip6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool TryParse4(ReadOnlySpan<char> text, Span<byte> value) =>
        IPAddress.TryParse(text, out IPAddress? address)
        && address.AddressFamily == AddressFamily.InterNetwork
        && text.SequenceEqual(address.ToString())
        && address.TryWriteBytes(value, out _);

    public static bool TryParse6(ReadOnlySpan<char> text, Span<byte> value) =>
        !text.ContainsAnyExcept(Ip6Characters)
        && IPAddress.TryParse(text, out IPAddress? address)
        && address.AddressFamily == AddressFamily.InterNetworkV6
        && address.TryWriteBytes(value, out _);

    public static string Format4(ReadOnlySpan<byte> value) => new IPAddress(value).ToString();

    /// <summary>RFC 5952: lower case, the longest run of two or more zero groups as "::", and only v4-mapped addresses dotted.</summary>
    public static string Format6(ReadOnlySpan<byte> value)
    {
        IPAddress address = new(value);
        if (address.IsIPv4MappedToIPv6)
        {
            return "::ffff:" + address.MapToIPv4();
        }

        Span<ushort> groups = stackalloc ushort[Groups];
        for (int i = 0; i < Groups; i++)
        {
            groups[i] = BinaryPrimitives.ReadUInt16BigEndian(value[(2 * i)..]);
        }

        (int start, int length) = LongestZeroRun(groups);
        StringBuilder text = new();
        for (int i = 0; i < Groups; i++)
        {
            if (i == start)
            {
                text.Append("::");
                i += length - 1;
                continue;
            }

            if (i > 0 && i != start + length)
            {
                text.Append(':');
            }

            text.Append(CultureInfo.InvariantCulture, $"{groups[i]:x}");
        }

        return text.ToString();
    }

    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<ushort> groups)
    {
        (int Start, int Length) best = (-1, 1);
        for (int i = 0; i < groups.Length; i++)
        {
            int end = i;
            while (end < groups.Length && groups[end] == 0)
            {
                end++;
            }

            if (end - i > best.Length)
            {
                best = (i, end - i);
            }
        }

        return best.Start < 0 ? (-1, 0) : best;
    }
}
