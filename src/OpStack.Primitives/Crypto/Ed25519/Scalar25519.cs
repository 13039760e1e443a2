using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>
/// Numbers modulo L, the order of the base point (RFC 8032 section 5.1), as 32 bytes, least significant first. Constant time but for
/// <see cref="IsReduced"/>.
/// </summary>
internal static class Scalar25519
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private const int Limbs = 4;

    // L = 2^252 + 27742317777372353535851937790883648493
    private static ReadOnlySpan<ulong> Order => [0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000];

    // floor(2^512 / L), for Barrett's reduction.
    private static ReadOnlySpan<ulong> Reciprocal => [0xed9ce5a30a2c131b, 0x2106215d086329a7, 0xffffffffffffffeb, 0xffffffffffffffff, 0xf];

    /// <summary>True when the 32 bytes are below L. Variable time: for what a peer sent.</summary>
    public static bool IsReduced(ReadOnlySpan<byte> scalar)
    {
        for (int i = Limbs - 1; i >= 0; i--)
        {
            ulong limb = BinaryPrimitives.ReadUInt64LittleEndian(scalar[(8 * i)..]);
            if (limb != Order[i])
                return limb < Order[i];
        }

        return false;
    }

    /// <summary>Reduces 64 bytes.</summary>
    public static void Reduce(ReadOnlySpan<byte> wide, Span<byte> result)
    {
        Span<ulong> x = stackalloc ulong[2 * Limbs];
        Load(wide, x);
        Reduce(x, result);
        Clear(x);
    }

    /// <summary>a * b + c. Each is any 32 bytes as long as a * b + c stays below 2^512: one of a and b below 2^255 is enough.</summary>
    public static void MultiplyAdd(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, Span<byte> result)
    {
        Span<ulong> x = stackalloc ulong[Limbs], y = stackalloc ulong[Limbs], z = stackalloc ulong[Limbs];
        Span<ulong> sum = stackalloc ulong[2 * Limbs];
        Load(a, x);
        Load(b, y);
        Load(c, z);
        Multiply(x, y, sum);

        ulong carry = 0;
        for (int i = 0; i < sum.Length; i++)
        {
            UInt128 t = (UInt128)sum[i] + (i < Limbs ? z[i] : 0) + carry;
            (sum[i], carry) = ((ulong)t, (ulong)(t >> 64));
        }

        Reduce(sum, result);
        Clear(x);
        Clear(y);
        Clear(z);
        Clear(sum);
    }

    // Barrett: Handbook of Applied Cryptography, algorithm 14.42, with b = 2^64 and k = 4.
    private static void Reduce(ReadOnlySpan<ulong> x, Span<byte> result)
    {
        Span<ulong> estimate = stackalloc ulong[2 * (Limbs + 1)];
        Span<ulong> product = stackalloc ulong[(2 * Limbs) + 1];
        Span<ulong> rest = stackalloc ulong[Limbs + 1];

        Multiply(x[(Limbs - 1)..], Reciprocal, estimate);
        Multiply(estimate[(Limbs + 1)..], Order, product);
        x[..rest.Length].CopyTo(rest);
        Subtract(rest, product[..rest.Length], ulong.MaxValue);

        // The estimate is short by at most one: the general bound is two, but this reciprocal lost less than a quarter to rounding,
        // and the limbs left out of x are worth less than 2^-59.
        SubtractOrderOnce(rest);

        for (int i = 0; i < Limbs; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(result[(8 * i)..], rest[i]);

        Clear(estimate);
        Clear(product);
        Clear(rest);
    }

    private static void SubtractOrderOnce(Span<ulong> rest)
    {
        Span<ulong> trial = stackalloc ulong[Limbs + 1];
        rest.CopyTo(trial);
        ulong borrow = Subtract(trial, Order, ulong.MaxValue);
        Subtract(rest, Order, borrow - 1);
        Clear(trial);
    }

    // Subtracts b & mask in place; returns the borrow out, 0 or 1.
    private static ulong Subtract(Span<ulong> a, ReadOnlySpan<ulong> b, ulong mask)
    {
        ulong borrow = 0;
        for (int i = 0; i < a.Length; i++)
        {
            UInt128 t = (UInt128)a[i] - ((i < b.Length ? b[i] : 0) & mask) - borrow;
            (a[i], borrow) = ((ulong)t, (ulong)(t >> 64) & 1);
        }

        return borrow;
    }

    private static void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        product.Clear();
        for (int i = 0; i < a.Length; i++)
        {
            ulong carry = 0;
            for (int j = 0; j < b.Length; j++)
            {
                UInt128 t = Math.BigMul(a[i], b[j]) + product[i + j] + carry;
                (product[i + j], carry) = ((ulong)t, (ulong)(t >> 64));
            }

            product[i + b.Length] = carry;
        }
    }

    private static void Load(ReadOnlySpan<byte> bytes, Span<ulong> limbs)
    {
        for (int i = 0; i < limbs.Length; i++)
            limbs[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
    }

    private static void Clear(Span<ulong> limbs) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(limbs));
}
