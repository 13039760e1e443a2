using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// Splits k into k1 + k2 λ mod n with halves of at most 128 bits, for (β x, y) = λ (x, y) (Gallant, Lambert, Vanstone 2001; the basis
/// and the rounded quotients are those every secp256k1 implementation uses). Must not branch on k: ECDH splits its secret here.
/// </summary>
internal readonly struct EndomorphismSplit
{
    /// <summary>β: the cube root of one modulo p that belongs to λ.</summary>
    internal static readonly FieldElement Beta =
        FieldElement.FromLimbs(0x96C28719501EE, 0x7512F58995C13, 0xC3434E99CF049, 0x07106E64479EA, 0x07AE96A2B657C);

    // The lattice basis (a1, b1), (a2, b2) enters as -b1, -b2 and as 2^384 b2 / n, 2^384 (-b1) / n, rounded.
    private static readonly Scalar MinusLambda = new(0xE0CFC810B51283CF, 0xA880B9FC8EC739C2, 0x5AD9E3FD77ED9BA4, 0xAC9C52B33FA3CF1F);
    private static readonly Scalar MinusB1 = new(0x6F547FA90ABFE4C3, 0xE4437ED6010E8828, 0, 0);
    private static readonly Scalar MinusB2 = new(0xD765CDA83DB1562C, 0x8A280AC50774346D, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF);
    private static readonly Scalar Quotient1 = new(0xE893209A45DBB031, 0x3DAA8A1471E8CA7F, 0xE86C90E49284EB15, 0x3086D221A7D46BCD);
    private static readonly Scalar Quotient2 = new(0x1571B4AE8AC47F71, 0x221208AC9DF506C6, 0x6F547FA90ABFE4C4, 0xE4437ED6010E8828);

    /// <summary>The absolute values, below 2^128.</summary>
    internal readonly Scalar First, Second;

    /// <summary>All ones where the half is negative, else zero.</summary>
    internal readonly ulong FirstNegative, SecondNegative;

    /// <summary>Splits <paramref name="k"/>.</summary>
    internal EndomorphismSplit(in Scalar k)
    {
        Scalar c1 = Scalar.Multiply(Scalar.MultiplyShift384(k, Quotient1), MinusB1);
        Scalar c2 = Scalar.Multiply(Scalar.MultiplyShift384(k, Quotient2), MinusB2);
        Scalar second = Scalar.Add(c1, c2);
        Scalar first = Scalar.Add(Scalar.Multiply(second, MinusLambda), k);
        FirstNegative = 0 - first.HighBit;
        SecondNegative = 0 - second.HighBit;
        First = Scalar.NegateMasked(first, FirstNegative);
        Second = Scalar.NegateMasked(second, SecondNegative);
    }

    /// <summary>Overwrites the halves of a secret.</summary>
    internal static void Clear(ref EndomorphismSplit secret) =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<EndomorphismSplit>(ref secret)));
}
