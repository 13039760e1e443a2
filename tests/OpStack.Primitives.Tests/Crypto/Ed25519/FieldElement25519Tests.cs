using System.Numerics;
using OpStack.Primitives.Crypto.Ed25519;

namespace OpStack.Primitives.Tests.Crypto.Ed25519;

/// <summary>The limbs against BigInteger.</summary>
public class FieldElement25519Tests
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    private static readonly BigInteger[] Edges =
    [
        0, 1, 2, 18, 19, 20, P - 1, P - 2, P, P + 1, P + 18, P / 2, (P / 2) + 1, BigInteger.Pow(2, 254), BigInteger.Pow(2, 51), BigInteger.Pow(2, 51) - 1,
        BigInteger.Pow(2, 102) - 1, BigInteger.Pow(2, 153) - 1, BigInteger.Pow(2, 204) - 1, BigInteger.Pow(2, 204), BigInteger.Pow(2, 255) - 1,
    ];

    private static BigInteger[] Operands()
    {
        Random random = new(51);
        byte[] bytes = new byte[32];
        List<BigInteger> values = [.. Edges];
        for (int i = 0; i < 60; i++)
        {
            random.NextBytes(bytes);
            bytes[31] &= 0x7f;
            values.Add(new BigInteger(bytes, isUnsigned: true));
        }

        return [.. values];
    }

    [Fact]
    public void Pairs()
    {
        BigInteger[] operands = Operands();
        foreach (BigInteger x in operands)
        {
            foreach (BigInteger y in operands)
            {
                FieldElement25519 a = Element(x), b = Element(y);
                Equal(x + y, a + b);
                Equal(x - y, a - b);
                Equal(x * y, a * b);

                // The loosest operands the bounds allow.
                Equal((x + x + y) * (y + y + x), (a + a + b) * (b + b + a));
                Equal(BigInteger.Pow(x + x + y, 2), (a + a + b).Square());
                Equal(x + x + y - (x + y), a + a + b - (a + b));

                FieldElement25519 swappedA = a, swappedB = b;
                FieldElement25519.Swap(ref swappedA, ref swappedB, 0);
                Equal(x, swappedA);
                FieldElement25519.Swap(ref swappedA, ref swappedB, 1);
                Equal(y, swappedA);
                Equal(x, swappedB);
                Equal(x, FieldElement25519.Select(a, b, 0));
                Equal(y, FieldElement25519.Select(a, b, ulong.MaxValue));
            }
        }
    }

    [Fact]
    public void Single_operands()
    {
        foreach (BigInteger x in Operands())
        {
            FieldElement25519 a = Element(x);
            Equal(x, a);
            Equal(-x, -a);
            Equal(x * x, a.Square());
            Equal(x * 121665, a.Times(121665));
            Equal(x * uint.MaxValue, a.Times(uint.MaxValue));
            Equal(BigInteger.ModPow(x, P - 2, P), a.Invert());
            Equal(BigInteger.ModPow(x, (P - 5) / 8, P), a.PowPMinus5Over8());
            Assert.Equal((int)(x % P % 2), a.Parity);
            Assert.Equal((x % P).IsZero, a.IsZero);
        }
    }

    [Fact]
    public void A_ratio_has_a_root_exactly_when_it_is_a_square()
    {
        BigInteger[] operands = [.. Operands().Where(x => !(x % P).IsZero)];
        int squares = 0;
        for (int i = 1; i < operands.Length; i++)
        {
            BigInteger u = operands[i - 1], v = operands[i];
            BigInteger ratio = u * BigInteger.ModPow(v, P - 2, P) % P;
            bool square = BigInteger.ModPow(ratio, (P - 1) / 2, P).IsOne;
            Assert.Equal(square, FieldElement25519.TrySquareRootOfRatio(Element(u), Element(v), out FieldElement25519 root));
            if (square)
                Equal(ratio, root.Square());
            squares += square ? 1 : 0;
        }

        Assert.InRange(squares, operands.Length / 4, operands.Length * 3 / 4);
        Equal(-1, FieldElement25519.SquareRootOfMinusOne.Square());
    }

    [Fact]
    public void The_top_bit_is_ignored()
    {
        byte[] bytes = new byte[32];
        (bytes[0], bytes[31]) = (7, 0x80);
        Equal(7, FieldElement25519.FromBytes(bytes));
    }

    private static FieldElement25519 Element(BigInteger value)
    {
        byte[] bytes = new byte[32];
        Assert.True(value.TryWriteBytes(bytes, out _, isUnsigned: true));
        return FieldElement25519.FromBytes(bytes);
    }

    private static void Equal(BigInteger expected, FieldElement25519 actual)
    {
        byte[] bytes = new byte[32];
        actual.WriteTo(bytes);
        Assert.Equal(((expected % P) + P) % P, new BigInteger(bytes, isUnsigned: true));
    }
}
