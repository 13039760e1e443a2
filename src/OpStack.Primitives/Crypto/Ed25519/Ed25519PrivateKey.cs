namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>An Ed25519 signing key (RFC 8032). PLACEHOLDER BODY: owned by the room "curve25519 and encoding".</summary>
public sealed class Ed25519PrivateKey : IDisposable
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int SeedSize = 32;
    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 64;
    /// <summary>Takes a copy of the 32-byte seed.</summary>
    public Ed25519PrivateKey(ReadOnlySpan<byte> seed) => throw new NotImplementedException();
    /// <summary>A fresh random key.</summary>
    public static Ed25519PrivateKey Generate() => throw new NotImplementedException();
    /// <summary>The public half.</summary>
    public Ed25519PublicKey PublicKey => throw new NotImplementedException();
    /// <summary>Signs; 64 bytes.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => throw new NotImplementedException();
    /// <summary>Copies the 32-byte seed.</summary>
    public void ExportSeed(Span<byte> destination) => throw new NotImplementedException();
    /// <summary>Zeroes the key.</summary>
    public void Dispose() => throw new NotImplementedException();
}
