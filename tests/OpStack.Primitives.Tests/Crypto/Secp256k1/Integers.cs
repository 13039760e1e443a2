using System.Numerics;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>The oracle: secp256k1 over System.Numerics.BigInteger, and the values worth trying.</summary>
internal static class Integers
{
    public static readonly BigInteger TwoTo256 = BigInteger.Pow(2, 256);
    public static readonly BigInteger P = TwoTo256 - BigInteger.Pow(2, 32) - 977;
    public static readonly BigInteger N = Parse("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    public static readonly (BigInteger X, BigInteger Y) G = (
        Parse("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
        Parse("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"));

    /// <summary>Values at the borders of limbs, of the moduli and of zero runs, then seeded random ones; all below 2^256.</summary>
    public static IEnumerable<BigInteger> Samples(int random, int seed = 1)
    {
        foreach (BigInteger centre in new[] { 0, P, N, P / 2, N / 2, P - N, N - (TwoTo256 - N), TwoTo256 })
            for (int offset = -2; offset <= 2; offset++)
                if (centre + offset >= 0 && centre + offset < TwoTo256)
                    yield return centre + offset;
        foreach (int bit in new[] { 32, 51, 52, 53, 63, 64, 65, 104, 127, 128, 129, 156, 192, 208, 255 })
        {
            yield return BigInteger.One << bit;
            yield return (BigInteger.One << bit) - 1;
            yield return TwoTo256 - (BigInteger.One << bit);
        }

        yield return Parse("ffffffffffffffff0000000000000000ffffffffffffffff0000000000000000");
        yield return Parse("0000000000000001ffffffffffffffff00000000000000000000000000000001");
        var source = new Random(seed);
        for (int i = 0; i < random; i++)
            yield return Random(source);
    }

    public static BigInteger Random(Random source)
    {
        byte[] bytes = new byte[32];
        source.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    public static BigInteger Parse(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);

    public static BigInteger Parse(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] Bytes(BigInteger value)
    {
        byte[] bytes = new byte[32];
        byte[] digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, 32 - digits.Length);
        return bytes;
    }

    public static BigInteger Mod(BigInteger value, BigInteger modulus) => (value % modulus + modulus) % modulus;

    /// <summary>By Euclid, so that the oracle shares nothing with the powers under test; 0 gives 0.</summary>
    public static BigInteger Invert(BigInteger value, BigInteger modulus)
    {
        (BigInteger a, BigInteger b, BigInteger x, BigInteger y) = (Mod(value, modulus), modulus, 1, 0);
        while (!a.IsZero)
        {
            BigInteger quotient = b / a;
            (a, b, x, y) = (b - (quotient * a), a, y - (quotient * x), x);
        }

        return Mod(b.IsOne ? y : 0, modulus);
    }

    /// <summary>Double-and-add in Jacobian coordinates (x = X/Z^2, y = Y/Z^3); null is infinity.</summary>
    public static (BigInteger X, BigInteger Y)? Multiply(BigInteger k, (BigInteger X, BigInteger Y) point)
    {
        k = Mod(k, N);
        (BigInteger X, BigInteger Y, BigInteger Z) sum = (1, 1, 0);
        for (int bit = (int)k.GetBitLength() - 1; bit >= 0; bit--)
        {
            sum = Double(sum);
            if (!((k >> bit) & 1).IsZero)
                sum = Add(sum, (point.X, point.Y, 1));
        }

        return ToAffine(sum);
    }

    /// <summary>The sum of two points; null is infinity.</summary>
    public static (BigInteger X, BigInteger Y)? Add((BigInteger X, BigInteger Y)? a, (BigInteger X, BigInteger Y)? b) =>
        a is { } p && b is { } q ? ToAffine(Add((p.X, p.Y, 1), (q.X, q.Y, 1))) : a ?? b;

    private static (BigInteger X, BigInteger Y, BigInteger Z) Double((BigInteger X, BigInteger Y, BigInteger Z) a)
    {
        BigInteger yy = a.Y * a.Y % P, s = 4 * a.X * yy % P, m = 3 * a.X * a.X % P;
        BigInteger x = Mod((m * m) - (2 * s), P);
        return (x, Mod((m * (s - x)) - (8 * yy * yy), P), 2 * a.Y * a.Z % P);
    }

    private static (BigInteger X, BigInteger Y, BigInteger Z) Add(
        (BigInteger X, BigInteger Y, BigInteger Z) a, (BigInteger X, BigInteger Y, BigInteger Z) b)
    {
        if (a.Z.IsZero || b.Z.IsZero)
            return a.Z.IsZero ? b : a;
        BigInteger aa = a.Z * a.Z % P, bb = b.Z * b.Z % P;
        BigInteger u = a.X * bb % P, s = a.Y * bb * b.Z % P;
        BigInteger h = Mod((b.X * aa) - u, P), r = Mod((b.Y * aa * a.Z) - s, P);
        if (h.IsZero)
            return r.IsZero ? Double(a) : (1, 1, 0);
        BigInteger hh = h * h % P, hhh = hh * h % P, v = u * hh % P;
        BigInteger x = Mod((r * r) - hhh - (2 * v), P);
        return (x, Mod((r * (v - x)) - (s * hhh), P), a.Z * b.Z * h % P);
    }

    private static (BigInteger X, BigInteger Y)? ToAffine((BigInteger X, BigInteger Y, BigInteger Z) a)
    {
        if (a.Z.IsZero)
            return null;
        BigInteger inverse = Invert(a.Z, P), square = inverse * inverse % P;
        return (a.X * square % P, a.Y * square * inverse % P);
    }
}
