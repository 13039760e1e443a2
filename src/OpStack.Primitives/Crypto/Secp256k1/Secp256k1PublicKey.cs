using System.Diagnostics.CodeAnalysis;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>A point of secp256k1 (SEC 2 section 2.4.1), never infinity; the cofactor is 1, so every point is a valid key. Immutable.</summary>
public sealed class Secp256k1PublicKey : IEquatable<Secp256k1PublicKey>
{
    /// <summary>Length of the compressed form in bytes.</summary>
    public const int CompressedSize = 33;

    /// <summary>Length of the uncompressed form in bytes.</summary>
    public const int UncompressedSize = 65;

    private const byte CompressedEven = 2, CompressedOdd = 3, Uncompressed = 4;

    private readonly AffinePoint _point;

    internal Secp256k1PublicKey(in AffinePoint point) => _point = point;

    /// <summary>The coordinates, normalized.</summary>
    internal ref readonly AffinePoint Point => ref _point;

    /// <summary>
    /// Parses SEC 1 section 2.3.4: 33 bytes (02/03) or 65 bytes (04). False for any other length or prefix (so also for the hybrid forms
    /// 06/07 and for infinity), for a coordinate of p or more, and for a point that is not on the curve.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> sec1, [NotNullWhen(true)] out Secp256k1PublicKey? key)
    {
        key = null;
        if (!TryParsePoint(sec1, out AffinePoint point))
            return false;
        key = new Secp256k1PublicKey(point);
        return true;
    }

    /// <summary>
    /// Recovers the signer of r ‖ s (64 bytes) over a 32-byte hash (SEC 1 section 4.1.6). High s is accepted. False for other lengths,
    /// r or s outside 1..n-1, a recovery id outside 0..3, ids 2 and 3 when r + n is p or more, and when no point fits. Never throws.
    /// </summary>
    public static bool TryRecover(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, int recoveryId, [NotNullWhen(true)] out Secp256k1PublicKey? key)
    {
        key = EcdsaVarTime.TryRecover(hash, signature, recoveryId, out AffinePoint point) ? new Secp256k1PublicKey(point) : null;
        return key is not null;
    }

    /// <summary>
    /// Verifies r ‖ s (64 bytes) over a 32-byte hash (SEC 1 section 4.1.4). High s is accepted; callers that must refuse it ask
    /// <see cref="Secp256k1Signature.IsLowS"/>. False for other lengths and for r or s outside 1..n-1. Never throws.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) => EcdsaVarTime.Verify(_point, hash, signature);

    /// <summary>Writes 33 bytes: 02 or 03 by the parity of y, then x.</summary>
    /// <exception cref="ArgumentException">The destination is not 33 bytes long.</exception>
    public void WriteCompressed(Span<byte> destination)
    {
        RequireLength(destination, CompressedSize);
        WriteCompressed(_point, destination);
    }

    /// <summary>Writes 65 bytes: 04, x, y.</summary>
    /// <exception cref="ArgumentException">The destination is not 65 bytes long.</exception>
    public void WriteUncompressed(Span<byte> destination)
    {
        RequireLength(destination, UncompressedSize);
        destination[0] = Uncompressed;
        _point.X.Write(destination[1..]);
        _point.Y.Write(destination[(1 + FieldElement.Size)..]);
    }

    /// <summary>The account address: the last 20 bytes of keccak256(x ‖ y).</summary>
    public Address ToAddress()
    {
        Span<byte> uncompressed = stackalloc byte[UncompressedSize];
        Span<byte> hash = stackalloc byte[Keccak256.HashSize];
        WriteUncompressed(uncompressed);
        Keccak256.Hash(uncompressed[1..], hash);
        return new Address(hash[^Address.Size..]);
    }

    /// <inheritdoc/>
    public bool Equals(Secp256k1PublicKey? other)
    {
        if (other is null)
            return false;
        Span<byte> left = stackalloc byte[CompressedSize], right = stackalloc byte[CompressedSize];
        WriteCompressed(left);
        other.WriteCompressed(right);
        return left.SequenceEqual(right);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secp256k1PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        Span<byte> compressed = stackalloc byte[CompressedSize];
        WriteCompressed(compressed);
        HashCode code = default;
        code.AddBytes(compressed);
        return code.ToHashCode();
    }

    /// <summary>The compressed form of a point that may be secret: the parity is written without a branch.</summary>
    internal static void WriteCompressed(in AffinePoint point, Span<byte> destination)
    {
        destination[0] = (byte)(CompressedEven | point.Y.OddBit);
        point.X.Write(destination[1..]);
    }

    private static bool TryParsePoint(ReadOnlySpan<byte> sec1, out AffinePoint point)
    {
        point = default;
        if (sec1.Length is not (CompressedSize or UncompressedSize) || !FieldElement.TryRead(sec1.Slice(1, FieldElement.Size), out FieldElement x))
            return false;
        if (sec1.Length == CompressedSize)
            return sec1[0] is CompressedEven or CompressedOdd && AffinePoint.TryLiftVarTime(x, sec1[0] == CompressedOdd, out point);
        if (sec1[0] != Uncompressed || !FieldElement.TryRead(sec1[(1 + FieldElement.Size)..], out FieldElement y))
            return false;

        AffinePoint.CurveEquation(x, out FieldElement expected);
        FieldElement.Square(y, out FieldElement ySquared);
        point = new AffinePoint(x, y);
        return FieldElement.EqualsVarTime(expected, ySquared);
    }

    private static void RequireLength(ReadOnlySpan<byte> destination, int length)
    {
        if (destination.Length != length)
            throw new ArgumentException($"The destination must be {length} bytes long.", nameof(destination));
    }
}
