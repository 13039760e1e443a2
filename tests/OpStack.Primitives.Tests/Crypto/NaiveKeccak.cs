namespace OpStack.Primitives.Tests.Crypto;

/// <summary>Keccak as FIPS 202 section 3.2 spells it, step by step over A[x, y]: the oracle for the unrolled one.</summary>
internal static class NaiveKeccak
{
    public static byte[] Hash256(byte[] data, byte padding)
    {
        const int Rate = 136;
        byte[] padded = new byte[(data.Length / Rate + 1) * Rate];
        data.CopyTo(padded, 0);
        padded[data.Length] = padding;
        padded[^1] |= 0x80;

        ulong[,] a = new ulong[5, 5];
        for (int block = 0; block < padded.Length; block += Rate)
        {
            for (int i = 0; i < Rate / 8; i++)
                a[i % 5, i / 5] ^= BitConverter.ToUInt64(padded, block + 8 * i);
            Permute(ref a);
        }

        byte[] hash = new byte[32];
        for (int i = 0; i < 4; i++)
            BitConverter.TryWriteBytes(hash.AsSpan(8 * i), a[i, 0]);
        return hash;
    }

    private static void Permute(ref ulong[,] a)
    {
        byte lfsr = 1;
        for (int round = 0; round < 24; round++)
        {
            Theta(a);
            a = RhoPi(a);
            a = Chi(a);
            for (int j = 0; j <= 6; j++)
            {
                if ((lfsr & 1) != 0)
                    a[0, 0] ^= 1UL << ((1 << j) - 1);
                lfsr = (byte)((lfsr << 1) ^ ((lfsr & 0x80) != 0 ? 0x71 : 0));
            }
        }
    }

    private static void Theta(ulong[,] a)
    {
        ulong[] c = new ulong[5];
        for (int x = 0; x < 5; x++)
            for (int y = 0; y < 5; y++)
                c[x] ^= a[x, y];
        for (int x = 0; x < 5; x++)
            for (int y = 0; y < 5; y++)
                a[x, y] ^= c[(x + 4) % 5] ^ ulong.RotateLeft(c[(x + 1) % 5], 1);
    }

    private static ulong[,] RhoPi(ulong[,] a)
    {
        ulong[,] b = new ulong[5, 5];
        b[0, 0] = a[0, 0];
        (int x, int y) = (1, 0);
        for (int t = 0; t < 24; t++)
        {
            b[y, (2 * x + 3 * y) % 5] = ulong.RotateLeft(a[x, y], (t + 1) * (t + 2) / 2 % 64);
            (x, y) = (y, (2 * x + 3 * y) % 5);
        }

        return b;
    }

    private static ulong[,] Chi(ulong[,] a)
    {
        ulong[,] b = new ulong[5, 5];
        for (int x = 0; x < 5; x++)
            for (int y = 0; y < 5; y++)
                b[x, y] = a[x, y] ^ (~a[(x + 1) % 5, y] & a[(x + 2) % 5, y]);
        return b;
    }
}
