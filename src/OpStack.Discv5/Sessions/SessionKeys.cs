using System.Security.Cryptography;
using OpStack.Discv5.Packets;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Sessions;

/// <summary>One pair of keys, and the count of nonces used with the one we send under. Owns its ciphers.</summary>
internal sealed class SessionKeys : IDisposable
{
    private ulong _sent;

    /// <summary>Takes copies of two keys of 16 bytes; the caller zeroes its own.</summary>
    /// <param name="sendKey">The key we encrypt with.</param>
    /// <param name="receiveKey">The key the peer encrypts with.</param>
    /// <param name="sent">Nonces that count as used; other than 0 in tests.</param>
    internal SessionKeys(ReadOnlySpan<byte> sendKey, ReadOnlySpan<byte> receiveKey, uint sent = 0)
    {
        Send = new MessageCipher(sendKey);
        Receive = new MessageCipher(receiveKey);
        _sent = sent;
    }

    /// <summary>What we send.</summary>
    internal MessageCipher Send { get; }

    /// <summary>What we receive.</summary>
    internal MessageCipher Receive { get; }

    /// <summary>The keys when we send the handshake.</summary>
    internal static SessionKeys ForInitiator(
        Secp256k1PrivateKey ephemeral, Secp256k1PublicKey peer, NodeId local, NodeId remote, ReadOnlySpan<byte> challengeData)
    {
        Span<byte> keys = stackalloc byte[2 * PacketLimits.KeySize];
        KeyAgreement.Derive(ephemeral, peer, local, remote, challengeData, keys);
        SessionKeys result = new(keys[..PacketLimits.KeySize], keys[PacketLimits.KeySize..]);
        CryptographicOperations.ZeroMemory(keys);
        return result;
    }

    /// <summary>The keys when the peer sends the handshake.</summary>
    internal static SessionKeys ForRecipient(
        Secp256k1PrivateKey identity, Secp256k1PublicKey peerEphemeral, NodeId local, NodeId remote, ReadOnlySpan<byte> challengeData)
    {
        Span<byte> keys = stackalloc byte[2 * PacketLimits.KeySize];
        KeyAgreement.Derive(identity, peerEphemeral, remote, local, challengeData, keys);
        SessionKeys result = new(keys[PacketLimits.KeySize..], keys[..PacketLimits.KeySize]);
        CryptographicOperations.ZeroMemory(keys);
        return result;
    }

    /// <summary>
    /// The nonce of the next message: a count of 4 bytes that makes it unique under this key, before 8 random bytes. False once 2^32 are
    /// used; the session is then to be dropped, and the next message makes a new one.
    /// </summary>
    internal bool TryNextNonce(ulong random, out PacketNonce nonce)
    {
        nonce = default;
        if (_sent > uint.MaxValue)
            return false;
        nonce = new PacketNonce((uint)_sent++, random);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Send.Dispose();
        Receive.Dispose();
    }
}
