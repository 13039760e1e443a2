using System.Runtime.CompilerServices;

namespace OpStack.Primitives.Crypto.Ed25519;

internal readonly partial struct FieldElement25519
{
    // 4p, limb by limb: added before a subtraction, so that no limb goes below zero.
    private const ulong FourP0 = (1UL << 53) - 76;
    private const ulong FourP = (1UL << 53) - 4;

    /// <summary>The sum, not carried.</summary>
    public static FieldElement25519 operator +(in FieldElement25519 a, in FieldElement25519 b) =>
        new(a._0 + b._0, a._1 + b._1, a._2 + b._2, a._3 + b._3, a._4 + b._4);

    /// <summary>The difference, tight.</summary>
    public static FieldElement25519 operator -(in FieldElement25519 a, in FieldElement25519 b) => Carry(
        a._0 + FourP0 - b._0,
        a._1 + FourP - b._1,
        a._2 + FourP - b._2,
        a._3 + FourP - b._3,
        a._4 + FourP - b._4);

    /// <summary>The negative, tight.</summary>
    public static FieldElement25519 operator -(in FieldElement25519 a) => Zero - a;

    /// <summary>The product, tight.</summary>
    public static FieldElement25519 operator *(in FieldElement25519 a, in FieldElement25519 b)
    {
        ulong a0 = a._0, a1 = a._1, a2 = a._2, a3 = a._3, a4 = a._4;
        ulong b0 = b._0, b1 = b._1, b2 = b._2, b3 = b._3, b4 = b._4;

        // 2^255 = 19: what a product puts above the fifth limb comes back below it nineteenfold.
        ulong a1x19 = 19 * a1, a2x19 = 19 * a2, a3x19 = 19 * a3, a4x19 = 19 * a4;
        ulong high = 0, low = 0;

        Add(ref high, ref low, a0, b0);
        Add(ref high, ref low, a1x19, b4);
        Add(ref high, ref low, a2x19, b3);
        Add(ref high, ref low, a3x19, b2);
        Add(ref high, ref low, a4x19, b1);
        ulong l0 = NextLimb(ref high, ref low);

        Add(ref high, ref low, a0, b1);
        Add(ref high, ref low, a1, b0);
        Add(ref high, ref low, a2x19, b4);
        Add(ref high, ref low, a3x19, b3);
        Add(ref high, ref low, a4x19, b2);
        ulong l1 = NextLimb(ref high, ref low);

        Add(ref high, ref low, a0, b2);
        Add(ref high, ref low, a1, b1);
        Add(ref high, ref low, a2, b0);
        Add(ref high, ref low, a3x19, b4);
        Add(ref high, ref low, a4x19, b3);
        ulong l2 = NextLimb(ref high, ref low);

        Add(ref high, ref low, a0, b3);
        Add(ref high, ref low, a1, b2);
        Add(ref high, ref low, a2, b1);
        Add(ref high, ref low, a3, b0);
        Add(ref high, ref low, a4x19, b4);
        ulong l3 = NextLimb(ref high, ref low);

        Add(ref high, ref low, a0, b4);
        Add(ref high, ref low, a1, b3);
        Add(ref high, ref low, a2, b2);
        Add(ref high, ref low, a3, b1);
        Add(ref high, ref low, a4, b0);
        ulong l4 = NextLimb(ref high, ref low);

        return Wrap(l0, l1, l2, l3, l4, low);
    }

    /// <summary>The square, tight.</summary>
    public FieldElement25519 Square()
    {
        ulong a0 = _0, a1 = _1, a2 = _2, a3 = _3, a4 = _4;
        ulong a0x2 = 2 * a0, a1x2 = 2 * a1, a3x19 = 19 * a3, a4x19 = 19 * a4, a4x38 = 2 * a4x19;
        ulong high = 0, low = 0;

        Add(ref high, ref low, a0, a0);
        Add(ref high, ref low, a1, a4x38);
        Add(ref high, ref low, 2 * a2, a3x19);
        ulong l0 = NextLimb(ref high, ref low);

        Add(ref high, ref low, a0x2, a1);
        Add(ref high, ref low, a2, a4x38);
        Add(ref high, ref low, a3, a3x19);
        ulong l1 = NextLimb(ref high, ref low);

        Add(ref high, ref low, a0x2, a2);
        Add(ref high, ref low, a1, a1);
        Add(ref high, ref low, a3, a4x38);
        ulong l2 = NextLimb(ref high, ref low);

        Add(ref high, ref low, a0x2, a3);
        Add(ref high, ref low, a1x2, a2);
        Add(ref high, ref low, a4, a4x19);
        ulong l3 = NextLimb(ref high, ref low);

        Add(ref high, ref low, a0x2, a4);
        Add(ref high, ref low, a1x2, a3);
        Add(ref high, ref low, a2, a2);
        ulong l4 = NextLimb(ref high, ref low);

        return Wrap(l0, l1, l2, l3, l4, low);
    }

    /// <summary>The product with a number below 2^32, tight.</summary>
    public FieldElement25519 Times(uint factor)
    {
        ulong high = 0, low = 0;
        Add(ref high, ref low, _0, factor);
        ulong l0 = NextLimb(ref high, ref low);
        Add(ref high, ref low, _1, factor);
        ulong l1 = NextLimb(ref high, ref low);
        Add(ref high, ref low, _2, factor);
        ulong l2 = NextLimb(ref high, ref low);
        Add(ref high, ref low, _3, factor);
        ulong l3 = NextLimb(ref high, ref low);
        Add(ref high, ref low, _4, factor);
        ulong l4 = NextLimb(ref high, ref low);
        return Wrap(l0, l1, l2, l3, l4, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref ulong high, ref ulong low, ulong a, ulong b)
    {
        high += WideProduct.High(a, b, out ulong product);
        low += product;
        high += low < product ? 1UL : 0UL;
    }

    // A column is below 77 * 2^108 and the carry into it below 2^64, so what is carried on fits 64 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong NextLimb(ref ulong high, ref ulong low)
    {
        ulong limb = low & Mask;
        low = (high << 13) | (low >> 51);
        high = 0;
        return limb;
    }

    // The last column has no nineteenfold terms: its carry is below 2^60, and 19 times that fits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement25519 Wrap(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4, ulong carry)
    {
        l0 += 19 * carry;
        return new FieldElement25519(l0 & Mask, l1 + (l0 >> 51), l2, l3, l4);
    }
}
