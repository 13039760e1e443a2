using System.Buffers.Binary;

namespace OpStack.Discv5.Packets;

/// <summary>
/// Writes packets into a caller's span and returns their length. All randomness is the caller's: masking-ivs of 16 bytes and nonces.
/// A destination that is too short throws <see cref="ArgumentException"/>; 1280 bytes are always enough.
/// </summary>
internal static class PacketWriter
{
    /// <summary>Length of a message packet.</summary>
    internal static int LengthOfMessage(int plaintextLength) =>
        PacketLimits.MaskingIvSize + PacketLimits.StaticHeaderSize + PacketLimits.MessageAuthDataSize
        + plaintextLength + PacketLimits.TagSize;

    /// <summary>Length of a handshake packet; <paramref name="recordLength"/> is 0 when none is sent.</summary>
    internal static int LengthOfHandshake(int recordLength, int plaintextLength) =>
        PacketLimits.MaskingIvSize + PacketLimits.StaticHeaderSize + PacketLimits.MinHandshakeAuthDataSize + recordLength
        + plaintextLength + PacketLimits.TagSize;

    /// <summary>Writes a message under a session's key.</summary>
    /// <exception cref="ArgumentException">The plaintext is longer than <see cref="PacketLimits.MaxMessageSize"/>.</exception>
    internal static int WriteMessage(
        Span<byte> destination, NodeId to, NodeId from, ReadOnlySpan<byte> maskingIv, PacketNonce nonce, IMessageCipher cipher,
        ReadOnlySpan<byte> plaintext)
    {
        int headerSize = WriteMessageHeader(destination, from, maskingIv, nonce);
        int length = Encrypt(destination, headerSize, nonce, cipher, plaintext);
        Mask(destination[..headerSize], to);
        return length;
    }

    /// <summary>
    /// Writes random bytes in the shape of a message, to a node without a session: it answers with WHOAREYOU.
    /// </summary>
    /// <param name="destination">Where to.</param>
    /// <param name="to">The node it goes to.</param>
    /// <param name="from">Our id.</param>
    /// <param name="maskingIv">16 random bytes.</param>
    /// <param name="nonce">A random nonce, by which the WHOAREYOU will be known.</param>
    /// <param name="randomMessage">At least 16 random bytes; <see cref="PacketLimits.RandomMessageSize"/> is usual.</param>
    internal static int WriteRandom(
        Span<byte> destination, NodeId to, NodeId from, ReadOnlySpan<byte> maskingIv, PacketNonce nonce, ReadOnlySpan<byte> randomMessage)
    {
        int headerSize = WriteMessageHeader(destination, from, maskingIv, nonce);
        randomMessage.CopyTo(destination[headerSize..]);
        Mask(destination[..headerSize], to);
        return headerSize + randomMessage.Length;
    }

    /// <summary>
    /// Writes what a WHOAREYOU is before it is masked, 63 bytes: to be kept as the challenge data and sent by <see cref="WriteWhoAreYou"/>.
    /// </summary>
    /// <param name="challengeData">63 bytes, written.</param>
    /// <param name="maskingIv">16 random bytes.</param>
    /// <param name="requestNonce">The nonce of the packet that is answered.</param>
    /// <param name="idNonce">16 random bytes that must not be guessed.</param>
    /// <param name="enrSequence">The sequence number of the record we have of the node, 0 if none.</param>
    internal static void WriteChallengeData(
        Span<byte> challengeData, ReadOnlySpan<byte> maskingIv, PacketNonce requestNonce, ReadOnlySpan<byte> idNonce, ulong enrSequence)
    {
        if (idNonce.Length != PacketLimits.IdNonceSize)
            throw new ArgumentException("An id-nonce is 16 bytes.", nameof(idNonce));
        Span<byte> authData =
            WriteStaticHeader(challengeData, maskingIv, PacketFlag.WhoAreYou, requestNonce, PacketLimits.WhoAreYouAuthDataSize);
        idNonce.CopyTo(authData);
        BinaryPrimitives.WriteUInt64BigEndian(authData[PacketLimits.IdNonceSize..], enrSequence);
    }

    /// <summary>Writes a WHOAREYOU, 63 bytes. The same challenge data give the same packet, however often it is sent.</summary>
    internal static int WriteWhoAreYou(Span<byte> destination, NodeId to, ReadOnlySpan<byte> challengeData)
    {
        challengeData.CopyTo(destination);
        Mask(destination[..challengeData.Length], to);
        return challengeData.Length;
    }

    /// <summary>Writes a handshake with the first message under the new key.</summary>
    /// <exception cref="ArgumentException">The packet would be longer than 1280 bytes.</exception>
    internal static int WriteHandshake(
        Span<byte> destination, NodeId to, NodeId from, ReadOnlySpan<byte> maskingIv, PacketNonce nonce, in HandshakeAuthData handshake,
        IMessageCipher cipher, ReadOnlySpan<byte> plaintext)
    {
        handshake.Write(from, WriteStaticHeader(destination, maskingIv, PacketFlag.Handshake, nonce, handshake.Size));
        int headerSize = PacketLimits.MaskingIvSize + PacketLimits.StaticHeaderSize + handshake.Size;
        int length = Encrypt(destination, headerSize, nonce, cipher, plaintext);
        Mask(destination[..headerSize], to);
        return length;
    }

    private static int WriteMessageHeader(Span<byte> destination, NodeId from, ReadOnlySpan<byte> maskingIv, PacketNonce nonce)
    {
        from.ToHash256().CopyTo(
            WriteStaticHeader(destination, maskingIv, PacketFlag.Message, nonce, PacketLimits.MessageAuthDataSize));
        return PacketLimits.MaskingIvSize + PacketLimits.StaticHeaderSize + PacketLimits.MessageAuthDataSize;
    }

    /// <summary>Writes all before the authdata, and gives the span of that.</summary>
    private static Span<byte> WriteStaticHeader(
        Span<byte> destination, ReadOnlySpan<byte> maskingIv, PacketFlag flag, PacketNonce nonce, int authDataSize)
    {
        if (maskingIv.Length != PacketLimits.MaskingIvSize)
            throw new ArgumentException("A masking-iv is 16 bytes.", nameof(maskingIv));
        maskingIv.CopyTo(destination);
        Span<byte> header = destination[PacketLimits.MaskingIvSize..];
        PacketLayout.ProtocolId.CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header[PacketLayout.VersionOffset..], PacketLayout.Version);
        header[PacketLayout.FlagOffset] = (byte)flag;
        nonce.Write(header[PacketLayout.NonceOffset..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[PacketLayout.AuthDataSizeOffset..], checked((ushort)authDataSize));
        return header.Slice(PacketLimits.StaticHeaderSize, authDataSize);
    }

    /// <summary>Encrypts behind a header that is not masked yet: it is the associated data. Returns the length of the packet.</summary>
    private static int Encrypt(
        Span<byte> destination, int headerSize, PacketNonce nonce, IMessageCipher cipher, ReadOnlySpan<byte> plaintext)
    {
        int length = headerSize + plaintext.Length + PacketLimits.TagSize;
        if (length > PacketLimits.MaxSize)
            throw new ArgumentException("The message is too long for a packet of 1280 bytes.", nameof(plaintext));
        cipher.Encrypt(nonce, plaintext, destination[..headerSize], destination[headerSize..length]);
        return length;
    }

    private static void Mask(Span<byte> packet, NodeId to) =>
        HeaderMask.ApplyOnce(to, packet[..PacketLimits.MaskingIvSize], packet[PacketLimits.MaskingIvSize..]);
}
