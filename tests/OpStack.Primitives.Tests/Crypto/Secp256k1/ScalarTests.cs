using System.Numerics;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

public class ScalarTests
{
    private static readonly BigInteger Lambda = Parse("5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72");
    private static readonly BigInteger[] Values = [.. Samples(20).Where(v => v < N)];

    [Fact]
    public void Reads_modulo_n_and_reports_the_overflow()
    {
        foreach (BigInteger value in Samples(200))
        {
            Scalar scalar = Scalar.Read(Bytes(value), out ulong overflow);
            Assert.Equal(value >= N ? 1UL : 0, overflow);
            Assert.Equal(Mod(value, N), ToInteger(scalar));
            Assert.Equal(value > 0 && value < N, Scalar.TryReadNonZero(Bytes(value), out _));
        }
    }

    [Fact]
    public void Products_and_sums()
    {
        foreach (BigInteger a in Values)
        {
            foreach (BigInteger b in Values)
            {
                Assert.Equal(Mod(a * b, N), ToInteger(Scalar.Multiply(From(a), From(b))));
                Assert.Equal(Mod(a + b, N), ToInteger(Scalar.Add(From(a), From(b))));
            }
        }
    }

    [Fact]
    public void Inverses_negations_and_predicates()
    {
        Span<byte> plusOrder = stackalloc byte[32];
        foreach (BigInteger a in Values)
        {
            Scalar scalar = From(a);
            Assert.Equal(Invert(a, N), ToInteger(Scalar.Invert(scalar)));
            Assert.Equal(Invert(a, N), ToInteger(Scalar.InvertVarTime(scalar)));
            Assert.Equal(Mod(-a, N), ToInteger(Scalar.Negate(scalar)));
            Assert.Equal(a, ToInteger(Scalar.NegateMasked(scalar, 0)));
            Assert.Equal(Mod(-a, N), ToInteger(Scalar.NegateMasked(scalar, ulong.MaxValue)));
            Assert.Equal(a.IsZero ? 1UL : 0, scalar.ZeroBit);
            Assert.Equal(a > N / 2 ? 1UL : 0, scalar.HighBit);
            Assert.Equal(a.IsEven ? 0UL : 1, scalar.OddBit);
            Assert.Equal(a + N < TwoTo256, scalar.TryWritePlusOrderVarTime(plusOrder));
            if (a + N < TwoTo256)
                Assert.Equal(a + N, Parse(plusOrder));
        }
    }

    [Fact]
    public void The_endomorphism_splits_into_halves_of_128_bits()
    {
        foreach (BigInteger k in Samples(500).Where(v => v < N))
        {
            var split = new EndomorphismSplit(From(k));
            BigInteger first = ToInteger(split.First), second = ToInteger(split.Second);
            Assert.True(first < BigInteger.One << 128 && second < BigInteger.One << 128);
            BigInteger sum = (split.FirstNegative == 0 ? first : -first) + (split.SecondNegative == 0 ? second : -second) * Lambda;
            Assert.Equal(k, Mod(sum, N));
        }
    }

    [Fact]
    public void Windowed_forms_add_up_to_the_integer()
    {
        short[] digits = new short[WindowedNafVarTime.DigitCount];
        foreach (BigInteger value in Samples(300).Select(v => v >> 128).Append((BigInteger.One << 128) - 1))
        {
            foreach (int width in new[] { 5, 11 })
            {
                int used = WindowedNafVarTime.Recode(From(value), true, width, digits);
                BigInteger sum = 0;
                for (int i = 0; i < used; i++)
                    sum += digits[i] * (BigInteger.One << i);
                Assert.Equal(-value, sum);
                Assert.All(digits, d => Assert.True(d == 0 || (d % 2 != 0 && Math.Abs(d) < 1 << (width - 1))));
                Assert.All(digits[used..], d => Assert.Equal(0, d));
            }
        }
    }

    [Fact]
    public void Signed_windows_are_odd_and_add_up_to_the_integer()
    {
        sbyte[] digits = new sbyte[64];
        ulong[] limbs = new ulong[4];
        foreach (BigInteger value in Values.Where(v => !v.IsEven))
        {
            From(value).WriteLimbs(limbs);
            SignedWindows.Recode(limbs, digits);
            BigInteger sum = 0;
            for (int i = 63; i >= 0; i--)
                sum = (sum * 16) + digits[i];
            Assert.Equal(value, sum);
            Assert.All(digits, d => Assert.True(d % 2 != 0 && Math.Abs(d) <= 15));
        }
    }

    [Fact]
    public void A_cleared_scalar_is_zero()
    {
        Scalar scalar = From(N - 1);
        Scalar.Clear(ref scalar);
        Assert.Equal(BigInteger.Zero, ToInteger(scalar));
    }

    private static Scalar From(BigInteger value) => Scalar.Read(Bytes(value), out _);

    private static BigInteger ToInteger(Scalar scalar)
    {
        byte[] bytes = new byte[32];
        scalar.Write(bytes);
        return Parse(bytes);
    }
}
