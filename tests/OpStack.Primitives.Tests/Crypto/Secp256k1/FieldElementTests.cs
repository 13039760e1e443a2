using System.Numerics;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

public class FieldElementTests
{
    private static readonly BigInteger[] Values = [.. Samples(20).Where(v => v < P)];

    [Fact]
    public void Reads_exactly_the_integers_below_p()
    {
        foreach (BigInteger value in Samples(200))
        {
            Assert.Equal(value < P, FieldElement.TryRead(Bytes(value), out FieldElement element));
            if (value < P)
                Assert.Equal(value, ToInteger(element));
        }
    }

    [Fact]
    public void Products_sums_and_differences()
    {
        foreach (BigInteger a in Values)
        {
            foreach (BigInteger b in Values)
            {
                FieldElement.Multiply(From(a), From(b), out FieldElement product);
                Assert.Equal(Mod(a * b, P), ToInteger(product));
                FieldElement.Add(From(a), From(b), out FieldElement sum);
                Assert.Equal(Mod(a + b, P), ToInteger(sum));
                FieldElement.Subtract(From(a), From(b), 1, out FieldElement difference);
                Assert.Equal(Mod(a - b, P), ToInteger(difference));
                Assert.Equal(a == b, FieldElement.EqualsVarTime(From(a), From(b)));
            }
        }
    }

    [Fact]
    public void Squares_inverses_and_roots()
    {
        foreach (BigInteger a in Values)
        {
            FieldElement.Square(From(a), out FieldElement square);
            Assert.Equal(Mod(a * a, P), ToInteger(square));
            FieldElement.Invert(From(a), out FieldElement inverse);
            Assert.Equal(Invert(a, P), ToInteger(inverse));
            FieldElement.InvertVarTime(From(a), out inverse);
            Assert.Equal(Invert(a, P), ToInteger(inverse));
            bool isSquare = a.IsZero || BigInteger.ModPow(a, (P - 1) / 2, P).IsOne;
            Assert.Equal(isSquare, FieldElement.TrySquareRootVarTime(From(a), out FieldElement root));
            if (isSquare)
                Assert.Equal(a, Mod(ToInteger(root) * ToInteger(root), P));
        }
    }

    [Fact]
    public void The_largest_limbs_of_the_highest_magnitudes_admitted_multiply_without_overflow()
    {
        // Every limb at the bound that its magnitude allows: the worst case of the column sums.
        foreach ((uint first, uint second) in new[] { (1u, 1u), (14u, 14u), (31u, 6u), (6u, 31u), (10u, 20u), (25u, 8u) })
        {
            (FieldElement a, BigInteger x) = Full(first);
            (FieldElement b, BigInteger y) = Full(second);
            FieldElement.Multiply(a, b, out FieldElement product);
            Assert.Equal(Mod(x * y, P), ToInteger(product));
            if (first <= 14)
            {
                FieldElement.Square(a, out FieldElement square);
                Assert.Equal(Mod(x * x, P), ToInteger(square));
            }
        }
    }

    [Fact]
    public void Every_magnitude_up_to_the_bound_normalizes()
    {
        for (uint magnitude = 1; magnitude < 1024; magnitude += 11)
        {
            (FieldElement a, BigInteger x) = Full(magnitude);
            Assert.Equal(Mod(x, P), ToInteger(a));
            FieldElement.Carry(a, out FieldElement carried);
            Assert.Equal(Mod(x, P), ToInteger(carried));
            FieldElement.Negate(a, magnitude, out FieldElement negated);
            Assert.Equal(Mod(-x, P), ToInteger(negated));
        }
    }

    [Fact]
    public void Multiples_of_p_are_zero()
    {
        FieldElement p = FieldElement.FromLimbs(0xFFFFEFFFFFC2F, 0xFFFFFFFFFFFFF, 0xFFFFFFFFFFFFF, 0xFFFFFFFFFFFFF, 0xFFFFFFFFFFFF);
        for (uint factor = 0; factor < 100; factor++)
        {
            FieldElement.Scale(p, factor, out FieldElement multiple);
            Assert.True(FieldElement.IsZeroVarTime(multiple));
            Assert.Equal(BigInteger.Zero, ToInteger(multiple));
            FieldElement.Add(multiple, FieldElement.One, out FieldElement plusOne);
            Assert.False(FieldElement.IsZeroVarTime(plusOne));
            Assert.Equal(BigInteger.One, ToInteger(plusOne));
        }
    }

    [Fact]
    public void Selection_takes_the_first_only_under_a_full_mask()
    {
        FieldElement.Select(ulong.MaxValue, From(P - 1), From(5), out FieldElement selected);
        Assert.Equal(P - 1, ToInteger(selected));
        FieldElement.Select(0, From(P - 1), From(5), out selected);
        Assert.Equal(5, ToInteger(selected));
    }

    private static (FieldElement Element, BigInteger Value) Full(uint magnitude)
    {
        const ulong Limb = (1UL << 52) - 1, Top = (1UL << 48) - 1;
        ulong factor = 2UL * magnitude;
        BigInteger ones = 1 + (BigInteger.One << 52) + (BigInteger.One << 104) + (BigInteger.One << 156);
        BigInteger value = factor * ((Limb * ones) + (Top * (BigInteger.One << 208)));
        return (FieldElement.FromLimbs(factor * Limb, factor * Limb, factor * Limb, factor * Limb, factor * Top), value);
    }

    private static FieldElement From(BigInteger value)
    {
        Assert.True(FieldElement.TryRead(Bytes(value), out FieldElement element));
        return element;
    }

    private static BigInteger ToInteger(FieldElement element)
    {
        FieldElement.Normalize(element, out element);
        byte[] bytes = new byte[32];
        element.Write(bytes);
        return Parse(bytes);
    }
}
