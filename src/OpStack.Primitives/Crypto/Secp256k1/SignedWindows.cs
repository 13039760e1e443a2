namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// Signed windows of a secret odd integer: digits of 4 bits, all odd, -15..15, so that no digit asks for the point at infinity and every
/// table holds the eight odd multiples. Must not branch on or index by the integer or its digits.
/// </summary>
internal static class SignedWindows
{
    /// <summary>Bits per digit.</summary>
    internal const int Bits = 4;

    /// <summary>Entries of a table: 1, 3, 5 .. 15 times a point.</summary>
    internal const int TableSize = 8;

    /// <summary>
    /// Recodes <paramref name="limbs"/> (least significant first, odd) into digits of weight 16^i. The last digit takes all that is left
    /// and is positive, so the integer must be below 16^digits.
    /// </summary>
    internal static void Recode(ReadOnlySpan<ulong> limbs, Span<sbyte> digits)
    {
        // After a digit d of the odd m, (m - d) / 16 = (m >> 4) | 1 is odd again: 5 bits of the original give each digit.
        for (int i = 0; i < digits.Length; i++)
        {
            int limb = i * Bits / 64, shift = i * Bits % 64;
            ulong window = limbs[limb] >> shift;
            if (shift + Bits + 1 > 64 && limb + 1 < limbs.Length)
                window |= limbs[limb + 1] << (64 - shift);
            int last = i == digits.Length - 1 ? 0 : 16;
            digits[i] = (sbyte)((int)((window & 31) | 1) - last);
        }
    }

    /// <summary>Splits an odd digit into its sign (all ones when negative) and the index of its absolute value in a table of odd multiples.</summary>
    internal static ulong TableIndex(sbyte digit, out ulong negative)
    {
        long value = digit;
        long sign = value >> 63;
        negative = (ulong)sign;
        return (ulong)((value ^ sign) - sign) >> 1;
    }

    /// <summary>All ones when equal, else zero; both below 2^63.</summary>
    internal static ulong EqualMask(ulong a, ulong b) => (ulong)((long)((a ^ b) - 1) >> 63);
}
