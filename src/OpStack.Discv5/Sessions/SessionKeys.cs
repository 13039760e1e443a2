using System.Security.Cryptography;
using OpStack.Discv5.Packets;

namespace OpStack.Discv5.Sessions;

/// <summary>One pair of keys, and the count of nonces used with the one we send under. Owns its ciphers.</summary>
internal sealed class SessionKeys : IDisposable
{
    private ulong _sent;

    /// <summary>Takes ownership of both ciphers.</summary>
    /// <param name="send">Under the key we encrypt with.</param>
    /// <param name="receive">Under the key the peer encrypts with.</param>
    /// <param name="sent">Nonces that count as used; other than 0 in tests.</param>
    internal SessionKeys(IMessageCipher send, IMessageCipher receive, uint sent = 0)
    {
        Send = send;
        Receive = receive;
        _sent = sent;
    }

    /// <summary>What we send.</summary>
    internal IMessageCipher Send { get; }

    /// <summary>What we receive.</summary>
    internal IMessageCipher Receive { get; }

    /// <summary>The keys when we send the handshake.</summary>
    internal static SessionKeys ForInitiator(
        IDiscv5Crypto crypto, ReadOnlySpan<byte> secret, NodeId local, NodeId remote, ReadOnlySpan<byte> challengeData)
    {
        Span<byte> keys = stackalloc byte[2 * PacketLimits.KeySize];
        KeyAgreement.Derive(secret, local, remote, challengeData, keys);
        SessionKeys result = new(crypto.CreateCipher(keys[..PacketLimits.KeySize]), crypto.CreateCipher(keys[PacketLimits.KeySize..]));
        CryptographicOperations.ZeroMemory(keys);
        return result;
    }

    /// <summary>The keys when the peer sends the handshake.</summary>
    internal static SessionKeys ForRecipient(
        IDiscv5Crypto crypto, ReadOnlySpan<byte> secret, NodeId local, NodeId remote, ReadOnlySpan<byte> challengeData)
    {
        Span<byte> keys = stackalloc byte[2 * PacketLimits.KeySize];
        KeyAgreement.Derive(secret, remote, local, challengeData, keys);
        SessionKeys result = new(crypto.CreateCipher(keys[PacketLimits.KeySize..]), crypto.CreateCipher(keys[..PacketLimits.KeySize]));
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
