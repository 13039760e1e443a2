using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// k G for a secret k, as the sum of one table entry per signed window. Must not branch on or index by k: each lookup reads its whole
/// row and the additions are complete.
/// </summary>
internal static class GeneratorMultiplication
{
    private const int WindowCount = 256 / SignedWindows.Bits;

    /// <summary>k G in affine form; k is not zero.</summary>
    internal static AffinePoint Multiply(in Scalar k)
    {
        // n is odd, so of k and n - k exactly one is odd; the other sign is restored at the end.
        ulong even = k.OddBit - 1;
        Scalar odd = Scalar.NegateMasked(k, even);
        Span<ulong> limbs = stackalloc ulong[4];
        Span<sbyte> digits = stackalloc sbyte[WindowCount];
        odd.WriteLimbs(limbs);
        SignedWindows.Recode(limbs, digits);

        Lookup(Tables.Rows.AsSpan(0, SignedWindows.TableSize), digits[0], out AffinePoint entry);
        var sum = new ConstantTimePoint(entry);
        for (int i = 1; i < WindowCount; i++)
        {
            Lookup(Tables.Rows.AsSpan(i * SignedWindows.TableSize, SignedWindows.TableSize), digits[i], out entry);
            ConstantTimePoint.Add(sum, entry, out sum);
        }

        ConstantTimePoint.NegateMasked(sum, even, out sum);
        AffinePoint result = AffinePoint.From(sum);

        Scalar.Clear(ref odd);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(limbs));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(digits));
        AffinePoint.Clear(ref entry);
        ConstantTimePoint.Clear(ref sum);
        return result;
    }

    private static void Lookup(ReadOnlySpan<AffinePoint> row, sbyte digit, out AffinePoint r)
    {
        ulong index = SignedWindows.TableIndex(digit, out ulong negative);
        FieldElement x = default, y = default;
        for (int i = 0; i < row.Length; i++)
        {
            ulong mask = SignedWindows.EqualMask((ulong)i, index);
            FieldElement.AccumulateMasked(ref x, row[i].X, mask);
            FieldElement.AccumulateMasked(ref y, row[i].Y, mask);
        }

        // Magnitude 2 after a negation, which the complete addition admits.
        FieldElement.Negate(y, 1, out FieldElement minusY);
        FieldElement.Select(negative, minusY, y, out y);
        r = new AffinePoint(x, y);
    }

    /// <summary>Row i holds the odd multiples 1..15 of 16^i G: 64 rows, 40 KiB, built on first use.</summary>
    private static class Tables
    {
        internal static readonly AffinePoint[] Rows = Build();

        private static AffinePoint[] Build()
        {
            var points = new ConstantTimePoint[WindowCount * SignedWindows.TableSize];
            var power = new ConstantTimePoint(AffinePoint.Generator);
            for (int row = 0; row < WindowCount; row++)
            {
                OddMultiples.Fill(power, points.AsSpan(row * SignedWindows.TableSize, SignedWindows.TableSize));
                for (int bit = 0; bit < SignedWindows.Bits; bit++)
                    ConstantTimePoint.Double(power, out power);
            }

            return AffinePoint.FromAll(points);
        }
    }
}
