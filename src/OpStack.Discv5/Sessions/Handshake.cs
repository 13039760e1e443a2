using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
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
    /// <param name="crypto">What keys are used with.</param>
    /// <param name="destination">Room for the packet; 1280 bytes are always enough.</param>
    /// <param name="identity">Our identity key.</param>
    /// <param name="record">Our record; sent along when the challenge names a lower sequence number.</param>
    /// <param name="peer">Identity key of the node that sent the WHOAREYOU.</param>
    /// <param name="whoAreYou">The WHOAREYOU, its nonce known to be that of a packet we sent there.</param>
    /// <param name="random">Where the ephemeral key comes from; it is for this packet alone.</param>
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
        IDiscv5Crypto crypto, Span<byte> destination, Secp256k1PrivateKey identity, Enr record, Secp256k1PublicKey peer,
        in PacketView whoAreYou, Random random, ReadOnlySpan<byte> maskingIv, ulong nonceRandom, ReadOnlySpan<byte> message,
        out int written, out PacketNonce nonce)
    {
        ReadOnlySpan<byte> sentRecord = whoAreYou.EnrSequence < record.Sequence ? record.Encoded.Span : default;
        if (PacketWriter.LengthOfHandshake(sentRecord.Length, message.Length) > PacketLimits.MaxSize)
            throw new ArgumentException("The message does not fit the handshake packet.", nameof(message));

        NodeId remote = NodeId.FromPublicKey(peer);
        Span<byte> ephemeralKey = stackalloc byte[PacketLimits.EphemeralKeySize];
        Span<byte> signature = stackalloc byte[PacketLimits.IdSignatureSize];
        Span<byte> secret = stackalloc byte[PacketLimits.SecretSize];
        try
        {
            crypto.Propose(peer, random, ephemeralKey, secret);
            IdentityProof.Sign(crypto, identity, whoAreYou.AssociatedData, ephemeralKey, remote, signature);
            SessionKeys keys = SessionKeys.ForInitiator(crypto, secret, record.NodeId, remote, whoAreYou.AssociatedData);
            _ = keys.TryNextNonce(nonceRandom, out nonce);
            HandshakeAuthData authData = new() { IdSignature = signature, EphemeralKey = ephemeralKey, Record = sentRecord };
            written = PacketWriter.WriteHandshake(destination, remote, record.NodeId, maskingIv, nonce, authData, keys.Send, message);
            return keys;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Checks the answer to a challenge of ours and opens the message in it.</summary>
    /// <param name="crypto">What keys are used with.</param>
    /// <param name="packet">A handshake packet, from the node and endpoint of the challenge.</param>
    /// <param name="challenge">The challenge, taken from <see cref="ChallengeCache.TryTake"/>.</param>
    /// <param name="identity">Our identity key.</param>
    /// <param name="plaintext">Room for the message less 16 bytes.</param>
    /// <param name="written">Bytes of plaintext.</param>
    /// <param name="keys">The new keys, which the caller then owns.</param>
    /// <param name="record">The node's record: the one in the packet, or the one we had, whichever has the higher sequence number.</param>
    /// <param name="error">Why it is refused.</param>
    internal static bool TryAccept(
        IDiscv5Crypto crypto, in PacketView packet, Challenge challenge, Secp256k1PrivateKey identity, Span<byte> plaintext,
        out int written, [NotNullWhen(true)] out SessionKeys? keys, [NotNullWhen(true)] out Enr? record, out HandshakeError error)
    {
        (written, keys, record) = (0, null, null);
        error = ChooseRecord(crypto, packet, challenge, out Enr? chosen);
        if (error != HandshakeError.None)
            return false;

        error = HandshakeError.IdSignature;
        NodeId local = NodeId.FromPublicKey(identity.PublicKey);
        if (!IdentityProof.Verify(crypto, chosen!.PublicKey, challenge.Data, packet.EphemeralKey, local, packet.IdSignature))
            return false;

        Span<byte> secret = stackalloc byte[PacketLimits.SecretSize];
        try
        {
            error = HandshakeError.EphemeralKey;
            if (!crypto.TryAgree(identity, packet.EphemeralKey, secret))
                return false;

            keys = SessionKeys.ForRecipient(crypto, secret, local, challenge.Remote.NodeId, challenge.Data);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        error = HandshakeError.Message;
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

    private static HandshakeError ChooseRecord(IDiscv5Crypto crypto, in PacketView packet, Challenge challenge, out Enr? record)
    {
        record = challenge.KnownRecord;
        if (!packet.Record.IsEmpty && !(record is not null && packet.Record.SequenceEqual(record.Encoded.Span)))
        {
            if (!crypto.TryReadRecord(packet.Record, out Enr? sent))
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
