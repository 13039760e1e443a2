using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>The messages of AutoNAT (libp2p specs, autonat v1). A pure codec.</summary>
internal static class AutoNatMessage
{
    private const int TypeField = 1;
    private const int DialField = 2;
    private const int DialResponseField = 3;
    private const int PeerField = 1;
    private const int IdField = 1;
    private const int AddressField = 2;
    private const int StatusField = 1;
    private const int StatusTextField = 2;
    private const int ResponseAddressField = 3;

    private const ulong DialType = 0;
    private const ulong DialResponseType = 1;

    /// <summary>
    /// Reads a DIAL request; false for another message and for malformed protobuf. Embedded messages that come several times are merged, as
    /// protobuf has it.
    /// </summary>
    public static bool TryReadDial(ReadOnlySpan<byte> message, out AutoNatDial dial)
    {
        dial = new AutoNatDial();
        ulong type = DialType;
        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            bool read = (field, wireType) switch
            {
                (TypeField, ProtobufWireType.Varint) => reader.TryReadVarint(out type),
                (DialField, ProtobufWireType.Bytes) => reader.TryReadBytes(out ReadOnlySpan<byte> value) && TryMergeDial(value, dial),
                _ => reader.TrySkip(wireType),
            };
            if (!read)
            {
                return false;
            }
        }

        return type == DialType;
    }

    /// <summary>A DIAL_RESPONSE.</summary>
    /// <param name="status">The verdict.</param>
    /// <param name="text">Its reason; left out when empty.</param>
    /// <param name="address">Where the peer was reached; null unless it was.</param>
    public static byte[] WriteResponse(AutoNatStatus status, string text, Multiaddr? address)
    {
        int inner = ProtobufSize.Varint(StatusField, (ulong)status)
            + (text.Length == 0 ? 0 : ProtobufSize.String(StatusTextField, text))
            + (address is null ? 0 : ProtobufSize.Bytes(ResponseAddressField, address.Bytes.Length));
        byte[] message = new byte[ProtobufSize.Varint(TypeField, DialResponseType) + ProtobufSize.Bytes(DialResponseField, inner)];
        ProtobufWriter writer = new(message);
        writer.WriteVarint(TypeField, DialResponseType);
        writer.WriteHeader(DialResponseField, inner);
        writer.WriteVarint(StatusField, (ulong)status);
        if (text.Length > 0)
        {
            writer.WriteString(StatusTextField, text);
        }

        if (address is not null)
        {
            writer.WriteBytes(ResponseAddressField, address.Bytes.Span);
        }

        return message;
    }

    private static bool TryMergeDial(ReadOnlySpan<byte> message, AutoNatDial dial)
    {
        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            bool read = (field, wireType) == (PeerField, ProtobufWireType.Bytes)
                ? reader.TryReadBytes(out ReadOnlySpan<byte> value) && TryMergePeer(value, dial)
                : reader.TrySkip(wireType);
            if (!read)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryMergePeer(ReadOnlySpan<byte> message, AutoNatDial dial)
    {
        dial.HasPeer = true;
        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType wireType))
            {
                return false;
            }

            if (wireType != ProtobufWireType.Bytes || field is not (IdField or AddressField))
            {
                if (!reader.TrySkip(wireType))
                {
                    return false;
                }
            }
            else if (!reader.TryReadBytes(out ReadOnlySpan<byte> value))
            {
                return false;
            }
            else if (field == IdField)
            {
                dial.HasId = true;
                dial.Id = PeerId.TryDecode(value, out PeerId? id) ? id : null;
            }
            else if (Multiaddr.TryDecode(value, out Multiaddr? address))
            {
                // Bounded by the message: an address takes at least three bytes of it. What cannot be read cannot be dialled either.
                dial.Addresses.Add(address);
            }
        }

        return true;
    }
}

/// <summary>A request to be dialled back.</summary>
internal sealed class AutoNatDial
{
    /// <summary>Whether it says anything of the peer.</summary>
    public bool HasPeer { get; set; }

    /// <summary>Whether it says who the peer is.</summary>
    public bool HasId { get; set; }

    /// <summary>Who it says the peer is; null when that is no peer id, or nothing.</summary>
    public PeerId? Id { get; set; }

    /// <summary>Where it says the peer is: those addresses that can be read.</summary>
    public List<Multiaddr> Addresses { get; } = [];
}
