using System.Buffers.Binary;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// An integer modulo p = 2^256 - 2^32 - 977 in five limbs of 52 bits, the last of 48, with spare bits above each for lazy reduction.
/// Everything here takes the same time for every value, except where a name ends in VarTime.
/// </summary>
/// <remarks>
/// An element has magnitude M when its limbs are at most 2 M (2^52 - 1), the last at most 2 M (2^48 - 1). Sums add magnitudes, products
/// come out with magnitude 1; each operation states what it accepts, and callers keep the count in comments. "Normalized" means
/// the one representation below p.
/// </remarks>
internal readonly partial struct FieldElement
{
    /// <summary>Length in bytes.</summary>
    internal const int Size = 32;

    private const ulong LimbMask = (1UL << 52) - 1;
    private const ulong TopLimbMask = (1UL << 48) - 1;
    private const ulong PrimeLimb0 = LimbMask - Fold256 + 1;

    private readonly ulong _n0, _n1, _n2, _n3, _n4;

    private FieldElement(ulong n0, ulong n1, ulong n2, ulong n3, ulong n4) =>
        (_n0, _n1, _n2, _n3, _n4) = (n0, n1, n2, n3, n4);

    /// <summary>A small integer.</summary>
    internal FieldElement(uint value) => _n0 = value;

    /// <summary>A constant from its limbs, least significant first.</summary>
    internal static FieldElement FromLimbs(ulong n0, ulong n1, ulong n2, ulong n3, ulong n4) => new(n0, n1, n2, n3, n4);

    /// <summary>A limb, for those who compute with many elements at once.</summary>
    internal ulong Limb0 => _n0;

    /// <inheritdoc cref="Limb0"/>
    internal ulong Limb1 => _n1;

    /// <inheritdoc cref="Limb0"/>
    internal ulong Limb2 => _n2;

    /// <inheritdoc cref="Limb0"/>
    internal ulong Limb3 => _n3;

    /// <inheritdoc cref="Limb0"/>
    internal ulong Limb4 => _n4;

    /// <summary>One.</summary>
    internal static FieldElement One => new(1);

    /// <summary>The least significant bit; the element must be normalized.</summary>
    internal ulong OddBit => _n0 & 1;

    /// <summary>Reads 32 big-endian bytes of public data; false unless the integer is below p.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bigEndian, out FieldElement element)
    {
        ulong w0 = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[24..]);
        ulong w1 = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[16..]);
        ulong w2 = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[8..]);
        ulong w3 = BinaryPrimitives.ReadUInt64BigEndian(bigEndian);
        element = FromWords(w0, w1, w2, w3);
        return element._n4 < TopLimbMask || (element._n3 & element._n2 & element._n1) < LimbMask || element._n0 < PrimeLimb0;
    }

    /// <summary>The integer of four 64-bit words, least significant first.</summary>
    private static FieldElement FromWords(ulong w0, ulong w1, ulong w2, ulong w3) =>
        new(w0 & LimbMask, (w0 >> 52 | w1 << 12) & LimbMask, (w1 >> 40 | w2 << 24) & LimbMask, (w2 >> 28 | w3 << 36) & LimbMask, w3 >> 16);

    /// <summary>Writes 32 big-endian bytes; the element must be normalized.</summary>
    internal void Write(Span<byte> bigEndian)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[24..], _n0 | _n1 << 52);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[16..], _n1 >> 12 | _n2 << 40);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[8..], _n2 >> 24 | _n3 << 28);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian, _n3 >> 36 | _n4 << 16);
    }

    /// <summary>r = a + b; magnitudes add.</summary>
    internal static void Add(in FieldElement a, in FieldElement b, out FieldElement r) =>
        r = new FieldElement(a._n0 + b._n0, a._n1 + b._n1, a._n2 + b._n2, a._n3 + b._n3, a._n4 + b._n4);

    /// <summary>r = a - b, b having at most <paramref name="magnitude"/>; the result has that of a, plus magnitude, plus 1.</summary>
    internal static void Subtract(in FieldElement a, in FieldElement b, uint magnitude, out FieldElement r)
    {
        // 2 (M + 1) p exceeds b in every limb, so no limb borrows.
        ulong multiple = 2 * (magnitude + 1UL);
        r = new FieldElement(
            a._n0 + (multiple * PrimeLimb0 - b._n0),
            a._n1 + (multiple * LimbMask - b._n1),
            a._n2 + (multiple * LimbMask - b._n2),
            a._n3 + (multiple * LimbMask - b._n3),
            a._n4 + (multiple * TopLimbMask - b._n4));
    }

    /// <summary>r = -a, a having at most <paramref name="magnitude"/>; the result has one more.</summary>
    internal static void Negate(in FieldElement a, uint magnitude, out FieldElement r) => Subtract(default, a, magnitude, out r);

    /// <summary>r = factor a; the magnitude is multiplied and must stay below 1,024.</summary>
    internal static void Scale(in FieldElement a, uint factor, out FieldElement r) =>
        r = new FieldElement(a._n0 * factor, a._n1 * factor, a._n2 * factor, a._n3 * factor, a._n4 * factor);

    /// <summary>r = a with magnitude 1, from any magnitude below 1,024.</summary>
    internal static void Carry(in FieldElement a, out FieldElement r)
    {
        ulong t0 = a._n0 + (a._n4 >> 48) * Fold256;
        ulong t1 = a._n1 + (t0 >> 52);
        ulong t2 = a._n2 + (t1 >> 52);
        ulong t3 = a._n3 + (t2 >> 52);
        r = new FieldElement(t0 & LimbMask, t1 & LimbMask, t2 & LimbMask, t3 & LimbMask, (a._n4 & TopLimbMask) + (t3 >> 52));
    }

    /// <summary>r = a, normalized, from any magnitude below 1,024.</summary>
    internal static void Normalize(in FieldElement a, out FieldElement r)
    {
        // The second pass absorbs what the first carried past 2^256 (at most one); after it the value is below 2^256.
        Carry(a, out FieldElement t);
        Carry(t, out t);

        // t >= p exactly when t + (2^256 - p) reaches 2^256, and then the sum without that bit is t - p.
        ulong u0 = t._n0 + Fold256;
        ulong u1 = t._n1 + (u0 >> 52);
        ulong u2 = t._n2 + (u1 >> 52);
        ulong u3 = t._n3 + (u2 >> 52);
        ulong u4 = t._n4 + (u3 >> 52);
        var reduced = new FieldElement(u0 & LimbMask, u1 & LimbMask, u2 & LimbMask, u3 & LimbMask, u4 & TopLimbMask);
        Select(0 - (u4 >> 48), reduced, t, out r);
    }

    /// <summary>r = a where the mask is all ones, b where it is zero.</summary>
    internal static void Select(ulong mask, in FieldElement a, in FieldElement b, out FieldElement r) =>
        r = new FieldElement(
            b._n0 ^ (mask & (a._n0 ^ b._n0)),
            b._n1 ^ (mask & (a._n1 ^ b._n1)),
            b._n2 ^ (mask & (a._n2 ^ b._n2)),
            b._n3 ^ (mask & (a._n3 ^ b._n3)),
            b._n4 ^ (mask & (a._n4 ^ b._n4)));

    /// <summary>sum |= a under a mask: with exactly one mask set over a whole table, sum becomes that entry.</summary>
    internal static void AccumulateMasked(ref FieldElement sum, in FieldElement a, ulong mask) =>
        sum = new FieldElement(
            sum._n0 | (mask & a._n0),
            sum._n1 | (mask & a._n1),
            sum._n2 | (mask & a._n2),
            sum._n3 | (mask & a._n3),
            sum._n4 | (mask & a._n4));

    /// <summary>True for a multiple of p, from any magnitude below 1,024. For public values: callers branch on it.</summary>
    internal static bool IsZeroVarTime(in FieldElement a)
    {
        Normalize(a, out FieldElement t);
        return (t._n0 | t._n1 | t._n2 | t._n3 | t._n4) == 0;
    }

    /// <summary>True when a and b are equal modulo p; b has magnitude 1. For public values.</summary>
    internal static bool EqualsVarTime(in FieldElement a, in FieldElement b)
    {
        Subtract(a, b, 1, out FieldElement difference);
        return IsZeroVarTime(difference);
    }
}
