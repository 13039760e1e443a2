namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>An Ed25519 verification key (RFC 8032). PLACEHOLDER BODY: owned by the room "curve25519 and encoding".</summary>
public sealed class Ed25519PublicKey
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;
    /// <summary>Parses 32 bytes; false when not a canonical point.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Ed25519PublicKey? key) => throw new NotImplementedException();
    /// <summary>Copies the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => throw new NotImplementedException();
    /// <summary>Verifies a 64-byte signature; never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => throw new NotImplementedException();
}
