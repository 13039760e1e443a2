namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>A secp256k1 key; everything here is constant-time in the secret. PLACEHOLDER BODY: owned by the room "secp256k1".</summary>
public sealed class Secp256k1PrivateKey : IDisposable
{
    /// <summary>Length of a secret in bytes.</summary>
    public const int Size = 32;
    /// <summary>Takes a copy of the 32-byte big-endian scalar; false unless 0 &lt; scalar &lt; n.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> secret, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Secp256k1PrivateKey? key) => throw new NotImplementedException();
    /// <summary>A fresh random key.</summary>
    public static Secp256k1PrivateKey Generate() => throw new NotImplementedException();
    /// <summary>The public half.</summary>
    public Secp256k1PublicKey PublicKey => throw new NotImplementedException();
    /// <summary>Signs a 32-byte hash (RFC 6979, low s): r (32) ‖ s (32) ‖ recovery id (1, 0..3) into 65 bytes.</summary>
    public void SignRecoverable(ReadOnlySpan<byte> hash, Span<byte> signature) => throw new NotImplementedException();
    /// <summary>ECDH: the shared point in compressed form, 33 bytes.</summary>
    public void Agree(Secp256k1PublicKey peer, Span<byte> sharedPoint) => throw new NotImplementedException();
    /// <summary>Copies the 32-byte scalar.</summary>
    public void Export(Span<byte> destination) => throw new NotImplementedException();
    /// <summary>Zeroes the key.</summary>
    public void Dispose() => throw new NotImplementedException();
}
