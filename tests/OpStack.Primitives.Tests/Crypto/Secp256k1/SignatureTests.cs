using System.Numerics;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

public class SignatureTests
{
    [Theory]
    [InlineData("3006020101020101", 1, 1)]
    [InlineData("300702020080020101", 128, 1)]
    [InlineData("30070201 7f 02020100", 127, 256)]
    public void Small_integers(string der, int r, int s)
    {
        byte[] bytes = Convert.FromHexString(der.Replace(" ", "", StringComparison.Ordinal));
        byte[] signature = new byte[64], written = new byte[72];
        Assert.True(Secp256k1Signature.TryParseDer(bytes, signature));
        Assert.Equal([.. Bytes(r), .. Bytes(s)], signature);
        Assert.Equal(bytes, written[..Secp256k1Signature.WriteDer(signature, written)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3000")]
    [InlineData("3003020101")]
    [InlineData("300602010002 0101")]
    [InlineData("3006020101020100")]
    [InlineData("3006020181020101")]
    [InlineData("30070202 0001 020101")]
    [InlineData("30070202 007f 020101")]
    [InlineData("3106020101020101")]
    [InlineData("3006030101020101")]
    [InlineData("3006020101030101")]
    [InlineData("3007020101020101")]
    [InlineData("3005020101020101")]
    [InlineData("300602010102010100")]
    [InlineData("300702010102010100")]
    [InlineData("3006020001020101")]
    [InlineData("30050200020101")]
    [InlineData("308106020101020101")]
    [InlineData("30800201010201010000")]
    [InlineData("300702810101020101")]
    [InlineData("3006020101027f01")]
    public void Deviations_from_der(string der) =>
        Assert.False(Secp256k1Signature.TryParseDer(Convert.FromHexString(der.Replace(" ", "", StringComparison.Ordinal)), new byte[64]));

    [Fact]
    public void Round_trip_range_truncation_and_appendices()
    {
        byte[] signature = new byte[64];
        foreach (BigInteger r in Samples(10))
        {
            foreach (BigInteger s in new[] { 1, N - 1, 0, N, TwoTo256 - 1 })
            {
                byte[] der = Write([.. Bytes(r), .. Bytes(s)]);
                bool inRange = r > 0 && r < N && s > 0 && s < N;
                Assert.Equal(inRange, Secp256k1Signature.TryParseDer(der, signature));
                if (inRange)
                    Assert.Equal([.. Bytes(r), .. Bytes(s)], signature);
                for (int length = 0; length < der.Length; length++)
                    Assert.False(Secp256k1Signature.TryParseDer(der.AsSpan(0, length), signature));
                Assert.False(Secp256k1Signature.TryParseDer([.. der, 0], signature));
            }
        }
    }

    [Fact]
    public void Mutations_never_throw_and_what_parses_writes_back_the_same()
    {
        var random = new Random(17);
        byte[] signature = new byte[64];
        int parsed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] der = Write([.. Bytes(Integers.Random(random) >> random.Next(256)), .. Bytes(Integers.Random(random) >> random.Next(256))]);
            for (int changes = random.Next(3); changes > 0; changes--)
                der[random.Next(der.Length)] = (byte)random.Next(256);
            if (!Secp256k1Signature.TryParseDer(der, signature))
                continue;
            parsed++;
            Assert.Equal(der, Write(signature));
        }

        Assert.InRange(parsed, 1_000, 19_999);
    }

    [Fact]
    public void The_longest_form_has_the_stated_size() => Assert.Equal(Secp256k1Signature.MaxDerSize, Write([.. Bytes(N - 1), .. Bytes(N - 1)]).Length);

    [Fact]
    public void Low_s_ends_at_half_the_order()
    {
        foreach (BigInteger s in Samples(50))
            Assert.Equal(s <= N / 2, Secp256k1Signature.IsLowS([.. Bytes(1), .. Bytes(s)]));
        Assert.False(Secp256k1Signature.IsLowS(new byte[63]));
        Assert.False(Secp256k1Signature.IsLowS(new byte[65]));
    }

    [Fact]
    public void Wrong_lengths_of_the_host_are_refused()
    {
        byte[] der = Write([.. Bytes(N - 1), .. Bytes(N - 1)]);
        Assert.Throws<ArgumentException>(() => Secp256k1Signature.TryParseDer(der, new byte[65]));
        Assert.Throws<ArgumentException>(() => Secp256k1Signature.WriteDer(new byte[65], new byte[72]));
        Assert.Throws<ArgumentException>(() => Secp256k1Signature.WriteDer([.. Bytes(N - 1), .. Bytes(N - 1)], new byte[71]));
    }

    private static byte[] Write(byte[] signature)
    {
        byte[] der = new byte[72];
        return der[..Secp256k1Signature.WriteDer(signature, der)];
    }
}
