using System.Diagnostics.CodeAnalysis;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>A point of secp256k1, never infinity. PLACEHOLDER BODY: owned by the room "secp256k1".</summary>
public sealed class Secp256k1PublicKey : IEquatable<Secp256k1PublicKey>
{
    /// <summary>Length of the compressed form in bytes.</summary>
    public const int CompressedSize = 33;
    /// <summary>Length of the uncompressed form in bytes.</summary>
    public const int UncompressedSize = 65;
    /// <summary>Parses SEC1: 33 bytes (02/03) or 65 bytes (04); false when not on the curve.</summary>
    public static bool TryParse(ReadOnlySpan<byte> sec1, [NotNullWhen(true)] out Secp256k1PublicKey? key) => throw new NotImplementedException();
    /// <summary>Recovers the signer of r ‖ s (64 bytes) over a 32-byte hash; recovery id 0..3. High s is accepted. Never throws.</summary>
    public static bool TryRecover(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, int recoveryId, [NotNullWhen(true)] out Secp256k1PublicKey? key) => throw new NotImplementedException();
    /// <summary>Verifies r ‖ s (64 bytes) over a 32-byte hash; high s is accepted (callers that must refuse it ask <see cref="Secp256k1Signature.IsLowS"/>). Never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) => throw new NotImplementedException();
    /// <summary>Writes 33 bytes.</summary>
    public void WriteCompressed(Span<byte> destination) => throw new NotImplementedException();
    /// <summary>Writes 65 bytes.</summary>
    public void WriteUncompressed(Span<byte> destination) => throw new NotImplementedException();
    /// <summary>The last 20 bytes of keccak256(X ‖ Y).</summary>
    public Address ToAddress() => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool Equals(Secp256k1PublicKey? other) => throw new NotImplementedException();
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secp256k1PublicKey);
    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
}
