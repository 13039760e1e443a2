using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpStack.Primitives.Crypto.Ed25519;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Libp2p.Identity;

/// <summary>
/// Our own identity key: secp256k1 (what OP Stack nodes use) or Ed25519. The secret is zeroed on disposal and never appears in text,
/// logs or exceptions. Signing may be called from several threads; disposal must come after the last use.
/// </summary>
public sealed class KeyPair : IDisposable
{
    private readonly Secp256k1PrivateKey? _secp256k1;
    private readonly Ed25519PrivateKey? _ed25519;
    private volatile bool _disposed;

    private KeyPair(Secp256k1PrivateKey key)
    {
        Span<byte> data = stackalloc byte[Secp256k1PublicKey.CompressedSize];
        key.PublicKey.WriteCompressed(data);
        _secp256k1 = key;
        PublicKey = PublicHalf(KeyType.Secp256k1, data);
    }

    private KeyPair(Ed25519PrivateKey key)
    {
        Span<byte> data = stackalloc byte[Ed25519PublicKey.Size];
        key.PublicKey.CopyTo(data);
        _ed25519 = key;
        PublicKey = PublicHalf(KeyType.Ed25519, data);
    }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Our peer id.</summary>
    public PeerId PeerId => PublicKey.PeerId;

    /// <summary>A fresh secp256k1 key.</summary>
    public static KeyPair GenerateSecp256k1() => new(Secp256k1PrivateKey.Generate());

    /// <summary>A fresh Ed25519 key.</summary>
    public static KeyPair GenerateEd25519() => new(Ed25519PrivateKey.Generate());

    /// <summary>Takes a copy of a 32-byte big-endian secp256k1 scalar.</summary>
    /// <exception cref="ArgumentException">It has another length, is zero, or is not below the group order. The message does not show it.</exception>
    public static KeyPair FromSecp256k1(ReadOnlySpan<byte> secret) =>
        secret.Length == Secp256k1PrivateKey.Size && Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key)
            ? new KeyPair(key)
            : throw new ArgumentException("Not a secp256k1 secret: 32 bytes, above zero and below the group order.", nameof(secret));

    /// <summary>Takes a copy of a 32-byte Ed25519 seed (RFC 8032).</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public static KeyPair FromEd25519(ReadOnlySpan<byte> seed) =>
        seed.Length == Ed25519PrivateKey.SeedSize
            ? new KeyPair(new Ed25519PrivateKey(seed))
            : throw new ArgumentException("Not an Ed25519 seed: 32 bytes.", nameof(seed));

    /// <summary>
    /// Reads the protobuf form of a private key (libp2p key files): secp256k1, or Ed25519 as seed ‖ public (64 bytes) or the older
    /// seed ‖ public ‖ public (96). False for other types, for a public half that is not the seed's, and for malformed input.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> protobuf, [NotNullWhen(true)] out KeyPair? keyPair)
    {
        keyPair = null;
        if (!KeyMessage.TryRead(protobuf, out KeyType type, out ReadOnlySpan<byte> data))
        {
            return false;
        }

        keyPair = type switch
        {
            KeyType.Secp256k1 when data.Length == Secp256k1PrivateKey.Size && Secp256k1PrivateKey.TryCreate(data, out Secp256k1PrivateKey? key) =>
                new KeyPair(key),
            KeyType.Ed25519 => DecodeEd25519(data),
            _ => null,
        };
        return keyPair is not null;
    }

    /// <summary>The deterministic protobuf form of the private key, as libp2p key files hold it. It is a secret: zero it after use.</summary>
    /// <exception cref="ObjectDisposedException">The key is zeroed.</exception>
    public byte[] Encode()
    {
        ThrowIfDisposed();
        byte[] data = new byte[_secp256k1 is null ? Ed25519PrivateKey.SeedSize + Ed25519PublicKey.Size : Secp256k1PrivateKey.Size];
        try
        {
            _secp256k1?.Export(data);
            _ed25519?.ExportSeed(data.AsSpan(0, Ed25519PrivateKey.SeedSize));
            _ed25519?.PublicKey.CopyTo(data.AsSpan(Ed25519PrivateKey.SeedSize));
            return KeyMessage.Write(PublicKey.Type, data);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(data);
        }
    }

    /// <summary>
    /// Signs as libp2p does for this type of key: Ed25519 gives 64 bytes over the message; secp256k1 gives DER of at most 72 bytes over
    /// its SHA-256, deterministic (RFC 6979) and with low s.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The key is zeroed.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        ThrowIfDisposed();
        if (_ed25519 is not null)
        {
            byte[] signature = new byte[Ed25519PrivateKey.SignatureSize];
            _ed25519.Sign(message, signature);
            return signature;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        Span<byte> recoverable = stackalloc byte[Secp256k1Signature.Size + 1];
        _secp256k1!.SignRecoverable(hash, recoverable);
        Span<byte> der = stackalloc byte[Secp256k1Signature.MaxDerSize];
        return der[..Secp256k1Signature.WriteDer(recoverable[..Secp256k1Signature.Size], der)].ToArray();
    }

    /// <summary>Zeroes the key; the public half stays usable. Idempotent.</summary>
    public void Dispose()
    {
        _disposed = true;
        _secp256k1?.Dispose();
        _ed25519?.Dispose();
    }

    /// <summary>The public half only.</summary>
    public override string ToString() => PublicKey.ToString();

    private static KeyPair? DecodeEd25519(ReadOnlySpan<byte> data)
    {
        const int Seed = Ed25519PrivateKey.SeedSize;
        if (data.Length is not (Seed + Ed25519PublicKey.Size) and not (Seed + (2 * Ed25519PublicKey.Size)))
        {
            return null;
        }

        KeyPair pair = FromEd25519(data[..Seed]);
        Span<byte> own = stackalloc byte[Ed25519PublicKey.Size];
        pair._ed25519!.PublicKey.CopyTo(own);
        for (ReadOnlySpan<byte> rest = data[Seed..]; !rest.IsEmpty; rest = rest[own.Length..])
        {
            if (!rest[..own.Length].SequenceEqual(own))
            {
                pair.Dispose();
                return null;
            }
        }

        return pair;
    }

    private static PublicKey PublicHalf(KeyType type, ReadOnlySpan<byte> data) =>
        PublicKey.TryCreate(type, data, out PublicKey? key) ? key : throw new CryptographicException("The public half of our own key is not valid.");

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
