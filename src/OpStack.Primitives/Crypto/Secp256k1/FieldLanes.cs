using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// Four field elements side by side, one to a lane: ten limbs of 26 bits, the last of 22, whose products AVX2 forms four at a time. The
/// same time for every value.
/// </summary>
/// <remarks>
/// An element has magnitude M when its limbs are at most 2 M (2^26 - 1), the last at most 2 M (2^22 - 1); M is at most 31, as
/// multiplication reads 32 bits of a limb.
/// </remarks>
internal readonly partial struct FieldLanes
{
    /// <summary>Elements in one.</summary>
    internal const int Count = 4;

    private const int Bits = 26, TopBits = 22;
    private const ulong LimbMask = (1UL << Bits) - 1, TopLimbMask = (1UL << TopBits) - 1;

    // p = 2^256 - 2^32 - 977.
    private const ulong PrimeLimb0 = LimbMask - Fold + 1, PrimeLimb1 = LimbMask - 64;

    private readonly Vector256<ulong> _n0, _n1, _n2, _n3, _n4, _n5, _n6, _n7, _n8, _n9;

    private FieldLanes(
        Vector256<ulong> n0, Vector256<ulong> n1, Vector256<ulong> n2, Vector256<ulong> n3, Vector256<ulong> n4,
        Vector256<ulong> n5, Vector256<ulong> n6, Vector256<ulong> n7, Vector256<ulong> n8, Vector256<ulong> n9)
    {
        (_n0, _n1, _n2, _n3, _n4) = (n0, n1, n2, n3, n4);
        (_n5, _n6, _n7, _n8, _n9) = (n5, n6, n7, n8, n9);
    }

    /// <summary>True where the processor has what the products need.</summary>
    internal static bool IsSupported => Avx2.IsSupported;

    /// <summary>One in every lane.</summary>
    internal static FieldLanes One => new(
        Vector256<ulong>.One, default, default, default, default, default, default, default, default, default);

    /// <summary>Four normalized elements.</summary>
    internal FieldLanes(in FieldElement a, in FieldElement b, in FieldElement c, in FieldElement d)
    {
        Vector256<ulong> mask = Vector256.Create(LimbMask);
        Vector256<ulong> limb = Vector256.Create(a.Limb0, b.Limb0, c.Limb0, d.Limb0);
        _n0 = limb & mask;
        _n1 = limb >>> Bits;
        limb = Vector256.Create(a.Limb1, b.Limb1, c.Limb1, d.Limb1);
        _n2 = limb & mask;
        _n3 = limb >>> Bits;
        limb = Vector256.Create(a.Limb2, b.Limb2, c.Limb2, d.Limb2);
        _n4 = limb & mask;
        _n5 = limb >>> Bits;
        limb = Vector256.Create(a.Limb3, b.Limb3, c.Limb3, d.Limb3);
        _n6 = limb & mask;
        _n7 = limb >>> Bits;
        limb = Vector256.Create(a.Limb4, b.Limb4, c.Limb4, d.Limb4);
        _n8 = limb & mask;
        _n9 = limb >>> Bits;
    }

    /// <summary>The element of one lane, of magnitude 1, from magnitude 1.</summary>
    internal FieldElement this[int lane] => FieldElement.FromLimbs(
        _n0[lane] + (_n1[lane] << Bits),
        _n2[lane] + (_n3[lane] << Bits),
        _n4[lane] + (_n5[lane] << Bits),
        _n6[lane] + (_n7[lane] << Bits),
        _n8[lane] + (_n9[lane] << Bits));

    /// <summary>r = a - b, b having at most <paramref name="magnitude"/>; the result has that of a, plus magnitude, plus 1.</summary>
    internal static void Subtract(in FieldLanes a, in FieldLanes b, uint magnitude, out FieldLanes r)
    {
        // 2 (M + 1) p exceeds b in every limb, so no limb borrows.
        ulong multiple = 2 * (magnitude + 1UL);
        Vector256<ulong> middle = Vector256.Create(multiple * LimbMask);
        r = new FieldLanes(
            a._n0 + (Vector256.Create(multiple * PrimeLimb0) - b._n0),
            a._n1 + (Vector256.Create(multiple * PrimeLimb1) - b._n1),
            a._n2 + (middle - b._n2),
            a._n3 + (middle - b._n3),
            a._n4 + (middle - b._n4),
            a._n5 + (middle - b._n5),
            a._n6 + (middle - b._n6),
            a._n7 + (middle - b._n7),
            a._n8 + (middle - b._n8),
            a._n9 + (Vector256.Create(multiple * TopLimbMask) - b._n9));
    }

    /// <summary>r = a + b; magnitudes add.</summary>
    internal static void Add(in FieldLanes a, in FieldLanes b, out FieldLanes r) =>
        r = new FieldLanes(
            a._n0 + b._n0, a._n1 + b._n1, a._n2 + b._n2, a._n3 + b._n3, a._n4 + b._n4,
            a._n5 + b._n5, a._n6 + b._n6, a._n7 + b._n7, a._n8 + b._n8, a._n9 + b._n9);

    /// <summary>r = a in the lanes where the mask is all ones, b where it is zero.</summary>
    internal static void Select(Vector256<ulong> mask, in FieldLanes a, in FieldLanes b, out FieldLanes r) =>
        r = new FieldLanes(
            Vector256.ConditionalSelect(mask, a._n0, b._n0),
            Vector256.ConditionalSelect(mask, a._n1, b._n1),
            Vector256.ConditionalSelect(mask, a._n2, b._n2),
            Vector256.ConditionalSelect(mask, a._n3, b._n3),
            Vector256.ConditionalSelect(mask, a._n4, b._n4),
            Vector256.ConditionalSelect(mask, a._n5, b._n5),
            Vector256.ConditionalSelect(mask, a._n6, b._n6),
            Vector256.ConditionalSelect(mask, a._n7, b._n7),
            Vector256.ConditionalSelect(mask, a._n8, b._n8),
            Vector256.ConditionalSelect(mask, a._n9, b._n9));
}
