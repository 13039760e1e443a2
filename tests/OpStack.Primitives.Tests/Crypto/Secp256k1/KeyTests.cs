using System.Numerics;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

public class KeyTests
{
    [Fact]
    public void A_key_is_a_scalar_from_1_to_n_minus_1()
    {
        foreach (BigInteger value in Samples(50))
            Assert.Equal(value > 0 && value < N, Secp256k1PrivateKey.TryCreate(Bytes(value), out _));
        for (int length = 0; length <= 66; length++)
            Assert.Equal(length == 32, Secp256k1PrivateKey.TryCreate(Enumerable.Repeat((byte)1, length).ToArray(), out _));
    }

    [Fact]
    public void Public_keys_and_their_three_forms()
    {
        byte[] compressed = new byte[33], uncompressed = new byte[65];
        foreach (BigInteger secret in Samples(5).Where(v => v > 0 && v < N))
        {
            Assert.True(Secp256k1PrivateKey.TryCreate(Bytes(secret), out Secp256k1PrivateKey? key));
            (BigInteger x, BigInteger y) = Multiply(secret, G)!.Value;
            key.PublicKey.WriteCompressed(compressed);
            key.PublicKey.WriteUncompressed(uncompressed);
            Assert.Equal([(byte)(y.IsEven ? 2 : 3), .. Bytes(x)], compressed);
            Assert.Equal([4, .. Bytes(x), .. Bytes(y)], uncompressed);
            Assert.True(Secp256k1PublicKey.TryParse(compressed, out Secp256k1PublicKey? first));
            Assert.True(Secp256k1PublicKey.TryParse(uncompressed, out Secp256k1PublicKey? second));
            Assert.Equal(key.PublicKey, first);
            Assert.Equal(first, second);
            Assert.Equal(first.GetHashCode(), second.GetHashCode());
        }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "7e5f4552091a69125d5dfcb7b8c2659029395bdf")]
    [InlineData("4646464646464646464646464646464646464646464646464646464646464646", "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f")]
    public void Addresses(string secret, string address)
    {
        Assert.True(Secp256k1PrivateKey.TryCreate(Convert.FromHexString(secret), out Secp256k1PrivateKey? key));
        Assert.Equal(Address.Parse(address), key.PublicKey.ToAddress());
    }

    [Fact]
    public void Only_the_compressed_and_uncompressed_prefixes_are_read()
    {
        byte[] point = [4, .. Bytes(G.X), .. Bytes(G.Y)];
        for (int prefix = 0; prefix < 256; prefix++)
        {
            point[0] = (byte)prefix;
            Assert.Equal(prefix is 2 or 3, Secp256k1PublicKey.TryParse(point.AsSpan(0, 33), out _));
            Assert.Equal(prefix == 4, Secp256k1PublicKey.TryParse(point, out _));
        }
    }

    [Fact]
    public void Every_other_length_is_refused()
    {
        byte[] point = [4, .. Bytes(G.X), .. Bytes(G.Y), .. new byte[10]];
        foreach (byte prefix in new byte[] { 0, 2, 3, 4 })
        {
            point[0] = prefix;
            for (int length = 0; length <= point.Length; length++)
            {
                bool expected = (length, prefix) is (33, 2) or (33, 3) or (65, 4);
                Assert.Equal(expected, Secp256k1PublicKey.TryParse(point.AsSpan(0, length), out _));
            }
        }
    }

    [Fact]
    public void Coordinates_of_p_or_more_are_refused_though_their_residue_is_on_the_curve()
    {
        // x = 1 is on the curve, so p + 1 names the same residue.
        BigInteger y = BigInteger.ModPow(8, (P + 1) / 4, P);
        Assert.True(Secp256k1PublicKey.TryParse([4, .. Bytes(1), .. Bytes(y)], out _));
        Assert.False(Secp256k1PublicKey.TryParse([4, .. Bytes(P + 1), .. Bytes(y)], out _));
        Assert.False(Secp256k1PublicKey.TryParse([2, .. Bytes(P + 1)], out _));

        // The y of some points is below 2^256 - p, so y + p fits 32 bytes as well.
        (BigInteger x, BigInteger small) = PointWithSmallY();
        Assert.True(Secp256k1PublicKey.TryParse([4, .. Bytes(x), .. Bytes(small)], out _));
        Assert.False(Secp256k1PublicKey.TryParse([4, .. Bytes(x), .. Bytes(small + P)], out _));
    }

    [Fact]
    public void Every_flipped_bit_of_a_point_leaves_the_curve()
    {
        byte[] point = [4, .. Bytes(G.X), .. Bytes(G.Y)];
        for (int bit = 0; bit < point.Length * 8; bit++)
        {
            byte[] flipped = (byte[])point.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Secp256k1PublicKey.TryParse(flipped, out _));
        }
    }

    [Fact]
    public void Compressed_points_parse_exactly_when_x_is_on_the_curve()
    {
        var random = new Random(13);
        byte[] written = new byte[33];
        for (int i = 0; i < 200; i++)
        {
            BigInteger x = Integers.Random(random);
            byte[] point = [(byte)(2 + (i & 1)), .. Bytes(x)];
            bool onCurve = x < P && BigInteger.ModPow(Mod((x * x * x) + 7, P), (P - 1) / 2, P).IsOne;
            Assert.Equal(onCurve, Secp256k1PublicKey.TryParse(point, out Secp256k1PublicKey? key));
            if (!onCurve)
                continue;
            key!.WriteCompressed(written);
            Assert.Equal(point, written);
        }
    }

    [Fact]
    public void Agreement_is_the_product_with_its_parity()
    {
        byte[] shared = new byte[33];
        foreach (BigInteger secret in new[] { 1, 2, N - 1, N / 2, (BigInteger.One << 192) - 1, BigInteger.One << 128 })
        {
            foreach (BigInteger other in new[] { 1, 2, 3, N - 1, N / 3 })
            {
                Assert.True(Secp256k1PrivateKey.TryCreate(Bytes(secret), out Secp256k1PrivateKey? key));
                Assert.True(Secp256k1PrivateKey.TryCreate(Bytes(other), out Secp256k1PrivateKey? peer));
                key.Agree(peer.PublicKey, shared);
                (BigInteger x, BigInteger y) = Multiply(secret * other, G)!.Value;
                Assert.Equal([(byte)(y.IsEven ? 2 : 3), .. Bytes(x)], shared);
            }
        }
    }

    [Fact]
    public void A_disposed_key_is_zeroed_and_refuses_to_work()
    {
        Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        Secp256k1PublicKey publicKey = key.PublicKey;
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Export(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => key.SignRecoverable(new byte[32], new byte[65]));
        Assert.Throws<ObjectDisposedException>(() => key.Agree(publicKey, new byte[33]));
        Assert.Equal(publicKey, key.PublicKey);
    }

    [Fact]
    public void Generated_keys_differ_and_export_what_recreates_them()
    {
        using Secp256k1PrivateKey first = Secp256k1PrivateKey.Generate(), second = Secp256k1PrivateKey.Generate();
        Assert.NotEqual(first.PublicKey, second.PublicKey);
        byte[] secret = new byte[32];
        first.Export(secret);
        Assert.True(Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? again));
        Assert.Equal(first.PublicKey, again.PublicKey);
    }

    [Fact]
    public void Equality()
    {
        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        byte[] point = new byte[65];
        key.PublicKey.WriteUncompressed(point);
        byte[] mirrored = [4, .. point[1..33], .. Bytes(P - Parse(point.AsSpan(33)))];
        Assert.True(Secp256k1PublicKey.TryParse(mirrored, out Secp256k1PublicKey? opposite));
        Assert.False(key.PublicKey.Equals(opposite));
        Assert.False(key.PublicKey.Equals(null));
        Assert.False(key.PublicKey.Equals((object)"key"));
        Assert.True(key.PublicKey.Equals((object)key.PublicKey));
    }

    [Fact]
    public void Destinations_of_another_length_are_refused()
    {
        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        Assert.Throws<ArgumentException>(() => key.Export(new byte[31]));
        Assert.Throws<ArgumentException>(() => key.Agree(key.PublicKey, new byte[32]));
        Assert.Throws<ArgumentException>(() => key.PublicKey.WriteCompressed(new byte[34]));
        Assert.Throws<ArgumentException>(() => key.PublicKey.WriteUncompressed(new byte[64]));
    }

    private static (BigInteger X, BigInteger Y) PointWithSmallY()
    {
        // Cube roots exist for a third of the residues; for p = 7 mod 9 one is a^((p + 2) / 9).
        for (BigInteger y = 1; ; y++)
        {
            BigInteger cube = Mod((y * y) - 7, P);
            BigInteger x = BigInteger.ModPow(cube, (P + 2) / 9, P);
            if (BigInteger.ModPow(x, 3, P) == cube)
                return (x, y);
        }
    }
}
