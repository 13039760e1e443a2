using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// An integer modulo the group order n, always below n, in four limbs of 64 bits. Everything here takes the same time for every value,
/// except where a name ends in VarTime.
/// </summary>
internal readonly partial struct Scalar
{
    /// <summary>Length in bytes.</summary>
    internal const int Size = 32;

    private const ulong N0 = 0xBFD25E8CD0364141, N1 = 0xBAAEDCE6AF48A03B, N2 = 0xFFFFFFFFFFFFFFFE, N3 = 0xFFFFFFFFFFFFFFFF;

    /// <summary>2^256 - n, of 129 bits; the limb above these two is 1.</summary>
    private const ulong Fold0 = 0x402DA1732FC9BEBF, Fold1 = 0x4551231950B75FC4;

    private readonly ulong _l0, _l1, _l2, _l3;

    internal Scalar(ulong l0, ulong l1, ulong l2, ulong l3) => (_l0, _l1, _l2, _l3) = (l0, l1, l2, l3);

    /// <summary>The least significant bit.</summary>
    internal ulong OddBit => _l0 & 1;

    /// <summary>1 when zero, else 0.</summary>
    internal ulong ZeroBit
    {
        get
        {
            ulong any = _l0 | _l1 | _l2 | _l3;
            return 1 ^ ((any | (0 - any)) >> 63);
        }
    }

    /// <summary>1 when above n / 2, else 0.</summary>
    internal ulong HighBit
    {
        get
        {
            // The borrow of (n - 1) / 2 - this.
            ulong borrow = 0;
            SubtractBorrow(0xDFE92F46681B20A0, _l0, ref borrow);
            SubtractBorrow(0x5D576E7357A4501D, _l1, ref borrow);
            SubtractBorrow(0xFFFFFFFFFFFFFFFF, _l2, ref borrow);
            SubtractBorrow(0x7FFFFFFFFFFFFFFF, _l3, ref borrow);
            return borrow;
        }
    }

    /// <summary>Reads 32 big-endian bytes modulo n; <paramref name="overflow"/> is 1 when the integer was n or more, else 0.</summary>
    internal static Scalar Read(ReadOnlySpan<byte> bigEndian, out ulong overflow) =>
        ReduceOnce(
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian),
            0,
            out overflow);

    /// <summary>Reads 32 big-endian bytes; false unless 0 &lt; integer &lt; n. Only that verdict shows in the time taken.</summary>
    internal static bool TryReadNonZero(ReadOnlySpan<byte> bigEndian, out Scalar scalar)
    {
        scalar = Read(bigEndian, out ulong overflow);
        return (overflow | scalar.ZeroBit) == 0;
    }

    /// <summary>Writes 32 big-endian bytes.</summary>
    internal void Write(Span<byte> bigEndian)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[24..], _l0);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[16..], _l1);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[8..], _l2);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian, _l3);
    }

    /// <summary>Writes the integer this + n in 32 big-endian bytes; false when it reaches 2^256. For public scalars.</summary>
    internal bool TryWritePlusOrderVarTime(Span<byte> bigEndian)
    {
        ulong carry = 0;
        ulong l0 = AddCarry(_l0, N0, ref carry);
        ulong l1 = AddCarry(_l1, N1, ref carry);
        ulong l2 = AddCarry(_l2, N2, ref carry);
        ulong l3 = AddCarry(_l3, N3, ref carry);
        new Scalar(l0, l1, l2, l3).Write(bigEndian);
        return carry == 0;
    }

    /// <summary>Writes four limbs, least significant first.</summary>
    internal void WriteLimbs(Span<ulong> limbs) => (limbs[0], limbs[1], limbs[2], limbs[3]) = (_l0, _l1, _l2, _l3);

    /// <summary>a + b.</summary>
    internal static Scalar Add(in Scalar a, in Scalar b)
    {
        ulong carry = 0;
        ulong l0 = AddCarry(a._l0, b._l0, ref carry);
        ulong l1 = AddCarry(a._l1, b._l1, ref carry);
        ulong l2 = AddCarry(a._l2, b._l2, ref carry);
        ulong l3 = AddCarry(a._l3, b._l3, ref carry);
        return ReduceOnce(l0, l1, l2, l3, carry, out _);
    }

    /// <summary>-a; 0 stays 0.</summary>
    internal static Scalar Negate(in Scalar a)
    {
        ulong nonZero = a.ZeroBit - 1;
        ulong borrow = 0;
        ulong l0 = SubtractBorrow(N0, a._l0, ref borrow);
        ulong l1 = SubtractBorrow(N1, a._l1, ref borrow);
        ulong l2 = SubtractBorrow(N2, a._l2, ref borrow);
        ulong l3 = SubtractBorrow(N3, a._l3, ref borrow);
        return new Scalar(l0 & nonZero, l1 & nonZero, l2 & nonZero, l3 & nonZero);
    }

    /// <summary>-a where the mask is all ones, a where it is zero.</summary>
    internal static Scalar NegateMasked(in Scalar a, ulong mask) => Select(mask, Negate(a), a);

    /// <summary>a where the mask is all ones, b where it is zero.</summary>
    internal static Scalar Select(ulong mask, in Scalar a, in Scalar b) =>
        new(
            b._l0 ^ (mask & (a._l0 ^ b._l0)),
            b._l1 ^ (mask & (a._l1 ^ b._l1)),
            b._l2 ^ (mask & (a._l2 ^ b._l2)),
            b._l3 ^ (mask & (a._l3 ^ b._l3)));

    /// <summary>Overwrites a secret; unlike an assignment this is never optimized away.</summary>
    internal static void Clear(ref Scalar secret) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<Scalar>(ref secret)));

    /// <summary>The integer carry 2^256 + limbs, below 2n, modulo n; <paramref name="overflow"/> is 1 when n was subtracted, else 0.</summary>
    private static Scalar ReduceOnce(ulong l0, ulong l1, ulong l2, ulong l3, ulong carry, out ulong overflow)
    {
        ulong c = 0;
        ulong r0 = AddCarry(l0, Fold0, ref c);
        ulong r1 = AddCarry(l1, Fold1, ref c);
        ulong r2 = AddCarry(l2, 1, ref c);
        ulong r3 = AddCarry(l3, 0, ref c);
        overflow = carry | c;
        return Select(0 - overflow, new Scalar(r0, r1, r2, r3), new Scalar(l0, l1, l2, l3));
    }

    // Carries come from the sign bits: a comparison may compile to a branch.
    private static ulong AddCarry(ulong a, ulong b, ref ulong carry)
    {
        ulong sum = a + b + carry;
        carry = ((a & b) | ((a | b) & ~sum)) >> 63;
        return sum;
    }

    private static ulong SubtractBorrow(ulong a, ulong b, ref ulong borrow)
    {
        ulong difference = a - b - borrow;
        borrow = ((~a & b) | ((~a | b) & difference)) >> 63;
        return difference;
    }
}
