using System.Numerics;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.MultiplicationTests;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>Sums from tables against double-and-add over BigInteger: one by one, and in lanes.</summary>
public class TableMultiplicationTests
{
    private static readonly BigInteger Secret = Parse("00000000d5d61e0a3a3f4c1f6d1b7e80d4bd0c1be3a0b36b2f5a3b77b1c2d3e4");
    private static readonly FixedPointTableVarTime Table = TableOf(Secret);

    [Fact]
    public void Digits_are_odd_and_add_up_to_the_scalar_or_its_negative()
    {
        short[] digits = new short[FixedPointTableVarTime.DigitCount];
        foreach (BigInteger k in Samples(200).Where(v => v > 0 && v < N))
        {
            FixedPointTableVarTime.Recode(From(k), digits);
            Assert.All(digits, digit => Assert.True(digit % 2 != 0 && Math.Abs(digit) <= 255));
            Assert.Equal(k, Mod(Sum(digits), N));
        }
    }

    [Fact]
    public void Sums_also_of_edge_scalars()
    {
        BigInteger[] some = [.. new BigInteger[] { 1, 2, 255, 256, N - 1, N - 2, N / 2, (N / 2) + 1 }, .. Samples(8, seed: 3).TakeLast(8)];
        foreach (BigInteger a in some.Prepend(0))
            foreach (BigInteger b in some)
                AssertSum(Multiply(a + (b * Secret), G), From(a), From(b), Table);
    }

    [Fact]
    public void The_generator_alone()
    {
        short[] extremes = new short[FixedPointTableVarTime.DigitCount];
        foreach (short extreme in new short[] { 255, -255, 1, -1 })
        {
            Array.Fill(extremes, extreme);
            AssertGenerator(Sum(extremes));
        }

        foreach (BigInteger k in Samples(20).Where(v => v > 0 && v < N))
            AssertGenerator(k);
    }

    [Fact]
    public void A_sum_that_cancels_is_infinity()
    {
        foreach (BigInteger b in new[] { 1, 77, N - 5 })
        {
            Scalar a = From(-b * Secret);
            AssertSum(null, a, From(b), Table);
        }
    }

    [Fact]
    public void A_lane_that_meets_its_own_term_or_the_negative_of_it_is_told_and_the_plain_way_answers()
    {
        // The key is made so that its first term equals what the generator's eight terms have given the same lane.
        Scalar a = From(Parse("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7"));
        Scalar b = From(Parse("2f1b9a3d5e7c8899aabbccddeeff00112233445566778899aabbccddeeff0011"));
        short[] digitsOfA = new short[FixedPointTableVarTime.DigitCount], digitsOfB = new short[FixedPointTableVarTime.DigitCount];
        FixedPointTableVarTime.Recode(a, digitsOfA);
        FixedPointTableVarTime.Recode(b, digitsOfB);
        for (int lane = 0; lane < FieldLanes.Count; lane++)
        {
            BigInteger sum = Sum([.. digitsOfA.Select((digit, row) => row % FieldLanes.Count == lane ? digit : (short)0)]);
            BigInteger equal = Mod(sum * Invert(digitsOfB[lane] * BigInteger.Pow(256, lane), N), N);
            foreach (BigInteger secret in new[] { equal, N - equal })
            {
                FixedPointTableVarTime table = TableOf(secret);
                if (FieldLanes.IsSupported)
                    Assert.True(FieldElement.IsZeroVarTime(TableMultiplicationVarTime.MultiplyInLanes(a, b, table).Z));
                BigInteger k = ToInteger(a) + (ToInteger(b) * secret);
                AssertPoint(Multiply(k, G), TableMultiplicationVarTime.Multiply(a, b, table));
                AssertPoint(Multiply(k, G), TableMultiplicationVarTime.MultiplyOneByOne(a, b, table));
            }
        }
    }

    private static void AssertSum((BigInteger X, BigInteger Y)? expected, Scalar a, Scalar b, FixedPointTableVarTime table)
    {
        AssertPoint(expected, TableMultiplicationVarTime.Multiply(a, b, table));
        AssertPoint(expected, TableMultiplicationVarTime.MultiplyOneByOne(a, b, table));
        if (FieldLanes.IsSupported && a.ZeroBit == 0)
            AssertPoint(expected, TableMultiplicationVarTime.MultiplyInLanes(a, b, table));
    }

    private static void AssertGenerator(BigInteger k)
    {
        AssertPoint(Multiply(k, G), TableMultiplicationVarTime.MultiplyGenerator(From(k)));
        AssertPoint(Multiply(k, G), TableMultiplicationVarTime.MultiplyGeneratorOneByOne(From(k)));
    }

    private static FixedPointTableVarTime TableOf(BigInteger secret) => new(GeneratorMultiplication.Multiply(From(secret)));

    private static BigInteger Sum(IReadOnlyList<short> digits) =>
        digits.Select((digit, row) => digit * BigInteger.Pow(256, row)).Aggregate(BigInteger.Zero, (sum, term) => sum + term);

    private static Scalar From(BigInteger value) => Scalar.Read(Bytes(Mod(value, N)), out _);

    private static BigInteger ToInteger(Scalar scalar)
    {
        byte[] bytes = new byte[32];
        scalar.Write(bytes);
        return Parse(bytes);
    }
}
