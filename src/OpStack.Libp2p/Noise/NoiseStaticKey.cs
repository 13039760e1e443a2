using System.Security.Cryptography;
using OpStack.Libp2p.Identity;
using OpStack.Primitives.Crypto;

namespace OpStack.Libp2p.Noise;

/// <summary>
/// A host's noise static key with the payload in which its identity vouches for it. Fresh per host and never stored, so that a leaked
/// signature is worth nothing after a restart (libp2p/specs issue 355). One signature serves all handshakes.
/// </summary>
internal sealed class NoiseStaticKey : IDisposable
{
    private readonly byte[] _secret;
    private readonly byte[] _publicKey = new byte[NoiseLimits.KeySize];
    private bool _disposed;

    /// <summary>Takes copies; the payload goes to every remote as it is.</summary>
    internal NoiseStaticKey(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> payload)
    {
        _secret = secret.ToArray();
        X25519.DerivePublicKey(secret, _publicKey);
        Payload = payload.ToArray();
    }

    /// <summary>The encoded <see cref="NoiseHandshakePayload"/>.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The 32-byte X25519 public key.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The 32-byte X25519 secret; throws <see cref="ObjectDisposedException"/> once it is zeroed.</summary>
    internal ReadOnlySpan<byte> Secret
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _secret;
        }
    }

    private static ReadOnlySpan<byte> SignaturePrefix => "noise-libp2p-static-key:"u8;

    /// <summary>A fresh key signed by <paramref name="identity"/>, which is not kept.</summary>
    public static NoiseStaticKey Generate(KeyPair identity)
    {
        Span<byte> secret = stackalloc byte[NoiseLimits.KeySize];
        RandomNumberGenerator.Fill(secret);
        NoiseStaticKey key = Create(secret, identity);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    /// <summary>The key of a given 32-byte secret, signed by <paramref name="identity"/>.</summary>
    internal static NoiseStaticKey Create(ReadOnlySpan<byte> secret, KeyPair identity)
    {
        Span<byte> publicKey = stackalloc byte[NoiseLimits.KeySize];
        X25519.DerivePublicKey(secret, publicKey);
        byte[] signature = identity.Sign(SignedBytes(publicKey));
        return new NoiseStaticKey(secret, NoiseHandshakePayload.Encode(identity.PublicKey.Encoded.Span, signature));
    }

    /// <summary>What an identity signs to vouch for a noise static key: the prefix and the 32-byte public key.</summary>
    internal static byte[] SignedBytes(ReadOnlySpan<byte> publicKey) => [.. SignaturePrefix, .. publicKey];

    /// <summary>Zeroes the secret.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_secret);
    }
}
