using System.Runtime.Intrinsics;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>a G + b P for public scalars from the tables of G and P: 64 additions, in four lanes where the processor has them.</summary>
internal static class TableMultiplicationVarTime
{
    private const int RowCount = FixedPointTableVarTime.DigitCount;

    /// <summary>a G + b P; b is not zero.</summary>
    internal static ConstantTimePoint Multiply(in Scalar a, in Scalar b, FixedPointTableVarTime point)
    {
        if (FieldLanes.IsSupported && a.ZeroBit == 0)
        {
            ConstantTimePoint total = MultiplyInLanes(a, b, point);

            // Zero is infinity or a lane that was lost; no one sees either by chance.
            if (!FieldElement.IsZeroVarTime(total.Z))
                return total;
        }

        return MultiplyOneByOne(a, b, point);
    }

    /// <summary>The plain way: one sum, every case handled.</summary>
    internal static ConstantTimePoint MultiplyOneByOne(in Scalar a, in Scalar b, FixedPointTableVarTime point)
    {
        JacobianPointVarTime sum = JacobianPointVarTime.Infinity;
        if (a.ZeroBit == 0)
            Add(ref sum, FixedPointTableVarTime.Generator, a);
        Add(ref sum, point, b);
        return new ConstantTimePoint(sum);
    }

    /// <summary>Four sums of sixteen entries. Z is 0 also when the lanes could not tell.</summary>
    internal static ConstantTimePoint MultiplyInLanes(in Scalar a, in Scalar b, FixedPointTableVarTime point)
    {
        Span<short> digits = stackalloc short[2 * RowCount];
        FixedPointTableVarTime.Recode(a, digits[..RowCount]);
        FixedPointTableVarTime.Recode(b, digits[RowCount..]);
        return SumInLanes(digits, point);
    }

    /// <summary>k G; k is not zero.</summary>
    internal static ConstantTimePoint MultiplyGenerator(in Scalar k) =>
        FieldLanes.IsSupported ? MultiplyGeneratorInLanes(k) : MultiplyGeneratorOneByOne(k);

    /// <summary>The plain way.</summary>
    internal static ConstantTimePoint MultiplyGeneratorOneByOne(in Scalar k)
    {
        JacobianPointVarTime sum = JacobianPointVarTime.Infinity;
        Add(ref sum, FixedPointTableVarTime.Generator, k);
        return new ConstantTimePoint(sum);
    }

    private static ConstantTimePoint MultiplyGeneratorInLanes(in Scalar k)
    {
        // No lane is lost: what it holds is a smaller multiple of G than its next term, and together they stay below n.
        Span<short> digits = stackalloc short[RowCount];
        FixedPointTableVarTime.Recode(k, digits);
        return SumInLanes(digits, FixedPointTableVarTime.Generator);
    }

    /// <summary>The first digits are of the generator's table, those after it of the point's.</summary>
    private static ConstantTimePoint SumInLanes(ReadOnlySpan<short> digits, FixedPointTableVarTime point)
    {
        FixedPointTableVarTime generator = FixedPointTableVarTime.Generator;
        var sums = new PointLanesVarTime(
            generator.Entry(0, digits[0]), generator.Entry(1, digits[1]), generator.Entry(2, digits[2]), generator.Entry(3, digits[3]),
            Negative(digits));
        for (int i = FieldLanes.Count; i < digits.Length; i += FieldLanes.Count)
        {
            FixedPointTableVarTime table = i < RowCount ? generator : point;
            int row = i % RowCount;
            ReadOnlySpan<short> four = digits.Slice(i, FieldLanes.Count);
            sums.Add(
                table.Entry(row, four[0]), table.Entry(row + 1, four[1]), table.Entry(row + 2, four[2]), table.Entry(row + 3, four[3]),
                Negative(four));
        }

        return sums.Total();
    }

    private static Vector256<ulong> Negative(ReadOnlySpan<short> digits) =>
        Vector256.LessThan(Vector256.Create(digits[0], digits[1], digits[2], (long)digits[3]), Vector256<long>.Zero).AsUInt64();

    private static void Add(ref JacobianPointVarTime sum, FixedPointTableVarTime table, in Scalar k)
    {
        Span<short> digits = stackalloc short[RowCount];
        FixedPointTableVarTime.Recode(k, digits);
        for (int row = 0; row < RowCount; row++)
            sum.Add(table.Entry(row, digits[row]), digits[row] < 0);
    }
}
