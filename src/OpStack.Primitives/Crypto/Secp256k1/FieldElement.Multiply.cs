using System.Runtime.CompilerServices;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// Products. Both operands are shifted left by 6 bits, so that the upper half of each 64x64-bit product counts 2^52 and its lower
/// half, shifted right by 12, is a 52-bit limb: columns are summed in one word each and no carry is ever tracked.
/// </summary>
/// <remarks>
/// With magnitudes Ma and Mb a column stays below (20 Ma Mb + 7) 2^52, which fits 64 bits while Ma Mb is at most 200; the shift
/// asks for Ma, Mb of at most 31. A square doubles one operand before the shift, hence its limit of 14. Results have magnitude 1.
/// </remarks>
internal readonly partial struct FieldElement
{
    /// <summary>2^256 mod p.</summary>
    private const ulong Fold256 = 0x1000003D1;

    /// <summary>2^260 mod p: what the column of weight 2^260 is worth at weight 1.</summary>
    private const ulong Fold260 = Fold256 << 4;

    /// <summary>r = a b; the magnitudes are at most 31 and their product at most 200. Any arguments may be the same variable.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Multiply(in FieldElement a, in FieldElement b, out FieldElement r)
    {
        ulong a0 = a._n0 << 6, a1 = a._n1 << 6, a2 = a._n2 << 6, a3 = a._n3 << 6, a4 = a._n4 << 6;
        ulong b0 = b._n0 << 6, b1 = b._n1 << 6, b2 = b._n2 << 6, b3 = b._n3 << 6, b4 = b._n4 << 6;
        ulong low;
        ulong h0 = WideProduct.High(a0, b0, out low);
        ulong t0 = low >> 12;
        ulong h1 = WideProduct.High(a0, b1, out low);
        ulong t1 = (low >> 12) + h0;
        h1 += WideProduct.High(a1, b0, out low);
        t1 += low >> 12;
        ulong h2 = WideProduct.High(a0, b2, out low);
        ulong t2 = (low >> 12) + h1;
        h2 += WideProduct.High(a1, b1, out low);
        t2 += low >> 12;
        h2 += WideProduct.High(a2, b0, out low);
        t2 += low >> 12;
        ulong h3 = WideProduct.High(a0, b3, out low);
        ulong t3 = (low >> 12) + h2;
        h3 += WideProduct.High(a1, b2, out low);
        t3 += low >> 12;
        h3 += WideProduct.High(a2, b1, out low);
        t3 += low >> 12;
        h3 += WideProduct.High(a3, b0, out low);
        t3 += low >> 12;
        ulong h4 = WideProduct.High(a0, b4, out low);
        ulong t4 = (low >> 12) + h3;
        h4 += WideProduct.High(a1, b3, out low);
        t4 += low >> 12;
        h4 += WideProduct.High(a2, b2, out low);
        t4 += low >> 12;
        h4 += WideProduct.High(a3, b1, out low);
        t4 += low >> 12;
        h4 += WideProduct.High(a4, b0, out low);
        t4 += low >> 12;
        ulong h5 = WideProduct.High(a1, b4, out low);
        ulong t5 = (low >> 12) + h4;
        h5 += WideProduct.High(a2, b3, out low);
        t5 += low >> 12;
        h5 += WideProduct.High(a3, b2, out low);
        t5 += low >> 12;
        h5 += WideProduct.High(a4, b1, out low);
        t5 += low >> 12;
        ulong h6 = WideProduct.High(a2, b4, out low);
        ulong t6 = (low >> 12) + h5;
        h6 += WideProduct.High(a3, b3, out low);
        t6 += low >> 12;
        h6 += WideProduct.High(a4, b2, out low);
        t6 += low >> 12;
        ulong h7 = WideProduct.High(a3, b4, out low);
        ulong t7 = (low >> 12) + h6;
        h7 += WideProduct.High(a4, b3, out low);
        t7 += low >> 12;
        ulong h8 = WideProduct.High(a4, b4, out low);
        ulong t8 = (low >> 12) + h7;
        Reduce(t0, t1, t2, t3, t4, t5, t6, t7, t8, h8, out r);
    }

    /// <summary>r = a a; the magnitude of a is at most 14.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Square(in FieldElement a, out FieldElement r)
    {
        ulong a0 = a._n0 << 6, a1 = a._n1 << 6, a2 = a._n2 << 6, a3 = a._n3 << 6, a4 = a._n4 << 6;
        ulong d0 = a0 << 1, d1 = a1 << 1, d2 = a2 << 1, d3 = a3 << 1;
        ulong low;
        ulong h0 = WideProduct.High(a0, a0, out low);
        ulong t0 = low >> 12;
        ulong h1 = WideProduct.High(d0, a1, out low);
        ulong t1 = (low >> 12) + h0;
        ulong h2 = WideProduct.High(d0, a2, out low);
        ulong t2 = (low >> 12) + h1;
        h2 += WideProduct.High(a1, a1, out low);
        t2 += low >> 12;
        ulong h3 = WideProduct.High(d0, a3, out low);
        ulong t3 = (low >> 12) + h2;
        h3 += WideProduct.High(d1, a2, out low);
        t3 += low >> 12;
        ulong h4 = WideProduct.High(d0, a4, out low);
        ulong t4 = (low >> 12) + h3;
        h4 += WideProduct.High(d1, a3, out low);
        t4 += low >> 12;
        h4 += WideProduct.High(a2, a2, out low);
        t4 += low >> 12;
        ulong h5 = WideProduct.High(d1, a4, out low);
        ulong t5 = (low >> 12) + h4;
        h5 += WideProduct.High(d2, a3, out low);
        t5 += low >> 12;
        ulong h6 = WideProduct.High(d2, a4, out low);
        ulong t6 = (low >> 12) + h5;
        h6 += WideProduct.High(a3, a3, out low);
        t6 += low >> 12;
        ulong h7 = WideProduct.High(d3, a4, out low);
        ulong t7 = (low >> 12) + h6;
        ulong h8 = WideProduct.High(a4, a4, out low);
        ulong t8 = (low >> 12) + h7;
        Reduce(t0, t1, t2, t3, t4, t5, t6, t7, t8, h8, out r);
    }

    /// <summary>Folds the ten columns of a product, t9 being the upper half of the last one, into five limbs of magnitude 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reduce(
        ulong t0, ulong t1, ulong t2, ulong t3, ulong t4, ulong t5, ulong t6, ulong t7, ulong t8, ulong t9, out FieldElement r)
    {
        // Fold260 << 12 splits these products at 2^52 as above.
        ulong h0 = WideProduct.High(t5, Fold260 << 12, out ulong low);
        t0 += low >> 12;
        ulong h1 = WideProduct.High(t6, Fold260 << 12, out low);
        t1 += (low >> 12) + h0;
        ulong h2 = WideProduct.High(t7, Fold260 << 12, out low);
        t2 += (low >> 12) + h1;
        ulong h3 = WideProduct.High(t8, Fold260 << 12, out low);
        t3 += (low >> 12) + h2;
        ulong h4 = WideProduct.High(t9, Fold260 << 12, out low);
        t4 += (low >> 12) + h3;

        // What stands at 2^256 and above, h4 counting 2^260.
        ulong top = (t4 >> 48) + (h4 << 4);
        t1 += WideProduct.High(top, Fold256 << 12, out low);
        t0 += low >> 12;
        t1 += t0 >> 52;
        t2 += t1 >> 52;
        t3 += t2 >> 52;
        r = new FieldElement(t0 & LimbMask, t1 & LimbMask, t2 & LimbMask, t3 & LimbMask, (t4 & TopLimbMask) + (t3 >> 52));
    }
}
