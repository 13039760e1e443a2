using System.Numerics;
using OpStack.Primitives.Crypto.Ed25519;

namespace OpStack.Primitives.Tests.Crypto.Ed25519;

/// <summary>Arithmetic modulo the group's order against BigInteger, and the two ways to multiply a point against each other.</summary>
public class Scalar25519Tests
{
    private static readonly BigInteger L =
        BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly BigInteger[] Edges = [0, 1, 2, L - 1, L, L + 1, (2 * L) - 1, 2 * L, 3 * L, BigInteger.Pow(2, 252), BigInteger.Pow(2, 255) - 1];

    [Fact]
    public void Wide_numbers_are_reduced()
    {
        BigInteger top = BigInteger.Pow(2, 512) - 1;
        List<BigInteger> values = [.. Edges, top, top - 1, (top / L * L) - 1, top / L * L, BigInteger.Pow(2, 511), BigInteger.Pow(2, 256), BigInteger.Pow(2, 256) - 1];
        Random random = new(252);
        byte[] bytes = new byte[64], result = new byte[32];
        for (int i = 0; i < 1_000; i++)
        {
            random.NextBytes(bytes);
            values.Add(new BigInteger(bytes, isUnsigned: true) >> random.Next(512));
        }

        foreach (BigInteger value in values)
        {
            Scalar25519.Reduce(Bytes(value, 64), result);
            Assert.Equal(value % L, new BigInteger(result, isUnsigned: true));
            Assert.True(Scalar25519.IsReduced(result));
        }
    }

    [Fact]
    public void Products_and_sums_are_reduced()
    {
        Random random = new(253);
        byte[] result = new byte[32];
        List<BigInteger> values = [.. Edges];
        for (int i = 0; i < 10; i++)
            values.Add(new BigInteger(RandomBytes(random), isUnsigned: true) % BigInteger.Pow(2, 255));

        foreach (BigInteger a in values)
        {
            foreach (BigInteger b in values)
            {
                foreach (BigInteger c in values)
                {
                    Scalar25519.MultiplyAdd(Bytes(a, 32), Bytes(b, 32), Bytes(c, 32), result);
                    Assert.Equal(((a * b) + c) % L, new BigInteger(result, isUnsigned: true));
                }
            }
        }
    }

    [Fact]
    public void Only_numbers_below_the_order_are_reduced()
    {
        foreach (BigInteger value in Edges)
            Assert.Equal(value < L, Scalar25519.IsReduced(Bytes(value, 32)));
        Assert.False(Scalar25519.IsReduced(Bytes(BigInteger.Pow(2, 256) - 1, 32)));
    }

    [Fact]
    public void The_table_and_the_windows_give_the_same_points()
    {
        Random random = new(16);
        List<BigInteger> scalars = [0, 1, 2, 7, 8, 9, 15, 16, 17, 255, 256, L - 1, L - 2, BigInteger.Pow(2, 252) - 1, BigInteger.Pow(2, 128) - 1];
        for (int i = 0; i < 30; i++)
            scalars.Add(new BigInteger(RandomBytes(random), isUnsigned: true) % L);

        byte[] zero = new byte[32];
        foreach (BigInteger scalar in scalars)
        {
            byte[] bytes = Bytes(scalar, 32);
            string table = Encoded(BaseMultiplication.Multiply(bytes));
            Assert.Equal(table, Encoded(PublicMultiplication.MultiplyAdd(bytes, zero, EdwardsPoint.Identity)));
            Assert.Equal(table, Encoded(PublicMultiplication.MultiplyAdd(zero, bytes, EdwardsPoint.Base)));

            // s B + (L - s) B is nothing.
            byte[] rest = Bytes((L - scalar) % L, 32);
            Assert.Equal(Encoded(EdwardsPoint.Identity), Encoded(PublicMultiplication.MultiplyAdd(bytes, rest, EdwardsPoint.Base)));
        }

        // The largest clamped scalar is above the order, and the table takes it.
        BigInteger clamped = BigInteger.Pow(2, 255) - 8;
        Assert.Equal(Encoded(BaseMultiplication.Multiply(Bytes(clamped % L, 32))), Encoded(BaseMultiplication.Multiply(Bytes(clamped, 32))));
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000", true)]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080", false)]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", true)]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false)]
    public void A_zero_x_has_no_sign(string encoded, bool decodes) =>
        Assert.Equal(decodes, EdwardsPoint.TryDecode(Convert.FromHexString(encoded), out _));

    [Fact]
    public void The_base_point_is_that_of_the_RFC()
    {
        Assert.Equal("5866666666666666666666666666666666666666666666666666666666666666", Encoded(EdwardsPoint.Base));
        Assert.False(EdwardsPoint.Base.IsSmallOrder);
        Assert.Equal(Encoded(EdwardsPoint.Base.Double()), Encoded(EdwardsPoint.Base.Add(EdwardsPoint.Base.ToCached())));
    }

    private static string Encoded(EdwardsPoint point)
    {
        byte[] bytes = new byte[32];
        point.Encode(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[32];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Bytes(BigInteger value, int length)
    {
        byte[] bytes = new byte[length];
        Assert.True(value.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }
}
