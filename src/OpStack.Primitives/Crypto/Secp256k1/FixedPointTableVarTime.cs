namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// Multiples of one point for which k P is the sum of one entry per byte of k, without doublings. For public scalars: an entry is read
/// where its digit points.
/// </summary>
/// <remarks>32 rows of 128 points of 80 bytes: 320 KiB, built in a few milliseconds.</remarks>
internal sealed class FixedPointTableVarTime
{
    /// <summary>Digits of a scalar, as many as its bytes.</summary>
    internal const int DigitCount = Scalar.Size;

    private const int RowSize = 128;

    // Row i holds the odd multiples 1..255 of 256^i P.
    private readonly AffinePoint[] _entries;

    /// <summary>Builds the table.</summary>
    internal FixedPointTableVarTime(in AffinePoint point)
    {
        var points = new ConstantTimePoint[DigitCount * RowSize];
        var power = new ConstantTimePoint(point);
        for (int row = 0; row < DigitCount; row++)
        {
            OddMultiples.Fill(power, points.AsSpan(row * RowSize, RowSize));
            for (int bit = 0; bit < 8; bit++)
                ConstantTimePoint.Double(power, out power);
        }

        _entries = AffinePoint.FromAll(points);
    }

    /// <summary>The table of the generator, built on first use.</summary>
    internal static FixedPointTableVarTime Generator => GeneratorTable.Instance;

    /// <summary>|digit| 256^row P.</summary>
    internal ref readonly AffinePoint Entry(int row, int digit) => ref _entries[(row * RowSize) + (Math.Abs(digit) / 2)];

    /// <summary>
    /// The digits of weight 256^i of a scalar other than zero: all odd, -255..255, so that each is an entry or its negative.
    /// </summary>
    internal static void Recode(in Scalar k, Span<short> digits)
    {
        // n is odd, so of k and n - k exactly one is odd.
        bool even = k.OddBit == 0;
        Span<ulong> limbs = stackalloc ulong[4];
        (even ? Scalar.Negate(k) : k).WriteLimbs(limbs);
        for (int i = 0; i < DigitCount; i++)
        {
            // After a digit d of the odd m, (m - d) / 256 = (m >> 8) | 1 is odd again: 9 bits of the original give each digit.
            int limb = i / 8, shift = i % 8 * 8;
            ulong window = limbs[limb] >> shift;
            if (shift == 56 && limb < 3)
                window |= limbs[limb + 1] << 8;
            int digit = (int)((window & 511) | 1) - (i == DigitCount - 1 ? 0 : 256);
            digits[i] = (short)(even ? -digit : digit);
        }
    }

    private static class GeneratorTable
    {
        internal static readonly FixedPointTableVarTime Instance = new(AffinePoint.Generator);
    }
}
