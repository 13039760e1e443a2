using System.Diagnostics.CodeAnalysis;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Sessions;

/// <summary>Both sides of the handshake (wire.md 11.2). Pure; what it refuses, it has changed nothing for.</summary>
internal static class Handshake
{
    /// <summary>
    /// Answers a WHOAREYOU: writes the handshake packet with the request it is about, and gives the new keys, which the caller then owns.
    /// </summary>
    /// <param name="destination">Room for the packet; 1280 bytes are always enough.</param>
    /// <param name="identity">Our identity key.</param>
    /// <param name="record">Our record; sent along when the challenge names a lower sequence number.</param>
    /// <param name="peer">Identity key of the node that sent the WHOAREYOU.</param>
    /// <param name="whoAreYou">The WHOAREYOU, its nonce known to be that of a packet we sent there.</param>
    /// <param name="ephemeral">A fresh random key, for this packet alone; the caller disposes it.</param>
    /// <param name="maskingIv">16 random bytes.</param>
    /// <param name="nonceRandom">The random part of the nonce.</param>
    /// <param name="message">
    /// The encoded request. <see cref="PacketLimits.MaxHandshakeMessageSize"/> bytes always fit; more, if the record is shorter or not
    /// sent.
    /// </param>
    /// <param name="written">Length of the packet.</param>
    /// <param name="nonce">Its nonce.</param>
    /// <exception cref="ArgumentException">The message is too long.</exception>
    internal static SessionKeys Initiate(
        Span<byte> destination, Secp256k1PrivateKey identity, Enr record, Secp256k1PublicKey peer, in PacketView whoAreYou,
        Secp256k1PrivateKey ephemeral, ReadOnlySpan<byte> maskingIv, ulong nonceRandom, ReadOnlySpan<byte> message,
        out int written, out PacketNonce nonce)
    {
        NodeId remote = NodeId.FromPublicKey(peer);
        Span<byte> ephemeralKey = stackalloc byte[PacketLimits.EphemeralKeySize];
        Span<byte> signature = stackalloc byte[PacketLimits.IdSignatureSize];
        ephemeral.PublicKey.WriteCompressed(ephemeralKey);
        IdentityProof.Sign(identity, whoAreYou.AssociatedData, ephemeralKey, remote, signature);
        HandshakeAuthData authData = new()
        {
            IdSignature = signature,
            EphemeralKey = ephemeralKey,
            Record = whoAreYou.EnrSequence < record.Sequence ? record.Encoded.Span : default,
        };
        if (PacketWriter.LengthOfHandshake(authData.Record.Length, message.Length) > PacketLimits.MaxSize)
            throw new ArgumentException("The message does not fit the handshake packet.", nameof(message));

        SessionKeys keys = SessionKeys.ForInitiator(ephemeral, peer, record.NodeId, remote, whoAreYou.AssociatedData);
        _ = keys.TryNextNonce(nonceRandom, out nonce);
        written = PacketWriter.WriteHandshake(destination, remote, record.NodeId, maskingIv, nonce, authData, keys.Send, message);
        return keys;
    }

    /// <summary>Checks the answer to a challenge of ours and opens the message in it.</summary>
    /// <param name="packet">A handshake packet, from the node and endpoint of the challenge.</param>
    /// <param name="challenge">The challenge, taken from <see cref="ChallengeCache.TryTake"/>.</param>
    /// <param name="identity">Our identity key.</param>
    /// <param name="plaintext">Room for the message less 16 bytes.</param>
    /// <param name="written">Bytes of plaintext.</param>
    /// <param name="keys">The new keys, which the caller then owns.</param>
    /// <param name="record">The node's record: the one in the packet, or the one we had, whichever has the higher sequence number.</param>
    /// <param name="error">Why it is refused.</param>
    internal static bool TryAccept(
        in PacketView packet, Challenge challenge, Secp256k1PrivateKey identity, Span<byte> plaintext, out int written,
        [NotNullWhen(true)] out SessionKeys? keys, [NotNullWhen(true)] out Enr? record, out HandshakeError error)
    {
        (written, keys, record) = (0, null, null);
        error = ChooseRecord(packet, challenge, out Enr? chosen);
        if (error != HandshakeError.None)
            return false;

        error = HandshakeError.EphemeralKey;
        if (!Secp256k1PublicKey.TryParse(packet.EphemeralKey, out Secp256k1PublicKey? ephemeral))
            return false;

        error = HandshakeError.IdSignature;
        NodeId local = NodeId.FromPublicKey(identity.PublicKey);
        if (!IdentityProof.Verify(chosen!.PublicKey, challenge.Data, packet.EphemeralKey, local, packet.IdSignature))
            return false;

        error = HandshakeError.Message;
        keys = SessionKeys.ForRecipient(identity, ephemeral, local, challenge.Remote.NodeId, challenge.Data);
        if (!keys.Receive.TryDecrypt(packet.Nonce, packet.Message, packet.AssociatedData, plaintext, out written))
        {
            keys.Dispose();
            keys = null;
            return false;
        }

        error = HandshakeError.None;
        record = chosen;
        return true;
    }

    private static HandshakeError ChooseRecord(in PacketView packet, Challenge challenge, out Enr? record)
    {
        record = challenge.KnownRecord;
        if (!packet.Record.IsEmpty && !(record is not null && packet.Record.SequenceEqual(record.Encoded.Span)))
        {
            if (!Enr.TryDecode(packet.Record, out Enr? sent))
                return HandshakeError.InvalidRecord;
            if (record is null || sent.Sequence > record.Sequence)
                record = sent;
        }

        if (record is null)
            return HandshakeError.NoRecord;
        return record.NodeId == challenge.Remote.NodeId && packet.Source == record.NodeId
            ? HandshakeError.None
            : HandshakeError.WrongRecord;
    }
}
