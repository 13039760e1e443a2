using System.Buffers.Binary;
using System.Net;

namespace OpStack.Libp2p.Nat.NatPmp;

/// <summary>The two requests of NAT-PMP and their answers (RFC 6886 sections 3.2 and 3.3). A pure codec.</summary>
internal static class NatPmpMessage
{
    private const byte Version = 0;
    private const byte AddressOpcode = 0;
    private const byte MapUdpOpcode = 1;
    private const byte MapTcpOpcode = 2;
    private const byte ResponseBit = 0x80;
    private const int ErrorSize = 8;
    private const int AddressAnswerSize = 12;
    private const int MapAnswerSize = 16;

    /// <summary>Asks for the external address.</summary>
    public static byte[] WriteAddress() => [Version, AddressOpcode];

    /// <summary>Asks for a mapping, its renewal or, with a lifetime of zero (and then no external port), its end.</summary>
    public static byte[] WriteMap(PortToMap port, TimeSpan lifetime, int externalPort)
    {
        byte[] message = new byte[12];
        message[0] = Version;
        message[1] = OpcodeOf(port);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)port.InternalPort);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)externalPort);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), (uint)lifetime.TotalSeconds);
        return message;
    }

    /// <summary>Reads the answer to <see cref="WriteAddress"/>; false for anything else.</summary>
    public static bool TryReadAddress(ReadOnlySpan<byte> message, out NatPmpAddressAnswer answer)
    {
        bool read = TryReadHeader(message, AddressOpcode, AddressAnswerSize, out NatPmpResult result, out uint epoch);
        answer = new NatPmpAddressAnswer(result, epoch, read && result == NatPmpResult.Success ? new IPAddress(message.Slice(8, 4)) : null);
        return read;
    }

    /// <summary>Reads the answer to <see cref="WriteMap"/> for <paramref name="port"/>; false for anything else.</summary>
    public static bool TryReadMap(ReadOnlySpan<byte> message, PortToMap port, out NatPmpMapAnswer answer)
    {
        answer = null!;
        if (!TryReadHeader(message, OpcodeOf(port), MapAnswerSize, out NatPmpResult result, out uint epoch))
        {
            return false;
        }

        // An error may come without the rest; where the port is told, it says whose answer it is.
        bool isWhole = message.Length >= MapAnswerSize;
        if (isWhole && BinaryPrimitives.ReadUInt16BigEndian(message[8..]) != port.InternalPort)
        {
            return false;
        }

        answer = result == NatPmpResult.Success
            ? new NatPmpMapAnswer(
                result,
                epoch,
                BinaryPrimitives.ReadUInt16BigEndian(message[10..]),
                TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(message[12..])))
            : new NatPmpMapAnswer(result, epoch, 0, TimeSpan.Zero);
        return true;
    }

    private static byte OpcodeOf(PortToMap port) => port.Protocol == TransportProtocol.Udp ? MapUdpOpcode : MapTcpOpcode;

    private static bool TryReadHeader(ReadOnlySpan<byte> message, byte opcode, int size, out NatPmpResult result, out uint epoch)
    {
        result = default;
        epoch = 0;
        if (message.Length < ErrorSize || message.Length > size || message[0] != Version || message[1] != (ResponseBit | opcode))
        {
            return false;
        }

        result = (NatPmpResult)BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        epoch = BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
        return message.Length == size || result != NatPmpResult.Success;
    }
}
