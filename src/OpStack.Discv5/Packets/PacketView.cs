using System.Buffers.Binary;
using OpStack.Primitives;

namespace OpStack.Discv5.Packets;

/// <summary>
/// A packet taken apart and not yet believed: nothing in it is authenticated before the message is decrypted. Lies over the scratch and the
/// datagram given to <see cref="PacketReader"/> and is valid as long as they are unchanged.
/// </summary>
internal readonly ref struct PacketView
{
    private readonly ReadOnlySpan<byte> _header;

    /// <param name="header">Masking-iv and unmasked header; the sizes within are checked.</param>
    /// <param name="message">What stands behind it.</param>
    internal PacketView(ReadOnlySpan<byte> header, ReadOnlySpan<byte> message)
    {
        _header = header;
        Message = message;
    }

    /// <summary>The kind of packet.</summary>
    internal PacketFlag Flag => (PacketFlag)_header[PacketLimits.MaskingIvSize + PacketLayout.FlagOffset];

    /// <summary>The packet's nonce; of a WHOAREYOU the nonce of the packet it answers.</summary>
    internal PacketNonce Nonce =>
        new(_header.Slice(PacketLimits.MaskingIvSize + PacketLayout.NonceOffset, PacketLimits.NonceSize));

    /// <summary>Masking-iv and unmasked header: the associated data of the message; of a WHOAREYOU the challenge data, 63 bytes.</summary>
    internal ReadOnlySpan<byte> AssociatedData => _header;

    /// <summary>The encrypted message and its tag, at least 16 bytes; empty on a WHOAREYOU.</summary>
    internal ReadOnlySpan<byte> Message { get; }

    /// <summary>Who a message or handshake says it is from.</summary>
    internal NodeId Source => new(new Hash256(AuthData[..NodeId.Size]));

    /// <summary>Of a WHOAREYOU: the sequence number of the record the sender has of us, 0 if none.</summary>
    internal ulong EnrSequence => BinaryPrimitives.ReadUInt64BigEndian(AuthData[PacketLimits.IdNonceSize..]);

    /// <summary>Of a handshake: the proof of identity, 64 bytes.</summary>
    internal ReadOnlySpan<byte> IdSignature => AuthData.Slice(PacketLimits.HandshakePrefixSize, PacketLimits.IdSignatureSize);

    /// <summary>Of a handshake: the ephemeral key, 33 bytes.</summary>
    internal ReadOnlySpan<byte> EphemeralKey =>
        AuthData.Slice(PacketLimits.HandshakePrefixSize + PacketLimits.IdSignatureSize, PacketLimits.EphemeralKeySize);

    /// <summary>Of a handshake: the sender's record, empty if it sent none, at most 300 bytes.</summary>
    internal ReadOnlySpan<byte> Record => AuthData[PacketLimits.MinHandshakeAuthDataSize..];

    private ReadOnlySpan<byte> AuthData => _header[(PacketLimits.MaskingIvSize + PacketLimits.StaticHeaderSize)..];
}
