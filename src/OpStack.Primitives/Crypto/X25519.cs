namespace OpStack.Primitives.Crypto;

/// <summary>X25519 (RFC 7748), constant-time. PLACEHOLDER BODY: owned by the room "curve25519 and encoding".</summary>
public static class X25519
{
    /// <summary>Length of keys and shared secrets in bytes.</summary>
    public const int KeySize = 32;
    /// <summary>Derives the public key of a 32-byte secret (clamped inside).</summary>
    public static void DerivePublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey) => throw new NotImplementedException();
    /// <summary>Computes the shared secret; false when it is all zero (a small-order peer key).</summary>
    public static bool TryAgree(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> peerPublicKey, Span<byte> sharedSecret) => throw new NotImplementedException();
}
