using System.Runtime.InteropServices;

namespace OpStack.Primitives.Crypto;

/// <summary>Keccak-f[1600] over 25 lanes; lane x + 5y holds A[x, y] of FIPS 202 section 3.1.2.</summary>
internal static class KeccakPermutation
{
    /// <summary>Lanes of the state.</summary>
    internal const int LaneCount = 25;

    // An array, because a debug build allocates each time it reaches constant spans of more than bytes.
    private static readonly ulong[] RoundConstants =
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
        0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <summary>Applies the 24 rounds to one state, in place.</summary>
    internal static void Permute(Span<ulong> state) => Permute(MemoryMarshal.Cast<ulong, KeccakLane1>(state));

    /// <summary>
    /// Applies the 24 rounds in place, to as many states as a lane is wide. The lanes live in locals so that the JIT can keep them in registers, and
    /// two rounds make one turn of the loop, from the a's to the e's and back: a single round would have to move all 25 lanes for the next one.
    /// </summary>
    internal static void Permute<T>(Span<T> state)
        where T : struct, IKeccakLane<T>
    {
        Span<T> s = state[..LaneCount];
        T a0 = s[0], a1 = s[1], a2 = s[2], a3 = s[3], a4 = s[4];
        T a5 = s[5], a6 = s[6], a7 = s[7], a8 = s[8], a9 = s[9];
        T a10 = s[10], a11 = s[11], a12 = s[12], a13 = s[13], a14 = s[14];
        T a15 = s[15], a16 = s[16], a17 = s[17], a18 = s[18], a19 = s[19];
        T a20 = s[20], a21 = s[21], a22 = s[22], a23 = s[23], a24 = s[24];
        T e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14, e15, e16, e17, e18, e19, e20, e21, e22, e23, e24;
        T b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, d2, d3, d4;

        ulong[] constants = RoundConstants;
        for (int round = 0; round + 1 < constants.Length; round += 2)
        {
            c0 = T.Xor(a0, a5, a10, a15, a20);
            c1 = T.Xor(a1, a6, a11, a16, a21);
            c2 = T.Xor(a2, a7, a12, a17, a22);
            c3 = T.Xor(a3, a8, a13, a18, a23);
            c4 = T.Xor(a4, a9, a14, a19, a24);
            d0 = c4 ^ T.Rol(c1, 1); d1 = c0 ^ T.Rol(c2, 1); d2 = c1 ^ T.Rol(c3, 1);
            d3 = c2 ^ T.Rol(c4, 1); d4 = c3 ^ T.Rol(c0, 1);
            b0 = a0 ^ d0; b1 = T.Rol(a6 ^ d1, 44); b2 = T.Rol(a12 ^ d2, 43); b3 = T.Rol(a18 ^ d3, 21); b4 = T.Rol(a24 ^ d4, 14);
            e0 = T.Chi(b0, b1, b2); e1 = T.Chi(b1, b2, b3); e2 = T.Chi(b2, b3, b4); e3 = T.Chi(b3, b4, b0); e4 = T.Chi(b4, b0, b1);
            e0 ^= T.All(constants[round]);
            b0 = T.Rol(a3 ^ d3, 28); b1 = T.Rol(a9 ^ d4, 20); b2 = T.Rol(a10 ^ d0, 3); b3 = T.Rol(a16 ^ d1, 45); b4 = T.Rol(a22 ^ d2, 61);
            e5 = T.Chi(b0, b1, b2); e6 = T.Chi(b1, b2, b3); e7 = T.Chi(b2, b3, b4); e8 = T.Chi(b3, b4, b0); e9 = T.Chi(b4, b0, b1);
            b0 = T.Rol(a1 ^ d1, 1); b1 = T.Rol(a7 ^ d2, 6); b2 = T.Rol(a13 ^ d3, 25); b3 = T.Rol(a19 ^ d4, 8); b4 = T.Rol(a20 ^ d0, 18);
            e10 = T.Chi(b0, b1, b2); e11 = T.Chi(b1, b2, b3); e12 = T.Chi(b2, b3, b4); e13 = T.Chi(b3, b4, b0); e14 = T.Chi(b4, b0, b1);
            b0 = T.Rol(a4 ^ d4, 27); b1 = T.Rol(a5 ^ d0, 36); b2 = T.Rol(a11 ^ d1, 10); b3 = T.Rol(a17 ^ d2, 15); b4 = T.Rol(a23 ^ d3, 56);
            e15 = T.Chi(b0, b1, b2); e16 = T.Chi(b1, b2, b3); e17 = T.Chi(b2, b3, b4); e18 = T.Chi(b3, b4, b0); e19 = T.Chi(b4, b0, b1);
            b0 = T.Rol(a2 ^ d2, 62); b1 = T.Rol(a8 ^ d3, 55); b2 = T.Rol(a14 ^ d4, 39); b3 = T.Rol(a15 ^ d0, 41); b4 = T.Rol(a21 ^ d1, 2);
            e20 = T.Chi(b0, b1, b2); e21 = T.Chi(b1, b2, b3); e22 = T.Chi(b2, b3, b4); e23 = T.Chi(b3, b4, b0); e24 = T.Chi(b4, b0, b1);

            c0 = T.Xor(e0, e5, e10, e15, e20);
            c1 = T.Xor(e1, e6, e11, e16, e21);
            c2 = T.Xor(e2, e7, e12, e17, e22);
            c3 = T.Xor(e3, e8, e13, e18, e23);
            c4 = T.Xor(e4, e9, e14, e19, e24);
            d0 = c4 ^ T.Rol(c1, 1); d1 = c0 ^ T.Rol(c2, 1); d2 = c1 ^ T.Rol(c3, 1);
            d3 = c2 ^ T.Rol(c4, 1); d4 = c3 ^ T.Rol(c0, 1);
            b0 = e0 ^ d0; b1 = T.Rol(e6 ^ d1, 44); b2 = T.Rol(e12 ^ d2, 43); b3 = T.Rol(e18 ^ d3, 21); b4 = T.Rol(e24 ^ d4, 14);
            a0 = T.Chi(b0, b1, b2); a1 = T.Chi(b1, b2, b3); a2 = T.Chi(b2, b3, b4); a3 = T.Chi(b3, b4, b0); a4 = T.Chi(b4, b0, b1);
            a0 ^= T.All(constants[round + 1]);
            b0 = T.Rol(e3 ^ d3, 28); b1 = T.Rol(e9 ^ d4, 20); b2 = T.Rol(e10 ^ d0, 3); b3 = T.Rol(e16 ^ d1, 45); b4 = T.Rol(e22 ^ d2, 61);
            a5 = T.Chi(b0, b1, b2); a6 = T.Chi(b1, b2, b3); a7 = T.Chi(b2, b3, b4); a8 = T.Chi(b3, b4, b0); a9 = T.Chi(b4, b0, b1);
            b0 = T.Rol(e1 ^ d1, 1); b1 = T.Rol(e7 ^ d2, 6); b2 = T.Rol(e13 ^ d3, 25); b3 = T.Rol(e19 ^ d4, 8); b4 = T.Rol(e20 ^ d0, 18);
            a10 = T.Chi(b0, b1, b2); a11 = T.Chi(b1, b2, b3); a12 = T.Chi(b2, b3, b4); a13 = T.Chi(b3, b4, b0); a14 = T.Chi(b4, b0, b1);
            b0 = T.Rol(e4 ^ d4, 27); b1 = T.Rol(e5 ^ d0, 36); b2 = T.Rol(e11 ^ d1, 10); b3 = T.Rol(e17 ^ d2, 15); b4 = T.Rol(e23 ^ d3, 56);
            a15 = T.Chi(b0, b1, b2); a16 = T.Chi(b1, b2, b3); a17 = T.Chi(b2, b3, b4); a18 = T.Chi(b3, b4, b0); a19 = T.Chi(b4, b0, b1);
            b0 = T.Rol(e2 ^ d2, 62); b1 = T.Rol(e8 ^ d3, 55); b2 = T.Rol(e14 ^ d4, 39); b3 = T.Rol(e15 ^ d0, 41); b4 = T.Rol(e21 ^ d1, 2);
            a20 = T.Chi(b0, b1, b2); a21 = T.Chi(b1, b2, b3); a22 = T.Chi(b2, b3, b4); a23 = T.Chi(b3, b4, b0); a24 = T.Chi(b4, b0, b1);
        }

        s[0] = a0; s[1] = a1; s[2] = a2; s[3] = a3; s[4] = a4;
        s[5] = a5; s[6] = a6; s[7] = a7; s[8] = a8; s[9] = a9;
        s[10] = a10; s[11] = a11; s[12] = a12; s[13] = a13; s[14] = a14;
        s[15] = a15; s[16] = a16; s[17] = a17; s[18] = a18; s[19] = a19;
        s[20] = a20; s[21] = a21; s[22] = a22; s[23] = a23; s[24] = a24;
    }
}
