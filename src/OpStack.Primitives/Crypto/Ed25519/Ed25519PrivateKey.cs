using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>An Ed25519 signing key (RFC 8032). All that touches the secret is constant-time.</summary>
public sealed class Ed25519PrivateKey : IDisposable
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int SeedSize = 32;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    private readonly byte[] _seed;

    // The two halves of the seed's SHA-512: the clamped scalar, and what makes a signature's nonce (RFC 8032 section 5.1.5).
    private readonly byte[] _expanded = new byte[SHA512.HashSizeInBytes];
    private bool _disposed;

    /// <summary>Takes a copy of the 32-byte seed.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes long.</exception>
    public Ed25519PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException("A seed is 32 bytes.", nameof(seed));

        _seed = seed.ToArray();
        SHA512.HashData(seed, _expanded);
        _expanded[0] &= 0xf8;
        _expanded[31] = (byte)((_expanded[31] & 0x7f) | 0x40);
        PublicKey = Ed25519PublicKey.FromScalar(Scalar);
    }

    /// <summary>The public half; usable after this key is disposed.</summary>
    public Ed25519PublicKey PublicKey { get; }

    private ReadOnlySpan<byte> Scalar => _expanded.AsSpan(0, 32);

    private ReadOnlySpan<byte> NoncePrefix => _expanded.AsSpan(32);

    /// <summary>A fresh key from the system's random generator.</summary>
    public static Ed25519PrivateKey Generate()
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        RandomNumberGenerator.Fill(seed);
        Ed25519PrivateKey key = new(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>Signs a message of any length; writes 64 bytes. The same message always gives the same signature.</summary>
    /// <exception cref="ArgumentException">The signature's span is not 64 bytes long.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (signature.Length != SignatureSize)
            throw new ArgumentException("A signature is 64 bytes.", nameof(signature));

        Span<byte> nonce = stackalloc byte[Scalar25519.Size], challenge = stackalloc byte[Scalar25519.Size];
        Span<byte> result = stackalloc byte[SignatureSize];
        Span<byte> r = result[..EdwardsPoint.Size], s = result[EdwardsPoint.Size..];

        DeriveNonce(message, nonce);
        BaseMultiplication.Multiply(nonce).Encode(r);
        PublicKey.Challenge(r, message, challenge);
        Scalar25519.MultiplyAdd(challenge, Scalar, nonce, s);

        // Only now: the caller's span may overlap the message.
        result.CopyTo(signature);
        CryptographicOperations.ZeroMemory(nonce);
    }

    /// <summary>Copies the 32-byte seed.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void ExportSeed(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _seed.CopyTo(destination);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_seed);
        CryptographicOperations.ZeroMemory(_expanded);
    }

    // SHA-512(prefix, M) modulo L (RFC 8032 section 5.1.6).
    private void DeriveNonce(ReadOnlySpan<byte> message, Span<byte> nonce)
    {
        using IncrementalHash sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        sha512.AppendData(NoncePrefix);
        sha512.AppendData(message);
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        sha512.GetHashAndReset(digest);
        Scalar25519.Reduce(digest, nonce);
        CryptographicOperations.ZeroMemory(digest);
    }
}
