using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpStack.Libp2p.Noise;

/// <summary>A ChaCha20-Poly1305 key with its message counter (Noise specification section 5.1). The key lives in the cipher alone.</summary>
internal sealed class NoiseCipherState : IDisposable
{
    private const int NonceSize = 12;
    private readonly ChaCha20Poly1305 _cipher;
    private ulong _nonce;

    /// <summary>Copies a 32-byte key; <paramref name="nonce"/> is the counter of the first message.</summary>
    public NoiseCipherState(ReadOnlySpan<byte> key, ulong nonce = 0)
    {
        _cipher = new ChaCha20Poly1305(key);
        _nonce = nonce;
    }

    /// <summary>The counter has no value left: 2^64-1 is reserved.</summary>
    public bool IsExhausted => _nonce == ulong.MaxValue;

    /// <summary>
    /// Encrypts into <paramref name="message"/>, which is the plaintext's length plus 16 bytes of tag. False, and nothing written, when exhausted.
    /// </summary>
    public bool TrySeal(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> message)
    {
        if (IsExhausted)
        {
            return false;
        }

        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(nonce);
        _cipher.Encrypt(nonce, plaintext, message[..plaintext.Length], message[plaintext.Length..], associatedData);
        _nonce++;
        return true;
    }

    /// <summary>
    /// Decrypts <paramref name="message"/> into <paramref name="plaintext"/>, which is 16 bytes shorter and may be the same memory. False,
    /// and no plaintext, when exhausted or when the tag does not match.
    /// </summary>
    public bool TryOpen(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> message, Span<byte> plaintext)
    {
        if (IsExhausted || message.Length < NoiseLimits.TagSize)
        {
            return false;
        }

        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(nonce);
        int length = message.Length - NoiseLimits.TagSize;
        try
        {
            _cipher.Decrypt(nonce, message[..length], message[length..], plaintext, associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        _nonce++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    // Four zero bytes, then the counter in little-endian (Noise specification section 12.3).
    private void WriteNonce(Span<byte> nonce)
    {
        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], _nonce);
    }
}
