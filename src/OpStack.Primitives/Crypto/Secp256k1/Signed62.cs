using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// A signed integer in five limbs of weight 2^(62 i), least significant first: the first four in 0..2^62 - 1, the last with the sign.
/// What an inversion computes with; the same time for every value.
/// </summary>
internal struct Signed62
{
    /// <summary>The value of a limb without its two spare bits.</summary>
    internal const ulong Mask = (1UL << 62) - 1;

    internal long V0, V1, V2, V3, V4;

    /// <summary>The integer of four 64-bit words, least significant first.</summary>
    internal Signed62(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        V0 = (long)(w0 & Mask);
        V1 = (long)((w0 >> 62 | w1 << 2) & Mask);
        V2 = (long)((w1 >> 60 | w2 << 4) & Mask);
        V3 = (long)((w2 >> 58 | w3 << 6) & Mask);
        V4 = (long)(w3 >> 56);
    }

    /// <summary>All ones when negative, else zero.</summary>
    internal readonly long SignMask => V4 >> 63;

    /// <summary>True for zero. For public values: callers branch on it.</summary>
    internal readonly bool IsZeroVarTime => (V0 | V1 | V2 | V3 | V4) == 0;

    /// <summary>Four 64-bit words, least significant first, of an integer in 0..2^256 - 1.</summary>
    internal readonly void ToWords(out ulong w0, out ulong w1, out ulong w2, out ulong w3)
    {
        w0 = (ulong)V0 | (ulong)V1 << 62;
        w1 = (ulong)V1 >> 2 | (ulong)V2 << 60;
        w2 = (ulong)V2 >> 4 | (ulong)V3 << 58;
        w3 = (ulong)V3 >> 6 | (ulong)V4 << 56;
    }

    /// <summary>Adds another integer where the mask is all ones.</summary>
    internal void AddMasked(in Signed62 other, long mask)
    {
        V0 += other.V0 & mask;
        V1 += other.V1 & mask;
        V2 += other.V2 & mask;
        V3 += other.V3 & mask;
        V4 += other.V4 & mask;
        Carry();
    }

    /// <summary>Negates where the mask is all ones.</summary>
    internal void NegateMasked(long mask)
    {
        V0 = (V0 ^ mask) - mask;
        V1 = (V1 ^ mask) - mask;
        V2 = (V2 ^ mask) - mask;
        V3 = (V3 ^ mask) - mask;
        V4 = (V4 ^ mask) - mask;
        Carry();
    }

    /// <summary>Overwrites a secret.</summary>
    internal static void Clear(ref Signed62 secret) =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<Signed62>(ref secret)));

    private void Carry()
    {
        V1 += V0 >> 62;
        V2 += V1 >> 62;
        V3 += V2 >> 62;
        V4 += V3 >> 62;
        V0 &= (long)Mask;
        V1 &= (long)Mask;
        V2 &= (long)Mask;
        V3 &= (long)Mask;
    }
}
