namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>Sums of multiples for verification, in variable time: nothing here may be secret.</summary>
internal static class PublicMultiplication
{
    // Widths of the windows: a table of 2^(width - 2) odd multiples each. The base's table is made once, the other for every sum.
    private const int BaseWidth = 8;
    private const int PointWidth = 5;
    private const int Digits = 256;

    private static readonly CachedPoint[] BaseTable = CreateBaseTable();

    /// <summary>baseScalar * B + pointScalar * point; both scalars are 32 bytes, least significant first, below L.</summary>
    public static EdwardsPoint MultiplyAdd(ReadOnlySpan<byte> baseScalar, ReadOnlySpan<byte> pointScalar, in EdwardsPoint point)
    {
        Span<sbyte> baseDigits = stackalloc sbyte[Digits], pointDigits = stackalloc sbyte[Digits];
        Recode(baseScalar, BaseWidth, baseDigits);
        Recode(pointScalar, PointWidth, pointDigits);
        Span<CachedPoint> pointTable = stackalloc CachedPoint[1 << (PointWidth - 2)];
        FillOddMultiples(point, pointTable);

        EdwardsPoint sum = EdwardsPoint.Identity;
        for (int i = Digits - 1; i >= 0; i--)
        {
            sum = sum.Double();
            sum = AddDigit(sum, baseDigits[i], BaseTable);
            sum = AddDigit(sum, pointDigits[i], pointTable);
        }

        return sum;
    }

    private static EdwardsPoint AddDigit(in EdwardsPoint sum, sbyte digit, ReadOnlySpan<CachedPoint> oddMultiples) => digit switch
    {
        0 => sum,
        > 0 => sum.Add(oddMultiples[digit >> 1]),
        _ => sum.Add(oddMultiples[-digit >> 1].Negate()),
    };

    // Non-adjacent form: digits are zero or odd, at most 2^(width - 1) in size, and width - 1 zeros follow each that is not zero.
    private static void Recode(ReadOnlySpan<byte> scalar, int width, Span<sbyte> digits)
    {
        digits.Clear();
        int carry = 0;
        for (int i = 0; i < Digits; i++)
        {
            if ((Bits(scalar, i, 1) ^ carry) == 0)
                continue;

            int window = Bits(scalar, i, width) + carry;
            carry = window >> (width - 1);
            digits[i] = (sbyte)(window - (carry << width));
            i += width - 1;
        }
    }

    private static int Bits(ReadOnlySpan<byte> scalar, int start, int count)
    {
        int index = start >> 3;
        int twoBytes = scalar[index] | (index + 1 < scalar.Length ? scalar[index + 1] << 8 : 0);
        return (twoBytes >> (start & 7)) & ((1 << count) - 1);
    }

    private static CachedPoint[] CreateBaseTable()
    {
        CachedPoint[] table = new CachedPoint[1 << (BaseWidth - 2)];
        FillOddMultiples(EdwardsPoint.Base, table);
        return table;
    }

    private static void FillOddMultiples(in EdwardsPoint point, Span<CachedPoint> table)
    {
        CachedPoint twice = point.Double().ToCached();
        EdwardsPoint multiple = point;
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = multiple.ToCached();
            multiple = multiple.Add(twice);
        }
    }
}
