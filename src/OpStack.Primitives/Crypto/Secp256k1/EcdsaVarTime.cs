namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>ECDSA with public inputs only: verification and key recovery (SEC 1, sections 4.1.4 and 4.1.6).</summary>
internal static class EcdsaVarTime
{
    private const int HashSize = 32;

    /// <summary>True when r ‖ s (64 bytes) signs the 32-byte hash for the key; false for other lengths.</summary>
    internal static bool Verify(in AffinePoint key, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (!TryRead(hash, signature, out Scalar z, out Scalar r, out Scalar s))
            return false;
        Scalar inverse = Scalar.InvertVarTime(s);
        ConstantTimePoint point = DoubleMultiplicationVarTime.Multiply(Scalar.Multiply(z, inverse), Scalar.Multiply(r, inverse), key);
        if (FieldElement.IsZeroVarTime(point.Z))
            return false;

        // x mod n = r without an inversion: x is r, or r + n where that is below p.
        return (TryGetAbscissa(r, false, out FieldElement x) && HasAbscissa(point, x))
            || (TryGetAbscissa(r, true, out x) && HasAbscissa(point, x));
    }

    /// <summary>The key for which r ‖ s (64 bytes) signs the 32-byte hash; false for other lengths and ids outside 0..3.</summary>
    internal static bool TryRecover(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, int recoveryId, out AffinePoint key)
    {
        key = default;
        if (recoveryId is < 0 or > 3 || !TryRead(hash, signature, out Scalar z, out Scalar r, out Scalar s))
            return false;
        if (!TryGetAbscissa(r, recoveryId >= 2, out FieldElement x)
            || !AffinePoint.TryLiftVarTime(x, (recoveryId & 1) != 0, out AffinePoint nonce))
            return false;

        Scalar inverse = Scalar.InvertVarTime(r);
        Scalar minusZ = Scalar.Negate(Scalar.Multiply(z, inverse));
        ConstantTimePoint point = DoubleMultiplicationVarTime.Multiply(minusZ, Scalar.Multiply(s, inverse), nonce);
        if (FieldElement.IsZeroVarTime(point.Z))
            return false;
        key = AffinePoint.FromVarTime(point);
        return true;
    }

    /// <summary>
    /// True when <see cref="TryRecover"/> gives the key of the table. The recovered key is (s R - z G) / r for the R that r and the id
    /// name, which is the key exactly when R = (z / s) G + (r / s) key: so x and the parity of y decide, and nothing is lifted.
    /// </summary>
    internal static bool RecoversTo(FixedPointTableVarTime key, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, int recoveryId)
    {
        if (recoveryId is < 0 or > 3
            || !TryRead(hash, signature, out Scalar z, out Scalar r, out Scalar s)
            || !TryGetAbscissa(r, recoveryId >= 2, out FieldElement x))
            return false;
        Scalar inverse = Scalar.InvertVarTime(s);
        ConstantTimePoint point = TableMultiplicationVarTime.Multiply(Scalar.Multiply(z, inverse), Scalar.Multiply(r, inverse), key);
        if (FieldElement.IsZeroVarTime(point.Z) || !HasAbscissa(point, x))
            return false;

        return AffinePoint.FromVarTime(point).Y.OddBit == (ulong)(recoveryId & 1);
    }

    private static bool TryRead(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, out Scalar z, out Scalar r, out Scalar s)
    {
        z = r = s = default;
        if (hash.Length != HashSize || signature.Length != Secp256k1Signature.Size)
            return false;
        z = Scalar.Read(hash, out _);
        return Scalar.TryReadNonZero(signature[..Scalar.Size], out r) && Scalar.TryReadNonZero(signature[Scalar.Size..], out s);
    }

    /// <summary>r, or r + n, as the coordinate of a point; false when that is p or more.</summary>
    private static bool TryGetAbscissa(in Scalar r, bool plusOrder, out FieldElement x)
    {
        x = default;
        Span<byte> bytes = stackalloc byte[FieldElement.Size];
        if (plusOrder)
        {
            if (!r.TryWritePlusOrderVarTime(bytes))
                return false;
        }
        else
        {
            r.Write(bytes);
        }

        return FieldElement.TryRead(bytes, out x);
    }

    private static bool HasAbscissa(in ConstantTimePoint point, in FieldElement x)
    {
        FieldElement.Multiply(x, point.Z, out FieldElement expected);
        return FieldElement.EqualsVarTime(point.X, expected);
    }
}
