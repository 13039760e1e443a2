using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>A secret multiple of the base point, in constant time: a table of its multiples, every entry of a row read for every digit.</summary>
internal static class BaseMultiplication
{
    private const int Rows = 32;
    private const int RowLength = 8;

    // Row i holds 1 to 8 times 256^i times the base point: 40 KiB, computed at first use.
    private static readonly CachedPoint[] Table = CreateTable();

    /// <summary>Multiplies by a scalar of 32 bytes, least significant first, below 2^255.</summary>
    public static EdwardsPoint Multiply(ReadOnlySpan<byte> scalar)
    {
        Span<sbyte> digits = stackalloc sbyte[2 * Rows];
        Recode(scalar, digits);

        // Digits of odd weight first: four doublings then bring them to their place, and one table serves both.
        EdwardsPoint sum = EdwardsPoint.Identity;
        for (int row = 0; row < Rows; row++)
            sum = sum.Add(Lookup(row, digits[(2 * row) + 1]));
        sum = sum.Double().Double().Double().Double();
        for (int row = 0; row < Rows; row++)
            sum = sum.Add(Lookup(row, digits[2 * row]));

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(digits));
        return sum;
    }

    // Base 16 with digits from -8 to 7; the last, which takes the final carry, up to 8.
    private static void Recode(ReadOnlySpan<byte> scalar, Span<sbyte> digits)
    {
        int carry = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = ((scalar[i >> 1] >> (4 * (i & 1))) & 15) + carry;
            carry = i == digits.Length - 1 ? 0 : (digit + 8) >> 4;
            digits[i] = (sbyte)(digit - (carry << 4));
        }
    }

    private static CachedPoint Lookup(int row, sbyte digit)
    {
        int negative = digit >> 7;
        int magnitude = (digit ^ negative) - negative;

        CachedPoint result = EdwardsPoint.Identity.ToCached();
        for (int i = 0; i < RowLength; i++)
        {
            // All ones exactly when the two numbers, both below 16, are equal.
            ulong equal = (ulong)((long)((magnitude ^ (i + 1)) - 1) >> 63);
            result = CachedPoint.Select(result, Table[(row * RowLength) + i], equal);
        }

        return CachedPoint.Select(result, result.Negate(), (ulong)(long)negative);
    }

    private static CachedPoint[] CreateTable()
    {
        CachedPoint[] table = new CachedPoint[Rows * RowLength];
        EdwardsPoint start = EdwardsPoint.Base;
        for (int row = 0; row < Rows; row++)
        {
            CachedPoint step = start.ToCached();
            EdwardsPoint multiple = start;
            for (int i = 0; i < RowLength; i++)
            {
                table[(row * RowLength) + i] = multiple.ToCached();
                multiple = multiple.Add(step);
            }

            for (int i = 0; i < 8; i++)
                start = start.Double();
        }

        return table;
    }
}
