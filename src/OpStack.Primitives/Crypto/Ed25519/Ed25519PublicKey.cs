using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>An Ed25519 verification key (RFC 8032).</summary>
public sealed class Ed25519PublicKey
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _encoded;
    private readonly EdwardsPoint _negative;

    private Ed25519PublicKey(ReadOnlySpan<byte> encoded, in EdwardsPoint point)
    {
        _encoded = encoded.ToArray();
        _negative = point.Negate();
    }

    /// <summary>
    /// Parses 32 bytes; false when they are not the canonical form of a point (RFC 8032 section 5.1.3), or the point is of small order:
    /// no seed has such a key, and signatures under it prove nothing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Ed25519PublicKey? key)
    {
        key = null;
        if (bytes.Length != Size || !EdwardsPoint.TryDecode(bytes, out EdwardsPoint point) || point.IsSmallOrder)
            return false;

        key = new Ed25519PublicKey(bytes, point);
        return true;
    }

    /// <summary>The key of a secret scalar (clamped, 32 bytes), in constant time.</summary>
    internal static Ed25519PublicKey FromScalar(ReadOnlySpan<byte> scalar)
    {
        EdwardsPoint point = BaseMultiplication.Multiply(scalar);
        Span<byte> encoded = stackalloc byte[Size];
        point.Encode(encoded);
        return new Ed25519PublicKey(encoded, point);
    }

    /// <summary>Copies the 32 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    public void CopyTo(Span<byte> destination) => _encoded.CopyTo(destination);

    /// <summary>
    /// Verifies a 64-byte signature; never throws. S must be below L, and R is compared as bytes, so no second form of a signature passes
    /// (RFC 8032 section 5.1.7, without the cofactor).
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Ed25519PrivateKey.SignatureSize)
            return false;

        ReadOnlySpan<byte> r = signature[..EdwardsPoint.Size], s = signature[EdwardsPoint.Size..];
        if (!Scalar25519.IsReduced(s))
            return false;

        Span<byte> challenge = stackalloc byte[Scalar25519.Size], expected = stackalloc byte[EdwardsPoint.Size];
        Challenge(r, message, challenge);
        PublicMultiplication.MultiplyAdd(s, challenge, _negative).Encode(expected);
        return expected.SequenceEqual(r);
    }

    /// <summary>SHA-512(R, A, M) modulo L.</summary>
    internal void Challenge(ReadOnlySpan<byte> r, ReadOnlySpan<byte> message, Span<byte> scalar)
    {
        using IncrementalHash sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        sha512.AppendData(r);
        sha512.AppendData(_encoded);
        sha512.AppendData(message);
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        sha512.GetHashAndReset(digest);
        Scalar25519.Reduce(digest, scalar);
    }
}
