namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// a G + b P for public scalars and a P that is seen for the first time: two half-length scalars in non-adjacent form over one chain of
/// doublings (Strauss, with the endomorphism) for P, the table for G.
/// </summary>
internal static class DoubleMultiplicationVarTime
{
    private const int Width = 5, TableSize = 1 << (Width - 2);

    /// <summary>a G + b P.</summary>
    internal static ConstantTimePoint Multiply(in Scalar a, in Scalar b, in AffinePoint point)
    {
        var sum = new ConstantTimePoint(Multiply(b, point));
        if (a.ZeroBit == 0)
            ConstantTimePoint.Add(sum, TableMultiplicationVarTime.MultiplyGenerator(a), out sum);
        return sum;
    }

    private static JacobianPointVarTime Multiply(in Scalar k, in AffinePoint point)
    {
        Span<AffinePoint> first = stackalloc AffinePoint[TableSize];
        Span<AffinePoint> second = stackalloc AffinePoint[TableSize];
        FillTables(point, first, second, out FieldElement scale);

        Span<short> digits = stackalloc short[2 * WindowedNafVarTime.DigitCount];
        Span<short> firstDigits = digits[..WindowedNafVarTime.DigitCount], secondDigits = digits[WindowedNafVarTime.DigitCount..];
        var split = new EndomorphismSplit(k);
        int length = Math.Max(
            WindowedNafVarTime.Recode(split.First, split.FirstNegative != 0, Width, firstDigits),
            WindowedNafVarTime.Recode(split.Second, split.SecondNegative != 0, Width, secondDigits));

        JacobianPointVarTime sum = JacobianPointVarTime.Infinity;
        for (int i = length - 1; i >= 0; i--)
        {
            sum.Double();
            if (firstDigits[i] != 0)
                sum.Add(first[Math.Abs(firstDigits[i]) / 2], firstDigits[i] < 0);
            if (secondDigits[i] != 0)
                sum.Add(second[Math.Abs(secondDigits[i]) / 2], secondDigits[i] < 0);
        }

        // Back from the scaled curve.
        FieldElement.Multiply(sum.Z, scale, out sum.Z);
        return sum;
    }

    /// <summary>(x s^2, y s^3): the point on the curve scaled by s, where y^2 = x^3 + 7 s^6. No formula here uses the 7.</summary>
    private static AffinePoint Rescale(in AffinePoint point, in FieldElement s)
    {
        FieldElement.Square(s, out FieldElement square);
        FieldElement.Multiply(point.X, square, out FieldElement x);
        FieldElement.Multiply(square, s, out FieldElement cube);
        FieldElement.Multiply(point.Y, cube, out FieldElement y);
        return new AffinePoint(x, y);
    }

    /// <summary>
    /// The odd multiples of P and of λP, affine without an inversion: all are brought to the Z of the last one, and the curve scaled by
    /// that Z is the one where they are affine.
    /// </summary>
    private static void FillTables(in AffinePoint point, Span<AffinePoint> first, Span<AffinePoint> second, out FieldElement scale)
    {
        // On the curve scaled by the Z of 2P, 2P is affine, which makes every step a mixed addition.
        var twice = new JacobianPointVarTime(point);
        twice.Double();
        FieldElement.Carry(twice.X, out FieldElement stepX);
        FieldElement.Carry(twice.Y, out FieldElement stepY);
        var step = new AffinePoint(stepX, stepY);

        Span<FieldElement> ratios = stackalloc FieldElement[TableSize];
        first[0] = Rescale(point, twice.Z);
        var multiple = new JacobianPointVarTime(first[0]);
        for (int i = 1; i < TableSize; i++)
        {
            multiple.Add(step, out ratios[i]);
            FieldElement.Carry(multiple.X, out FieldElement x);
            FieldElement.Carry(multiple.Y, out FieldElement y);
            first[i] = new AffinePoint(x, y);
        }

        FieldElement.Multiply(multiple.Z, twice.Z, out scale);
        FieldElement toLast = ratios[TableSize - 1];
        for (int i = TableSize - 2; i >= 0; i--)
        {
            first[i] = Rescale(first[i], toLast);
            FieldElement.Multiply(toLast, ratios[i], out toLast);
        }

        for (int i = 0; i < TableSize; i++)
        {
            FieldElement.Multiply(first[i].X, EndomorphismSplit.Beta, out FieldElement x);
            second[i] = new AffinePoint(x, first[i].Y);
        }
    }
}
