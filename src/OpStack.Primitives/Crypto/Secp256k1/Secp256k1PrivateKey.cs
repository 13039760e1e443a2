using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>A secp256k1 key; everything here takes the same time for every secret. Its methods may be called concurrently, except with Dispose.</summary>
public sealed class Secp256k1PrivateKey : IDisposable
{
    /// <summary>Length of a secret in bytes.</summary>
    public const int Size = 32;

    // Pinned: a collection that moved it would leave a copy behind.
    private readonly byte[] _secret = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private bool _disposed;

    private Secp256k1PrivateKey(ReadOnlySpan<byte> secret, in Scalar scalar)
    {
        secret.CopyTo(_secret);
        PublicKey = new Secp256k1PublicKey(GeneratorMultiplication.Multiply(scalar));
    }

    /// <summary>The public half, computed at creation; it outlives the key.</summary>
    public Secp256k1PublicKey PublicKey { get; }

    /// <summary>Takes a copy of the 32-byte big-endian scalar; false for another length and unless 0 &lt; scalar &lt; n.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> secret, [NotNullWhen(true)] out Secp256k1PrivateKey? key)
    {
        key = null;
        if (secret.Length != Size)
            return false;
        bool valid = Scalar.TryReadNonZero(secret, out Scalar scalar);
        if (valid)
            key = new Secp256k1PrivateKey(secret, scalar);
        Scalar.Clear(ref scalar);
        return valid;
    }

    /// <summary>A fresh key from the system's random number generator.</summary>
    public static Secp256k1PrivateKey Generate()
    {
        Span<byte> secret = stackalloc byte[Size];
        Secp256k1PrivateKey? key;
        do
            RandomNumberGenerator.Fill(secret);
        while (!TryCreate(secret, out key));
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    /// <summary>
    /// Signs a 32-byte hash: r (32) ‖ s (32) ‖ recovery id (1, 0..3) into 65 bytes. The nonce is that of RFC 6979 with SHA-256, s is at most
    /// n/2, and the id fits the s written. The first 64 bytes are the plain signature.
    /// </summary>
    /// <exception cref="ArgumentException">The hash is not 32 bytes long or the destination not 65.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void SignRecoverable(ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (hash.Length != Keccak256.HashSize)
            throw new ArgumentException("The hash must be 32 bytes long.", nameof(hash));
        if (signature.Length != Secp256k1Signature.RecoverableSize)
            throw new ArgumentException("The destination must be 65 bytes long.", nameof(signature));
        EcdsaSigning.Sign(_secret, hash, signature);
    }

    /// <summary>ECDH: the shared point in compressed form, 33 bytes, unhashed. The caller zeroes it when done.</summary>
    /// <exception cref="ArgumentException">The destination is not 33 bytes long.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void Agree(Secp256k1PublicKey peer, Span<byte> sharedPoint)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(peer);
        if (sharedPoint.Length != Secp256k1PublicKey.CompressedSize)
            throw new ArgumentException("The destination must be 33 bytes long.", nameof(sharedPoint));
        Scalar scalar = Scalar.Read(_secret, out _);
        AffinePoint shared = PointMultiplication.Multiply(peer.Point, scalar);
        Secp256k1PublicKey.WriteCompressed(shared, sharedPoint);
        Scalar.Clear(ref scalar);
        AffinePoint.Clear(ref shared);
    }

    /// <summary>Copies the 32-byte big-endian scalar.</summary>
    /// <exception cref="ArgumentException">The destination is not 32 bytes long.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void Export(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (destination.Length != Size)
            throw new ArgumentException("The destination must be 32 bytes long.", nameof(destination));
        _secret.CopyTo(destination);
    }

    /// <summary>Zeroes the key. Idempotent.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_secret);
    }
}
