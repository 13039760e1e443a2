namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// a G + b P for public scalars: four half-length scalars in non-adjacent form over one chain of doublings (Strauss, with the
/// endomorphism).
/// </summary>
internal static class DoubleMultiplicationVarTime
{
    private const int PointWidth = 5, GeneratorWidth = 11;
    private const int PointTableSize = 1 << (PointWidth - 2), GeneratorTableSize = 1 << (GeneratorWidth - 2);

    /// <summary>a G + b P.</summary>
    internal static JacobianPointVarTime Multiply(in Scalar a, in Scalar b, in AffinePoint point)
    {
        Span<AffinePoint> first = stackalloc AffinePoint[PointTableSize];
        Span<AffinePoint> second = stackalloc AffinePoint[PointTableSize];
        FillPointTables(point, first, second, out FieldElement scale);

        const int Stride = WindowedNafVarTime.DigitCount;
        Span<short> digits = stackalloc short[4 * Stride];
        Span<short> generator1 = digits[..Stride], generator2 = digits.Slice(Stride, Stride);
        Span<short> point1 = digits.Slice(2 * Stride, Stride), point2 = digits[(3 * Stride)..];
        int length = Math.Max(Recode(a, GeneratorWidth, generator1, generator2), Recode(b, PointWidth, point1, point2));

        JacobianPointVarTime sum = JacobianPointVarTime.Infinity;
        for (int i = length - 1; i >= 0; i--)
        {
            sum.Double();
            if (point1[i] != 0)
                AddEntry(ref sum, first, point1[i]);
            if (point2[i] != 0)
                AddEntry(ref sum, second, point2[i]);
            if (generator1[i] != 0)
                AddGenerator(ref sum, generator1[i], false, scale);
            if (generator2[i] != 0)
                AddGenerator(ref sum, generator2[i], true, scale);
        }

        // Back from the scaled curve.
        FieldElement.Multiply(sum.Z, scale, out sum.Z);
        return sum;
    }

    private static int Recode(in Scalar k, int width, Span<short> first, Span<short> second)
    {
        var split = new EndomorphismSplit(k);
        return Math.Max(
            WindowedNafVarTime.Recode(split.First, split.FirstNegative != 0, width, first),
            WindowedNafVarTime.Recode(split.Second, split.SecondNegative != 0, width, second));
    }

    private static void AddEntry(ref JacobianPointVarTime sum, ReadOnlySpan<AffinePoint> table, int digit)
    {
        AffinePoint entry = Entry(table, digit);
        if (sum.IsInfinity)
            sum = new JacobianPointVarTime(entry);
        else
            sum.Add(entry, sum.Z, out _);
    }

    private static void AddGenerator(ref JacobianPointVarTime sum, int digit, bool endomorphism, in FieldElement scale)
    {
        AffinePoint entry = Entry(Generator.OddMultiples, digit);
        if (endomorphism)
        {
            FieldElement.Multiply(entry.X, EndomorphismSplit.Beta, out FieldElement x);
            entry = new AffinePoint(x, entry.Y);
        }

        if (sum.IsInfinity)
        {
            sum = new JacobianPointVarTime(Rescale(entry, scale));
            return;
        }

        FieldElement.Multiply(sum.Z, scale, out FieldElement scaledZ);
        sum.Add(entry, scaledZ, out _);
    }

    private static AffinePoint Entry(ReadOnlySpan<AffinePoint> table, int digit)
    {
        ref readonly AffinePoint entry = ref table[Math.Abs(digit) / 2];
        if (digit > 0)
            return entry;
        FieldElement.Negate(entry.Y, 1, out FieldElement y);
        return new AffinePoint(entry.X, y);
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
    private static void FillPointTables(in AffinePoint point, Span<AffinePoint> first, Span<AffinePoint> second, out FieldElement scale)
    {
        // On the curve scaled by the Z of 2P, 2P is affine, which makes every step a mixed addition.
        var twice = new JacobianPointVarTime(point);
        twice.Double();
        FieldElement.Carry(twice.X, out FieldElement stepX);
        FieldElement.Carry(twice.Y, out FieldElement stepY);
        var step = new AffinePoint(stepX, stepY);

        Span<FieldElement> ratios = stackalloc FieldElement[PointTableSize];
        first[0] = Rescale(point, twice.Z);
        var multiple = new JacobianPointVarTime(first[0]);
        for (int i = 1; i < PointTableSize; i++)
        {
            multiple.Add(step, multiple.Z, out ratios[i]);
            FieldElement.Carry(multiple.X, out FieldElement x);
            FieldElement.Carry(multiple.Y, out FieldElement y);
            first[i] = new AffinePoint(x, y);
        }

        FieldElement.Multiply(multiple.Z, twice.Z, out scale);
        FieldElement toLast = ratios[PointTableSize - 1];
        for (int i = PointTableSize - 2; i >= 0; i--)
        {
            first[i] = Rescale(first[i], toLast);
            FieldElement.Multiply(toLast, ratios[i], out toLast);
        }

        for (int i = 0; i < PointTableSize; i++)
        {
            FieldElement.Multiply(first[i].X, EndomorphismSplit.Beta, out FieldElement x);
            second[i] = new AffinePoint(x, first[i].Y);
        }
    }

    /// <summary>The odd multiples of G up to 1,023: 512 points, 40 KiB, built on first use.</summary>
    private static class Generator
    {
        internal static readonly AffinePoint[] OddMultiples = Build();

        private static AffinePoint[] Build()
        {
            var points = new ConstantTimePoint[GeneratorTableSize];
            Secp256k1.OddMultiples.Fill(new ConstantTimePoint(AffinePoint.Generator), points);
            return AffinePoint.FromAll(points);
        }
    }
}
