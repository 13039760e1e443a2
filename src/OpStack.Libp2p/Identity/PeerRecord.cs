using System.Diagnostics.CodeAnalysis;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Identity;

/// <summary>The addresses that a peer itself vouches for (libp2p RFC 0003, wire.md 1.3).</summary>
/// <param name="Peer">Whose addresses; always the signer.</param>
/// <param name="Sequence">Grows with every change: the record with the higher number replaces the other. Nanoseconds of the wall clock at most nodes.</param>
/// <param name="Addresses">Without /p2p; at most 500. Those we cannot read, and those that name another peer, are left out.</param>
internal sealed record PeerRecord(PeerId Peer, ulong Sequence, IReadOnlyList<Multiaddr> Addresses)
{
    private const string Domain = "libp2p-peer-record";
    private const int PeerField = 1;
    private const int SequenceField = 2;
    private const int AddressField = 3;
    private const int MultiaddrField = 1;

    private static ReadOnlySpan<byte> PayloadType => [0x03, 0x01];

    /// <summary>Our own record in its envelope.</summary>
    public static byte[] Seal(KeyPair signer, ulong sequence, IReadOnlyList<Multiaddr> addresses)
    {
        ReadOnlySpan<byte> peer = signer.PeerId.Bytes.Span;
        int size = ProtobufSize.Bytes(PeerField, peer.Length) + ProtobufSize.Varint(SequenceField, sequence);
        foreach (Multiaddr address in addresses)
        {
            size += ProtobufSize.Bytes(AddressField, ProtobufSize.Bytes(MultiaddrField, address.Bytes.Length));
        }

        byte[] record = new byte[size];
        ProtobufWriter writer = new(record);
        writer.WriteBytes(PeerField, peer);
        writer.WriteVarint(SequenceField, sequence);
        foreach (Multiaddr address in addresses)
        {
            writer.WriteHeader(AddressField, ProtobufSize.Bytes(MultiaddrField, address.Bytes.Length));
            writer.WriteBytes(MultiaddrField, address.Bytes.Span);
        }

        return SignedEnvelope.Seal(signer, Domain, PayloadType, record);
    }

    /// <summary>Reads a record in its envelope; false unless it is signed by the peer it speaks of (RUSTSEC-2022-0009).</summary>
    public static bool TryOpen(ReadOnlySpan<byte> envelope, [NotNullWhen(true)] out PeerRecord? record)
    {
        record = null;
        return SignedEnvelope.TryOpen(envelope, Domain, PayloadType, out SignedEnvelope? opened)
            && TryRead(opened.Payload.Span, opened.Signer.PeerId, out record);
    }

    private static bool TryRead(ReadOnlySpan<byte> message, PeerId signer, [NotNullWhen(true)] out PeerRecord? record)
    {
        record = null;
        PeerId? peer = null;
        ulong sequence = 0;
        List<Multiaddr> addresses = [];
        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            bool read = (field, wireType) switch
            {
                (PeerField, ProtobufWireType.Bytes) => reader.TryReadBytes(out ReadOnlySpan<byte> id) && PeerId.TryDecode(id, out peer),
                (SequenceField, ProtobufWireType.Varint) => reader.TryReadVarint(out sequence),
                (AddressField, ProtobufWireType.Bytes) => reader.TryReadBytes(out ReadOnlySpan<byte> info) && TryAddAddress(info, signer, addresses),
                _ => reader.TrySkip(wireType),
            };
            if (!read)
            {
                return false;
            }
        }

        if (!signer.Equals(peer))
        {
            return false;
        }

        record = new PeerRecord(signer, sequence, addresses);
        return true;
    }

    /// <summary>False only when the message is malformed; an address of no use is passed over.</summary>
    private static bool TryAddAddress(ReadOnlySpan<byte> info, PeerId signer, List<Multiaddr> addresses)
    {
        ProtobufReader reader = new(info);
        ReadOnlySpan<byte> address = default;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType)
                || !((field, wireType) == (MultiaddrField, ProtobufWireType.Bytes) ? reader.TryReadBytes(out address) : reader.TrySkip(wireType)))
            {
                return false;
            }
        }

        if (addresses.Count < IdentityLimits.MaxRecordAddresses && Multiaddr.TryDecodeOwn(address, signer, out Multiaddr? own))
        {
            addresses.Add(own);
        }

        return true;
    }
}
