using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// Products, four at a time. Columns of 26-bit limbs are summed in 64 bits, which hold them while the product of the magnitudes is at most
/// 100, a square while its magnitude is at most 10; the upper ten are carried to 26 bits and folded down by 2^260, what then stands above
/// 2^256 by that. Results have magnitude 1.
/// </summary>
internal readonly partial struct FieldLanes
{
    /// <summary>2^256 mod p is 2^32 + this; 2^260 mod p is 2^36 + 16 times this.</summary>
    private const ulong Fold = 0x3D1;

    /// <summary>r = a b. Any arguments may be the same variable.</summary>
    internal static void Multiply(in FieldLanes a, in FieldLanes b, out FieldLanes r)
    {
        Vector256<ulong> a0 = a._n0, a1 = a._n1, a2 = a._n2, a3 = a._n3, a4 = a._n4;
        Vector256<ulong> a5 = a._n5, a6 = a._n6, a7 = a._n7, a8 = a._n8, a9 = a._n9;
        Vector256<ulong> b0 = b._n0, b1 = b._n1, b2 = b._n2, b3 = b._n3, b4 = b._n4;
        Vector256<ulong> b5 = b._n5, b6 = b._n6, b7 = b._n7, b8 = b._n8, b9 = b._n9;
        Vector256<ulong> t0 = Wide(a0, b0);
        Vector256<ulong> t1 = Wide(a0, b1) + Wide(a1, b0);
        Vector256<ulong> t2 = Wide(a0, b2) + Wide(a1, b1) + Wide(a2, b0);
        Vector256<ulong> t3 = Wide(a0, b3) + Wide(a1, b2) + Wide(a2, b1) + Wide(a3, b0);
        Vector256<ulong> t4 = Wide(a0, b4) + Wide(a1, b3) + Wide(a2, b2) + Wide(a3, b1) + Wide(a4, b0);
        Vector256<ulong> t5 = Wide(a0, b5) + Wide(a1, b4) + Wide(a2, b3) + Wide(a3, b2) + Wide(a4, b1) + Wide(a5, b0);
        Vector256<ulong> t6 = Wide(a0, b6) + Wide(a1, b5) + Wide(a2, b4) + Wide(a3, b3) + Wide(a4, b2) + Wide(a5, b1) + Wide(a6, b0);
        Vector256<ulong> t7 = Wide(a0, b7) + Wide(a1, b6) + Wide(a2, b5) + Wide(a3, b4) + Wide(a4, b3) + Wide(a5, b2) + Wide(a6, b1)
            + Wide(a7, b0);
        Vector256<ulong> t8 = Wide(a0, b8) + Wide(a1, b7) + Wide(a2, b6) + Wide(a3, b5) + Wide(a4, b4) + Wide(a5, b3) + Wide(a6, b2)
            + Wide(a7, b1) + Wide(a8, b0);
        Vector256<ulong> t9 = Wide(a0, b9) + Wide(a1, b8) + Wide(a2, b7) + Wide(a3, b6) + Wide(a4, b5) + Wide(a5, b4) + Wide(a6, b3)
            + Wide(a7, b2) + Wide(a8, b1) + Wide(a9, b0);
        Vector256<ulong> t10 = Wide(a1, b9) + Wide(a2, b8) + Wide(a3, b7) + Wide(a4, b6) + Wide(a5, b5) + Wide(a6, b4) + Wide(a7, b3)
            + Wide(a8, b2) + Wide(a9, b1);
        Vector256<ulong> t11 = Wide(a2, b9) + Wide(a3, b8) + Wide(a4, b7) + Wide(a5, b6) + Wide(a6, b5) + Wide(a7, b4) + Wide(a8, b3)
            + Wide(a9, b2);
        Vector256<ulong> t12 = Wide(a3, b9) + Wide(a4, b8) + Wide(a5, b7) + Wide(a6, b6) + Wide(a7, b5) + Wide(a8, b4) + Wide(a9, b3);
        Vector256<ulong> t13 = Wide(a4, b9) + Wide(a5, b8) + Wide(a6, b7) + Wide(a7, b6) + Wide(a8, b5) + Wide(a9, b4);
        Vector256<ulong> t14 = Wide(a5, b9) + Wide(a6, b8) + Wide(a7, b7) + Wide(a8, b6) + Wide(a9, b5);
        Vector256<ulong> t15 = Wide(a6, b9) + Wide(a7, b8) + Wide(a8, b7) + Wide(a9, b6);
        Vector256<ulong> t16 = Wide(a7, b9) + Wide(a8, b8) + Wide(a9, b7);
        Vector256<ulong> t17 = Wide(a8, b9) + Wide(a9, b8);
        Vector256<ulong> t18 = Wide(a9, b9);
        Reduce(
            t0, t1, t2, t3, t4, t5, t6, t7, t8, t9,
            t10, t11, t12, t13, t14, t15, t16, t17, t18, out r);
    }

    /// <summary>r = a a.</summary>
    internal static void Square(in FieldLanes a, out FieldLanes r)
    {
        Vector256<ulong> a0 = a._n0, a1 = a._n1, a2 = a._n2, a3 = a._n3, a4 = a._n4;
        Vector256<ulong> a5 = a._n5, a6 = a._n6, a7 = a._n7, a8 = a._n8, a9 = a._n9;
        Vector256<ulong> d0 = a0 + a0, d1 = a1 + a1, d2 = a2 + a2, d3 = a3 + a3, d4 = a4 + a4;
        Vector256<ulong> d5 = a5 + a5, d6 = a6 + a6, d7 = a7 + a7, d8 = a8 + a8;
        Vector256<ulong> t0 = Wide(a0, a0);
        Vector256<ulong> t1 = Wide(d0, a1);
        Vector256<ulong> t2 = Wide(d0, a2) + Wide(a1, a1);
        Vector256<ulong> t3 = Wide(d0, a3) + Wide(d1, a2);
        Vector256<ulong> t4 = Wide(d0, a4) + Wide(d1, a3) + Wide(a2, a2);
        Vector256<ulong> t5 = Wide(d0, a5) + Wide(d1, a4) + Wide(d2, a3);
        Vector256<ulong> t6 = Wide(d0, a6) + Wide(d1, a5) + Wide(d2, a4) + Wide(a3, a3);
        Vector256<ulong> t7 = Wide(d0, a7) + Wide(d1, a6) + Wide(d2, a5) + Wide(d3, a4);
        Vector256<ulong> t8 = Wide(d0, a8) + Wide(d1, a7) + Wide(d2, a6) + Wide(d3, a5) + Wide(a4, a4);
        Vector256<ulong> t9 = Wide(d0, a9) + Wide(d1, a8) + Wide(d2, a7) + Wide(d3, a6) + Wide(d4, a5);
        Vector256<ulong> t10 = Wide(d1, a9) + Wide(d2, a8) + Wide(d3, a7) + Wide(d4, a6) + Wide(a5, a5);
        Vector256<ulong> t11 = Wide(d2, a9) + Wide(d3, a8) + Wide(d4, a7) + Wide(d5, a6);
        Vector256<ulong> t12 = Wide(d3, a9) + Wide(d4, a8) + Wide(d5, a7) + Wide(a6, a6);
        Vector256<ulong> t13 = Wide(d4, a9) + Wide(d5, a8) + Wide(d6, a7);
        Vector256<ulong> t14 = Wide(d5, a9) + Wide(d6, a8) + Wide(a7, a7);
        Vector256<ulong> t15 = Wide(d6, a9) + Wide(d7, a8);
        Vector256<ulong> t16 = Wide(d7, a9) + Wide(a8, a8);
        Vector256<ulong> t17 = Wide(d8, a9);
        Vector256<ulong> t18 = Wide(a9, a9);
        Reduce(
            t0, t1, t2, t3, t4, t5, t6, t7, t8, t9,
            t10, t11, t12, t13, t14, t15, t16, t17, t18, out r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reduce(
        Vector256<ulong> t0, Vector256<ulong> t1, Vector256<ulong> t2, Vector256<ulong> t3, Vector256<ulong> t4,
        Vector256<ulong> t5, Vector256<ulong> t6, Vector256<ulong> t7, Vector256<ulong> t8, Vector256<ulong> t9,
        Vector256<ulong> t10, Vector256<ulong> t11, Vector256<ulong> t12, Vector256<ulong> t13, Vector256<ulong> t14,
        Vector256<ulong> t15, Vector256<ulong> t16, Vector256<ulong> t17, Vector256<ulong> t18, out FieldLanes r)
    {
        Vector256<ulong> mask = Vector256.Create(LimbMask), fold = Vector256.Create(Fold << 4);
        t11 += t10 >>> Bits;
        t12 += t11 >>> Bits;
        t13 += t12 >>> Bits;
        t14 += t13 >>> Bits;
        t15 += t14 >>> Bits;
        t16 += t15 >>> Bits;
        t17 += t16 >>> Bits;
        t18 += t17 >>> Bits;
        Vector256<ulong> u0 = t10 & mask;
        Vector256<ulong> u1 = t11 & mask;
        Vector256<ulong> u2 = t12 & mask;
        Vector256<ulong> u3 = t13 & mask;
        Vector256<ulong> u4 = t14 & mask;
        Vector256<ulong> u5 = t15 & mask;
        Vector256<ulong> u6 = t16 & mask;
        Vector256<ulong> u7 = t17 & mask;
        Vector256<ulong> u8 = t18 & mask;
        Vector256<ulong> u9 = t18 >>> Bits;
        t0 += Wide(u0, fold);
        t1 += Wide(u1, fold) + (u0 << 10);
        t2 += Wide(u2, fold) + (u1 << 10);
        t3 += Wide(u3, fold) + (u2 << 10);
        t4 += Wide(u4, fold) + (u3 << 10);
        t5 += Wide(u5, fold) + (u4 << 10);
        t6 += Wide(u6, fold) + (u5 << 10);
        t7 += Wide(u7, fold) + (u6 << 10);
        t8 += Wide(u8, fold) + (u7 << 10);
        t9 += Wide(u9, fold) + (u8 << 10);
        t1 += t0 >>> Bits;
        t2 += t1 >>> Bits;
        t3 += t2 >>> Bits;
        t4 += t3 >>> Bits;
        t5 += t4 >>> Bits;
        t6 += t5 >>> Bits;
        t7 += t6 >>> Bits;
        t8 += t7 >>> Bits;
        t9 += t8 >>> Bits;

        // 2^256 and above; u9 counts 2^494, which is 2^270 after the fold's 2^36, so 2^14 here.
        Vector256<ulong> top = (t9 >>> TopBits) + (u9 << 14);
        t0 = (t0 & mask) + MultiplyByFold(top);
        t1 = (t1 & mask) + (top << 6) + (t0 >>> Bits);
        t2 = (t2 & mask) + (t1 >>> Bits);
        r = new FieldLanes(
            t0 & mask, t1 & mask, t2, t3 & mask, t4 & mask, t5 & mask, t6 & mask, t7 & mask, t8 & mask, t9 & Vector256.Create(TopLimbMask));
    }

    /// <summary>977 a for an a that 32 bits do not hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> MultiplyByFold(Vector256<ulong> a) => (a << 10) - (a << 5) - (a << 4) + a;

    /// <summary>The products of the lower 32 bits of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Wide(Vector256<ulong> a, Vector256<ulong> b) => Avx2.Multiply(a.AsUInt32(), b.AsUInt32());
}
