using System.Numerics;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>The three ways to multiply a point against double-and-add over BigInteger.</summary>
public class MultiplicationTests
{
    private static readonly BigInteger Lambda = Parse("5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72");

    /// <summary>Small and large scalars, halves that vanish, and limbs of zeros; then random ones.</summary>
    private static IEnumerable<BigInteger> Scalars => Enumerable.Range(1, 18).Select(i => (BigInteger)i)
        .Concat(Enumerable.Range(1, 4).Select(i => N - i))
        .Concat(Enumerable.Range(1, 2).SelectMany(i => new[] { Mod(Lambda * i, N), Mod(-Lambda * i, N), Mod(Lambda + i, N), Mod(Lambda - i, N) }))
        .Concat(Samples(10).Where(v => v > 0 && v < N));

    [Fact]
    public void Generator_multiplication()
    {
        foreach (BigInteger k in Scalars)
            AssertPoint(Multiply(k, G), GeneratorMultiplication.Multiply(From(k)));
    }

    [Fact]
    public void Point_multiplication()
    {
        (BigInteger X, BigInteger Y) point = Multiply(0x1234567, G)!.Value;
        AffinePoint affine = From(point);
        foreach (BigInteger k in Scalars)
        {
            AssertPoint(Multiply(k, point), PointMultiplication.Multiply(affine, From(k)));
            AssertPoint(Multiply(k, G), PointMultiplication.Multiply(AffinePoint.Generator, From(k)));
        }
    }

    [Fact]
    public void Double_multiplication_also_where_terms_meet_or_cancel()
    {
        var random = new Random(3);
        BigInteger[] some = [0, 1, 2, N - 1, N - 2, N - Lambda, Random(random) % N];
        foreach (BigInteger secret in new[] { 1, 2, N - 1, Lambda, Random(random) % N })
        {
            (BigInteger X, BigInteger Y) point = Multiply(secret, G)!.Value;
            foreach (BigInteger a in some)
                foreach (BigInteger b in some)
                    AssertPoint(Multiply(a + b * secret, G), DoubleMultiplicationVarTime.Multiply(From(a), From(b), From(point)));
        }
    }

    internal static void AssertPoint((BigInteger X, BigInteger Y)? expected, AffinePoint actual)
    {
        byte[] bytes = new byte[64];
        actual.X.Write(bytes);
        actual.Y.Write(bytes.AsSpan(32));
        Assert.Equal(expected, (Parse(bytes.AsSpan(0, 32)), Parse(bytes.AsSpan(32))));
    }

    internal static void AssertPoint((BigInteger X, BigInteger Y)? expected, ConstantTimePoint actual)
    {
        bool infinity = FieldElement.IsZeroVarTime(actual.Z);
        Assert.Equal(expected is null, infinity);
        if (!infinity)
            AssertPoint(expected, AffinePoint.From(actual));
    }

    private static AffinePoint From((BigInteger X, BigInteger Y) point)
    {
        Assert.True(FieldElement.TryRead(Bytes(point.X), out FieldElement x));
        Assert.True(FieldElement.TryRead(Bytes(point.Y), out FieldElement y));
        return new AffinePoint(x, y);
    }

    private static Scalar From(BigInteger value) => Scalar.Read(Bytes(Mod(value, N)), out _);
}
