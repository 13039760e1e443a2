using System.Buffers.Binary;
using System.Net;

namespace OpStack.Libp2p.Nat.Pcp;

/// <summary>The MAP request of PCP and its answer (RFC 6887 sections 7 and 11). A pure codec.</summary>
internal static class PcpMessage
{
    public const int NonceSize = 12;

    private const byte Version = 2;
    private const byte MapOpcode = 1;
    private const byte ResponseBit = 0x80;
    private const int HeaderSize = 24;
    private const int MapSize = HeaderSize + 36;

    // Within the MAP part, which begins behind the header.
    private const int ProtocolAt = HeaderSize + NonceSize;
    private const int InternalPortAt = ProtocolAt + 4;
    private const int ExternalPortAt = InternalPortAt + 2;
    private const int ExternalAddressAt = ExternalPortAt + 2;

    /// <summary>A request to map a port, to renew its mapping, or, with a lifetime of zero, to end it.</summary>
    /// <param name="client">Our IPv4 address as the server sees it: it compares.</param>
    /// <param name="nonce">12 random bytes, the same for everything about one mapping.</param>
    /// <param name="port">The port of ours.</param>
    /// <param name="lifetime">Whole seconds are sent.</param>
    /// <param name="suggested">The external endpoint we would like; address 0.0.0.0 and port 0 for any.</param>
    public static byte[] WriteMap(IPAddress client, ReadOnlySpan<byte> nonce, PortToMap port, TimeSpan lifetime, IPEndPoint suggested)
    {
        byte[] message = new byte[MapSize];
        message[0] = Version;
        message[1] = MapOpcode;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), (uint)lifetime.TotalSeconds);
        client.MapToIPv6().TryWriteBytes(message.AsSpan(8), out _);
        nonce.CopyTo(message.AsSpan(HeaderSize));
        message[ProtocolAt] = (byte)port.Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(InternalPortAt), (ushort)port.InternalPort);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(ExternalPortAt), (ushort)suggested.Port);
        suggested.Address.MapToIPv6().TryWriteBytes(message.AsSpan(ExternalAddressAt), out _);
        return message;
    }

    /// <summary>Reads the answer to <paramref name="request"/>, as <see cref="WriteMap"/> wrote it; false for anything else.</summary>
    public static bool TryReadMap(ReadOnlySpan<byte> message, ReadOnlySpan<byte> request, out PcpMapAnswer answer)
    {
        answer = null!;
        if (IsOtherVersion(message))
        {
            // A server of another version knows only its own header: there is no nonce to compare (RFC 6887 section 9 and appendix A).
            answer = new PcpMapAnswer(PcpResult.UnsupportedVersion, TimeSpan.Zero, 0, null);
            return true;
        }

        // Nonce, protocol and internal port say whether it is ours.
        if (message.Length < MapSize
            || message.Length > NatLimits.MaxDatagram
            || message.Length % 4 != 0
            || message[0] != Version
            || message[1] != (ResponseBit | MapOpcode)
            || !message[HeaderSize..(ProtocolAt + 1)].SequenceEqual(request[HeaderSize..(ProtocolAt + 1)])
            || !message.Slice(InternalPortAt, 2).SequenceEqual(request.Slice(InternalPortAt, 2)))
        {
            return false;
        }

        PcpResult result = (PcpResult)message[3];
        IPEndPoint? external = null;
        if (result == PcpResult.Success && !TryReadExternal(message, out external))
        {
            return false;
        }

        TimeSpan lifetime = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(message[4..]));
        answer = new PcpMapAnswer(result, lifetime, BinaryPrimitives.ReadUInt32BigEndian(message[8..]), external);
        return true;
    }

    /// <summary>
    /// UNSUPP_VERSION, from a server that speaks another version of PCP (24 bytes) or only NAT-PMP (version 0, 8 bytes or more; the result is
    /// the second half of a 16-bit number there).
    /// </summary>
    private static bool IsOtherVersion(ReadOnlySpan<byte> message) =>
        message.Length >= 8 && message[0] != Version && (message[1] & ResponseBit) != 0 && message[3] == (byte)PcpResult.UnsupportedVersion;

    private static bool TryReadExternal(ReadOnlySpan<byte> message, out IPEndPoint? external)
    {
        IPAddress address = new(message.Slice(ExternalAddressAt, 16));
        int port = BinaryPrimitives.ReadUInt16BigEndian(message[ExternalPortAt..]);
        external = address.IsIPv4MappedToIPv6 ? new IPEndPoint(address.MapToIPv4(), port) : null;
        return external is not null;
    }
}
