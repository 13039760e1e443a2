using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>
/// An element of the field of 2^255 - 19, in five limbs of 51 bits. All of it runs in constant time; what may not be secret says so.
/// </summary>
/// <remarks>
/// Bounds, on which nothing overflows: a product, a difference and a read element are tight (every limb below 2^51 + 2^18); a sum is not
/// carried. Operands of a product stay below 2^54 a limb, and what is subtracted below 2^53 - 76: so at most one sum of two tight elements.
/// </remarks>
internal readonly partial struct FieldElement25519
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private const ulong Mask = (1UL << 51) - 1;

    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;
    private readonly ulong _4;

    private FieldElement25519(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) => (_0, _1, _2, _3, _4) = (l0, l1, l2, l3, l4);

    public static FieldElement25519 Zero => default;

    public static FieldElement25519 One => new(1, 0, 0, 0, 0);

    /// <summary>A small number.</summary>
    public static FieldElement25519 FromUInt32(uint value) => new(value, 0, 0, 0, 0);

    /// <summary>Reads 32 bytes, least significant first. The top bit is ignored, and the value need not be reduced (RFC 7748 section 5).</summary>
    public static FieldElement25519 FromBytes(ReadOnlySpan<byte> bytes)
    {
        ulong w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        ulong w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        ulong w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new FieldElement25519(
            w0 & Mask,
            ((w0 >> 51) | (w1 << 13)) & Mask,
            ((w1 >> 38) | (w2 << 26)) & Mask,
            ((w2 >> 25) | (w3 << 39)) & Mask,
            (w3 >> 12) & Mask);
    }

    /// <summary>Writes the one reduced form, 32 bytes, least significant first.</summary>
    public void WriteTo(Span<byte> destination)
    {
        FieldElement25519 t = Carry(_0, _1, _2, _3, _4);

        // t < 2p, so it holds p once or not at all: exactly if t + 19 reaches 2^255.
        ulong quotient = (t._0 + 19) >> 51;
        quotient = (t._1 + quotient) >> 51;
        quotient = (t._2 + quotient) >> 51;
        quotient = (t._3 + quotient) >> 51;
        quotient = (t._4 + quotient) >> 51;

        ulong l0 = t._0 + (19 * quotient);
        ulong l1 = t._1 + (l0 >> 51);
        ulong l2 = t._2 + (l1 >> 51);
        ulong l3 = t._3 + (l2 >> 51);
        ulong l4 = t._4 + (l3 >> 51);
        (l0, l1, l2, l3, l4) = (l0 & Mask, l1 & Mask, l2 & Mask, l3 & Mask, l4 & Mask);

        BinaryPrimitives.WriteUInt64LittleEndian(destination, l0 | (l1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], (l1 >> 13) | (l2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], (l2 >> 26) | (l3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], (l3 >> 39) | (l4 << 12));
    }

    /// <summary>The least significant bit of the reduced form: the sign of a coordinate (RFC 8032 section 5.1.2).</summary>
    public int Parity
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Size];
            WriteTo(bytes);
            return bytes[0] & 1;
        }
    }

    /// <summary>True when the reduced form is zero.</summary>
    public bool IsZero
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Size];
            WriteTo(bytes);
            int any = 0;
            foreach (byte b in bytes)
                any |= b;
            return any == 0;
        }
    }

    /// <summary>Exchanges the two when <paramref name="swap"/> is 1, and not when it is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Swap(ref FieldElement25519 a, ref FieldElement25519 b, ulong swap)
    {
        ulong mask = 0 - swap;
        ulong x0 = (a._0 ^ b._0) & mask, x1 = (a._1 ^ b._1) & mask, x2 = (a._2 ^ b._2) & mask, x3 = (a._3 ^ b._3) & mask, x4 = (a._4 ^ b._4) & mask;
        a = new FieldElement25519(a._0 ^ x0, a._1 ^ x1, a._2 ^ x2, a._3 ^ x3, a._4 ^ x4);
        b = new FieldElement25519(b._0 ^ x0, b._1 ^ x1, b._2 ^ x2, b._3 ^ x3, b._4 ^ x4);
    }

    /// <summary><paramref name="b"/> when <paramref name="mask"/> is all ones, <paramref name="a"/> when it is zero.</summary>
    public static FieldElement25519 Select(in FieldElement25519 a, in FieldElement25519 b, ulong mask) => new(
        a._0 ^ ((a._0 ^ b._0) & mask),
        a._1 ^ ((a._1 ^ b._1) & mask),
        a._2 ^ ((a._2 ^ b._2) & mask),
        a._3 ^ ((a._3 ^ b._3) & mask),
        a._4 ^ ((a._4 ^ b._4) & mask));

    // One parallel pass: tight for any limbs below 2^64.
    private static FieldElement25519 Carry(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) => new(
        (l0 & Mask) + (19 * (l4 >> 51)),
        (l1 & Mask) + (l0 >> 51),
        (l2 & Mask) + (l1 >> 51),
        (l3 & Mask) + (l2 >> 51),
        (l4 & Mask) + (l3 >> 51));
}
