using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// k P for a secret k and a public point P: both halves of k share 128 doublings. Must not branch on or index by k: lookups read whole
/// tables, additions are complete, and the corrections for even halves are always computed.
/// </summary>
internal static class PointMultiplication
{
    /// <summary>Digits of a half: 128 bits and one more, since an even half is made odd by adding one.</summary>
    private const int DigitCount = 128 / SignedWindows.Bits + 1;

    /// <summary>k P in affine form; k is not zero.</summary>
    internal static AffinePoint Multiply(in AffinePoint point, in Scalar k)
    {
        Span<ConstantTimePoint> first = stackalloc ConstantTimePoint[SignedWindows.TableSize];
        Span<ConstantTimePoint> second = stackalloc ConstantTimePoint[SignedWindows.TableSize];
        OddMultiples.Fill(new ConstantTimePoint(point), first);
        for (int i = 0; i < first.Length; i++)
            ConstantTimePoint.ApplyEndomorphism(first[i], out second[i]);

        var split = new EndomorphismSplit(k);
        Span<sbyte> digits = stackalloc sbyte[2 * DigitCount];
        Span<sbyte> firstDigits = digits[..DigitCount], secondDigits = digits[DigitCount..];
        Recode(split.First, firstDigits);
        Recode(split.Second, secondDigits);

        Lookup(first, firstDigits[^1], split.FirstNegative, out ConstantTimePoint sum);
        Lookup(second, secondDigits[^1], split.SecondNegative, out ConstantTimePoint entry);
        ConstantTimePoint.Add(sum, entry, out sum);
        for (int i = DigitCount - 2; i >= 0; i--)
        {
            for (int bit = 0; bit < SignedWindows.Bits; bit++)
                ConstantTimePoint.Double(sum, out sum);
            Lookup(first, firstDigits[i], split.FirstNegative, out entry);
            ConstantTimePoint.Add(sum, entry, out sum);
            Lookup(second, secondDigits[i], split.SecondNegative, out entry);
            ConstantTimePoint.Add(sum, entry, out sum);
        }

        SubtractIfEven(ref sum, first[0], split.First, split.FirstNegative);
        SubtractIfEven(ref sum, second[0], split.Second, split.SecondNegative);
        AffinePoint result = AffinePoint.From(sum);

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(digits));
        EndomorphismSplit.Clear(ref split);
        ConstantTimePoint.Clear(ref entry);
        ConstantTimePoint.Clear(ref sum);
        return result;
    }

    private static void Recode(in Scalar half, Span<sbyte> digits)
    {
        Span<ulong> limbs = stackalloc ulong[4];
        Scalar odd = Scalar.Add(half, new Scalar(1 ^ half.OddBit, 0, 0, 0));
        odd.WriteLimbs(limbs);
        SignedWindows.Recode(limbs, digits);
        Scalar.Clear(ref odd);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(limbs));
    }

    private static void Lookup(ReadOnlySpan<ConstantTimePoint> table, sbyte digit, ulong halfNegative, out ConstantTimePoint r)
    {
        ulong index = SignedWindows.TableIndex(digit, out ulong negative);
        ConstantTimePoint.Lookup(table, index, out r);
        ConstantTimePoint.NegateMasked(r, negative ^ halfNegative, out r);
    }

    /// <summary>Takes back the one that made an even half odd.</summary>
    private static void SubtractIfEven(ref ConstantTimePoint sum, in ConstantTimePoint point, in Scalar half, ulong halfNegative)
    {
        ConstantTimePoint.NegateMasked(point, ~halfNegative, out ConstantTimePoint correction);
        ConstantTimePoint.Add(sum, correction, out ConstantTimePoint corrected);
        ConstantTimePoint.Select(half.OddBit - 1, corrected, sum, out sum);
    }
}
