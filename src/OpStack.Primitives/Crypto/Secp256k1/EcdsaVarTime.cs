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
        JacobianPointVarTime point =
            DoubleMultiplicationVarTime.Multiply(Scalar.Multiply(z, inverse), Scalar.Multiply(r, inverse), key);
        if (point.IsInfinity)
            return false;

        // x mod n = r without an inversion: x is r, or r + n where that is below p.
        FieldElement.Square(point.Z, out FieldElement zz);
        return (TryGetAbscissa(r, false, out FieldElement x) && HasAbscissa(point.X, x, zz))
            || (TryGetAbscissa(r, true, out x) && HasAbscissa(point.X, x, zz));
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
        JacobianPointVarTime point = DoubleMultiplicationVarTime.Multiply(minusZ, Scalar.Multiply(s, inverse), nonce);
        if (point.IsInfinity)
            return false;

        FieldElement.InvertVarTime(point.Z, out FieldElement zInverse);
        FieldElement.Square(zInverse, out FieldElement square);
        FieldElement.Multiply(square, zInverse, out FieldElement cube);
        FieldElement.Multiply(point.X, square, out FieldElement keyX);
        FieldElement.Multiply(point.Y, cube, out FieldElement keyY);
        FieldElement.Normalize(keyX, out keyX);
        FieldElement.Normalize(keyY, out keyY);
        key = new AffinePoint(keyX, keyY);
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
        if (FieldElement.IsZeroVarTime(point.Z) || !HasAbscissa(point.X, x, point.Z))
            return false;

        FieldElement.InvertVarTime(point.Z, out FieldElement zInverse);
        FieldElement.Multiply(point.Y, zInverse, out FieldElement y);
        FieldElement.Normalize(y, out y);
        return y.OddBit == (ulong)(recoveryId & 1);
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

    /// <summary>True when x is the numerator over its denominator.</summary>
    private static bool HasAbscissa(in FieldElement numerator, in FieldElement x, in FieldElement denominator)
    {
        FieldElement.Multiply(x, denominator, out FieldElement expected);
        return FieldElement.EqualsVarTime(numerator, expected);
    }
}
