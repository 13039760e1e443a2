using System.Runtime.CompilerServices;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>Products modulo n: a 512-bit product whose upper part is folded down three times by 2^256 = 2^256 - n (mod n).</summary>
internal readonly partial struct Scalar
{
    /// <summary>a b.</summary>
    internal static Scalar Multiply(in Scalar a, in Scalar b)
    {
        MultiplyWide(a, b, out ulong t0, out ulong t1, out ulong t2, out ulong t3, out ulong t4, out ulong t5, out ulong t6, out ulong t7);

        // 512 bits to 386: t4..t7 times the 129-bit fold.
        ulong carry = 0;
        t0 = MultiplyAdd(t4, Fold0, t0, ref carry);
        t1 = MultiplyAdd(t5, Fold0, t1, ref carry);
        t2 = MultiplyAdd(t6, Fold0, t2, ref carry);
        t3 = MultiplyAdd(t7, Fold0, t3, ref carry);
        ulong u4 = carry;
        carry = 0;
        t1 = MultiplyAdd(t4, Fold1, t1, ref carry);
        t2 = MultiplyAdd(t5, Fold1, t2, ref carry);
        t3 = MultiplyAdd(t6, Fold1, t3, ref carry);
        u4 = MultiplyAdd(t7, Fold1, u4, ref carry);
        ulong u5 = carry;
        carry = 0;
        t2 = AddCarry(t2, t4, ref carry);
        t3 = AddCarry(t3, t5, ref carry);
        u4 = AddCarry(u4, t6, ref carry);
        u5 = AddCarry(u5, t7, ref carry);
        ulong u6 = carry;

        // 386 bits to 260.
        carry = 0;
        t0 = MultiplyAdd(u4, Fold0, t0, ref carry);
        t1 = MultiplyAdd(u5, Fold0, t1, ref carry);
        t2 = MultiplyAdd(u6, Fold0, t2, ref carry);
        ulong column3 = carry;
        carry = 0;
        t1 = MultiplyAdd(u4, Fold1, t1, ref carry);
        t2 = MultiplyAdd(u5, Fold1, t2, ref carry);
        column3 = MultiplyAdd(u6, Fold1, column3, ref carry);
        ulong top = carry;
        carry = 0;
        t2 = AddCarry(t2, u4, ref carry);
        t3 = AddCarry(t3, u5, ref carry);
        top += u6 + carry;
        carry = 0;
        t3 = AddCarry(t3, column3, ref carry);
        top += carry;

        // 260 bits to below 2n.
        carry = 0;
        t0 = MultiplyAdd(top, Fold0, t0, ref carry);
        t1 = MultiplyAdd(top, Fold1, t1, ref carry);
        ulong column2 = carry;
        carry = 0;
        t2 = AddCarry(t2, column2, ref carry);
        t3 = AddCarry(t3, 0, ref carry);
        ulong high = carry;
        carry = 0;
        t2 = AddCarry(t2, top, ref carry);
        t3 = AddCarry(t3, 0, ref carry);
        return ReduceOnce(t0, t1, t2, t3, high | carry, out _);
    }

    /// <summary>The integer a b / 2^384 rounded to the nearest: a division by n when b is 2^384 m / n.</summary>
    internal static Scalar MultiplyShift384(in Scalar a, in Scalar b)
    {
        MultiplyWide(a, b, out _, out _, out _, out _, out _, out ulong t5, out ulong t6, out ulong t7);
        ulong carry = t5 >> 63;
        t6 = AddCarry(t6, 0, ref carry);
        return new Scalar(t6, t7 + carry, 0, 0);
    }

    private static void MultiplyWide(
        in Scalar a, in Scalar b,
        out ulong t0, out ulong t1, out ulong t2, out ulong t3,
        out ulong t4, out ulong t5, out ulong t6, out ulong t7)
    {
        ulong carry = 0;
        t0 = MultiplyAdd(a._l0, b._l0, 0, ref carry);
        t1 = MultiplyAdd(a._l0, b._l1, 0, ref carry);
        t2 = MultiplyAdd(a._l0, b._l2, 0, ref carry);
        t3 = MultiplyAdd(a._l0, b._l3, 0, ref carry);
        t4 = carry;
        carry = 0;
        t1 = MultiplyAdd(a._l1, b._l0, t1, ref carry);
        t2 = MultiplyAdd(a._l1, b._l1, t2, ref carry);
        t3 = MultiplyAdd(a._l1, b._l2, t3, ref carry);
        t4 = MultiplyAdd(a._l1, b._l3, t4, ref carry);
        t5 = carry;
        carry = 0;
        t2 = MultiplyAdd(a._l2, b._l0, t2, ref carry);
        t3 = MultiplyAdd(a._l2, b._l1, t3, ref carry);
        t4 = MultiplyAdd(a._l2, b._l2, t4, ref carry);
        t5 = MultiplyAdd(a._l2, b._l3, t5, ref carry);
        t6 = carry;
        carry = 0;
        t3 = MultiplyAdd(a._l3, b._l0, t3, ref carry);
        t4 = MultiplyAdd(a._l3, b._l1, t4, ref carry);
        t5 = MultiplyAdd(a._l3, b._l2, t5, ref carry);
        t6 = MultiplyAdd(a._l3, b._l3, t6, ref carry);
        t7 = carry;
    }

    /// <summary>The lower half of a b + addend + carry, which never exceeds 128 bits; the upper half becomes the carry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong a, ulong b, ulong addend, ref ulong carry)
    {
        ulong high = WideProduct.High(a, b, out ulong low);
        ulong bit = 0;
        low = AddCarry(low, addend, ref bit);
        high += bit;
        bit = 0;
        low = AddCarry(low, carry, ref bit);
        carry = high + bit;
        return low;
    }
}
