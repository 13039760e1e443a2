namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>Forms of an ECDSA signature: r ‖ s (64 bytes) and DER. PLACEHOLDER BODY: owned by the room "secp256k1".</summary>
public static class Secp256k1Signature
{
    /// <summary>Length of r ‖ s in bytes.</summary>
    public const int Size = 64;
    /// <summary>Longest DER form in bytes.</summary>
    public const int MaxDerSize = 72;
    /// <summary>Parses strict DER; false on any deviation or when r or s is outside 1..n-1.</summary>
    public static bool TryParseDer(ReadOnlySpan<byte> der, Span<byte> signature) => throw new NotImplementedException();
    /// <summary>Writes DER; returns its length (at most 72).</summary>
    public static int WriteDer(ReadOnlySpan<byte> signature, Span<byte> destination) => throw new NotImplementedException();
    /// <summary>True when s is at most n/2.</summary>
    public static bool IsLowS(ReadOnlySpan<byte> signature) => throw new NotImplementedException();
}
