using System.Buffers.Binary;
using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>The datagrams of NAT-PMP (RFC 6886). Pure.</summary>
internal static class NatPmpMessage
{
    private const int AddressAnswerSize = 12, MapAnswerSize = 16, MapSize = 12;
    private const byte AnswerBit = 128;

    /// <summary>Asks for the external address (RFC 6886 3.2).</summary>
    public static byte[] AskAddress() => [0, 0];

    /// <summary>Asks for a mapping (3.3); with a lifetime of zero and no external port it is given back (3.4).</summary>
    public static byte[] AskMapping(MappedPort port, int externalPort, TimeSpan lifetime)
    {
        byte[] request = new byte[MapSize];
        request[1] = OpcodeOf(port.Protocol);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(4), (ushort)port.Port);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), (ushort)externalPort);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(8), (uint)lifetime.TotalSeconds);
        return request;
    }

    /// <summary>Whether it answers <see cref="AskAddress"/>; the result is 0 for success, and only then is there an address.</summary>
    public static bool TryReadAddress(ReadOnlySpan<byte> answer, out int result, out IPAddress address)
    {
        address = IPAddress.None;
        if (!TryReadHead(answer, 0, out result) || (result == 0 && answer.Length < AddressAnswerSize))
        {
            return false;
        }

        address = result == 0 ? new IPAddress(answer.Slice(8, 4)) : address;
        return true;
    }

    /// <summary>Whether it answers <see cref="AskMapping"/> for this port; the result is 0 for success, and only then is there a mapping.</summary>
    public static bool TryReadMapping(ReadOnlySpan<byte> answer, MappedPort port, out int result, out int externalPort, out TimeSpan lifetime)
    {
        (externalPort, lifetime) = (0, default);
        if (!TryReadHead(answer, OpcodeOf(port.Protocol), out result))
        {
            return false;
        }

        if (result != 0)
        {
            return true;
        }

        if (answer.Length < MapAnswerSize || BinaryPrimitives.ReadUInt16BigEndian(answer[8..]) != port.Port)
        {
            return false;
        }

        externalPort = BinaryPrimitives.ReadUInt16BigEndian(answer[10..]);
        lifetime = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(answer[12..]));
        return true;
    }

    private static bool TryReadHead(ReadOnlySpan<byte> answer, byte opcode, out int result)
    {
        result = 0;
        if (answer.Length < 8 || answer[0] != 0 || answer[1] != AnswerBit + opcode)
        {
            return false;
        }

        result = BinaryPrimitives.ReadUInt16BigEndian(answer[2..]);
        return true;
    }

    private static byte OpcodeOf(MappedProtocol protocol) => protocol == MappedProtocol.Udp ? (byte)1 : (byte)2;
}
