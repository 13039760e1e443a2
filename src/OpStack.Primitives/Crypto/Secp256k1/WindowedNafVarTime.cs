namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>Width-w non-adjacent forms of public half scalars: mostly zeros, each other digit odd and below 2^(w-1) in size.</summary>
internal static class WindowedNafVarTime
{
    /// <summary>Digits of a half scalar below 2^128: one more than its bits, for the last carry.</summary>
    internal const int DigitCount = 129;

    /// <summary>Writes the digits of weight 2^i, all negated when <paramref name="negative"/>; returns how many are in use.</summary>
    internal static int Recode(in Scalar half, bool negative, int width, Span<short> digits)
    {
        Span<ulong> limbs = stackalloc ulong[4];
        half.WriteLimbs(limbs);
        digits.Clear();
        int used = 0;
        uint carry = 0;
        for (int bit = 0; bit < DigitCount;)
        {
            uint window = Bits(limbs, bit, width);
            if ((window & 1) == carry)
            {
                bit++;
                continue;
            }

            window += carry;
            carry = window >> (width - 1);
            int digit = (int)window - (int)(carry << width);
            digits[bit] = (short)(negative ? -digit : digit);
            used = bit + 1;
            bit += width;
        }

        return used;
    }

    private static uint Bits(ReadOnlySpan<ulong> limbs, int position, int count)
    {
        int limb = position / 64, shift = position % 64;
        ulong value = limbs[limb] >> shift;
        if (shift + count > 64)
            value |= limbs[limb + 1] << (64 - shift);
        return (uint)value & ((1u << count) - 1);
    }
}
