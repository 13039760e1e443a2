using System.Security.Cryptography;

namespace OpStack.Libp2p.Noise;

/// <summary>Chaining key and transcript hash of a handshake (Noise specification section 5.2).</summary>
internal sealed class NoiseSymmetricState : IDisposable
{
    private readonly byte[] _chainingKey = new byte[NoiseLimits.KeySize];
    private readonly byte[] _hash = new byte[NoiseLimits.KeySize];
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private NoiseCipherState? _cipher;

    /// <summary>Starts with the name as hash and chaining key, which it is since it has exactly 32 bytes, and an empty prologue.</summary>
    public NoiseSymmetricState()
    {
        ProtocolName.CopyTo(_hash);
        ProtocolName.CopyTo(_chainingKey);
        MixHash([]);
    }

    private static ReadOnlySpan<byte> ProtocolName => "Noise_XX_25519_ChaChaPoly_SHA256"u8;

    private int TagLength => _cipher is null ? 0 : NoiseLimits.TagSize;

    public void MixHash(ReadOnlySpan<byte> data)
    {
        _sha256.AppendData(_hash);
        _sha256.AppendData(data);
        _sha256.GetHashAndReset(_hash);
    }

    public void MixKey(ReadOnlySpan<byte> secret)
    {
        Span<byte> output = stackalloc byte[2 * NoiseLimits.KeySize];
        DeriveKeys(secret, output);
        output[..NoiseLimits.KeySize].CopyTo(_chainingKey);
        _cipher?.Dispose();
        _cipher = new NoiseCipherState(output[NoiseLimits.KeySize..]);
        CryptographicOperations.ZeroMemory(output);
    }

    /// <summary>Writes <paramref name="plaintext"/>, sealed once there is a key; returns the length.</summary>
    public int EncryptAndHash(ReadOnlySpan<byte> plaintext, Span<byte> output)
    {
        int length = plaintext.Length + TagLength;
        if (_cipher is null)
        {
            plaintext.CopyTo(output);
        }
        else if (!_cipher.TrySeal(_hash, plaintext, output[..length]))
        {
            throw new InvalidOperationException("A handshake key seals at most two messages");
        }

        MixHash(output[..length]);
        return length;
    }

    /// <summary>The reverse of <see cref="EncryptAndHash"/>; false when the tag does not match. The two spans must not overlap.</summary>
    public bool TryDecryptAndHash(ReadOnlySpan<byte> input, Span<byte> plaintext)
    {
        if (_cipher is null)
        {
            input.CopyTo(plaintext);
        }
        else if (!_cipher.TryOpen(_hash, input, plaintext[..(input.Length - TagLength)]))
        {
            return false;
        }

        MixHash(input);
        return true;
    }

    /// <summary>The transport keys: initiator to responder, responder to initiator.</summary>
    public (NoiseCipherState FromInitiator, NoiseCipherState FromResponder) Split()
    {
        Span<byte> output = stackalloc byte[2 * NoiseLimits.KeySize];
        DeriveKeys([], output);
        NoiseCipherState first = new(output[..NoiseLimits.KeySize]);
        NoiseCipherState second = new(output[NoiseLimits.KeySize..]);
        CryptographicOperations.ZeroMemory(output);
        return (first, second);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_chainingKey);
        _sha256.Dispose();
        _cipher?.Dispose();
    }

    // HKDF of the Noise specification section 4.3 by its HMACs, since the one-shot of OpenSSL refuses the empty input of Split.
    private void DeriveKeys(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> first = output[..NoiseLimits.KeySize], second = output[NoiseLimits.KeySize..];
        Span<byte> temporary = stackalloc byte[NoiseLimits.KeySize];
        Span<byte> chained = stackalloc byte[NoiseLimits.KeySize + 1];
        HMACSHA256.HashData(_chainingKey, input, temporary);
        HMACSHA256.HashData(temporary, [1], first);
        first.CopyTo(chained);
        chained[^1] = 2;
        HMACSHA256.HashData(temporary, chained, second);
        CryptographicOperations.ZeroMemory(temporary);
        CryptographicOperations.ZeroMemory(chained);
    }
}
