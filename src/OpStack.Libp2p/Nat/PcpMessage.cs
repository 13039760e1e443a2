using System.Buffers.Binary;
using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>The datagrams of PCP's MAP (RFC 6887 7 and 11). Pure.</summary>
internal static class PcpMessage
{
    /// <summary>Bytes of the nonce by which an answer is known.</summary>
    public const int NonceSize = 12;

    private const byte Version = 2, Map = 1, AnswerBit = 0x80;
    private const int HeaderSize = 24, Size = 60;

    /// <summary>Asks for a mapping; a lifetime of zero gives it back (15).</summary>
    public static byte[] AskMapping(MappedPort port, IPAddress client, IPEndPoint suggested, TimeSpan lifetime, ReadOnlySpan<byte> nonce)
    {
        byte[] request = new byte[Size];
        request[0] = Version;
        request[1] = Map;
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), (uint)lifetime.TotalSeconds);
        client.MapToIPv6().TryWriteBytes(request.AsSpan(8), out _);
        Span<byte> map = request.AsSpan(HeaderSize);
        nonce.CopyTo(map);
        map[12] = ProtocolOf(port.Protocol);
        BinaryPrimitives.WriteUInt16BigEndian(map[16..], (ushort)port.Port);
        BinaryPrimitives.WriteUInt16BigEndian(map[18..], (ushort)suggested.Port);
        suggested.Address.MapToIPv6().TryWriteBytes(map[20..], out _);
        return request;
    }

    /// <summary>
    /// Whether it answers <see cref="AskMapping"/> with this nonce for this port; the result is 0 for success, and only then is there a mapping. A
    /// gateway of NAT-PMP alone answers with result 1, unsupported version, in its own version (RFC 6887 9).
    /// </summary>
    public static bool TryReadMapping(
        ReadOnlySpan<byte> answer, MappedPort port, ReadOnlySpan<byte> nonce, out int result, out IPEndPoint? external, out TimeSpan lifetime)
    {
        (result, external, lifetime) = (0, null, default);
        if (answer.Length >= 4 && answer[0] != Version)
        {
            result = 1;
            return true;
        }

        if (answer.Length < Size || answer[1] != (AnswerBit | Map))
        {
            return false;
        }

        ReadOnlySpan<byte> map = answer[HeaderSize..];
        if (!map[..NonceSize].SequenceEqual(nonce) || map[12] != ProtocolOf(port.Protocol) || BinaryPrimitives.ReadUInt16BigEndian(map[16..]) != port.Port)
        {
            return false;
        }

        result = answer[3];
        lifetime = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(answer[4..]));
        IPAddress address = new(map.Slice(20, 16));
        external = new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, BinaryPrimitives.ReadUInt16BigEndian(map[18..]));
        return true;
    }

    private static byte ProtocolOf(MappedProtocol protocol) => protocol == MappedProtocol.Udp ? (byte)17 : (byte)6;
}
