using System.Numerics;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

public class RecoveryTests
{
    /// <summary>A nonce point with x of n or more happens once in 2^128 signatures; chosen r shows what a verifier does with it.</summary>
    [Fact]
    public void Ids_2_and_3_take_x_as_r_plus_n()
    {
        byte[] hash = Bytes(123456789);
        int found = 0;
        for (int r = 1; r <= 16; r++)
        {
            byte[] signature = [.. Bytes(r), .. Bytes(N / 5)];
            for (int id = 0; id < 4; id++)
            {
                BigInteger x = id < 2 ? r : r + N;
                bool onCurve = BigInteger.ModPow(Mod((x * x * x) + 7, P), (P - 1) / 2, P).IsOne;
                Assert.Equal(onCurve, Secp256k1PublicKey.TryRecover(hash, signature, id, out Secp256k1PublicKey? key));
                if (!onCurve)
                    continue;
                Assert.True(key!.Verify(hash, signature));
                Assert.Equal(Expected(x, (id & 1) != 0, 123456789, r, N / 5), Coordinates(key));
                found += id >= 2 ? 1 : 0;
            }
        }

        Assert.True(found > 4);
    }

    [Fact]
    public void Ids_2_and_3_are_refused_once_r_plus_n_reaches_p()
    {
        byte[] hash = Bytes(1);
        int accepted = 0;
        for (int offset = -20; offset < 20; offset++)
        {
            byte[] signature = [.. Bytes(P - N + offset), .. Bytes(1)];
            for (int id = 2; id < 4; id++)
            {
                bool recovered = Secp256k1PublicKey.TryRecover(hash, signature, id, out _);
                Assert.False(recovered && offset >= 0);
                accepted += recovered ? 1 : 0;
            }
        }

        Assert.True(accepted > 0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(27)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Other_ids_are_refused(int id)
    {
        byte[] signature = Sign(out byte[] hash, out _);
        Assert.False(Secp256k1PublicKey.TryRecover(hash, signature.AsSpan(0, 64), id, out _));
    }

    [Fact]
    public void Values_outside_1_to_n_minus_1_are_refused()
    {
        byte[] signature = Sign(out byte[] hash, out Secp256k1PublicKey key);
        foreach (BigInteger bad in new[] { 0, N, N + 1, P, TwoTo256 - 1 })
        {
            byte[] badR = [.. Bytes(bad), .. signature[32..64]];
            byte[] badS = [.. signature[..32], .. Bytes(bad)];
            for (int id = 0; id < 4; id++)
            {
                Assert.False(Secp256k1PublicKey.TryRecover(hash, badR, id, out _));
                Assert.False(Secp256k1PublicKey.TryRecover(hash, badS, id, out _));
            }

            Assert.False(key.Verify(hash, badR));
            Assert.False(key.Verify(hash, badS));
        }
    }

    [Fact]
    public void A_signature_that_recovers_infinity_is_refused()
    {
        // s R = z G when R = k G and s = z / k.
        BigInteger nonce = 99, z = 7;
        (BigInteger x, BigInteger y) = Multiply(nonce, G)!.Value;
        byte[] signature = [.. Bytes(Mod(x, N)), .. Bytes(Mod(z * Invert(nonce, N), N))];
        int id = y.IsEven ? 0 : 1;
        Assert.False(Secp256k1PublicKey.TryRecover(Bytes(z), signature, id, out _));
        Assert.True(Secp256k1PublicKey.TryRecover(Bytes(z), signature, id ^ 1, out _));
    }

    [Fact]
    public void The_high_twin_recovers_with_the_other_id_and_verifies()
    {
        byte[] signature = Sign(out byte[] hash, out Secp256k1PublicKey key);
        byte[] twin = [.. signature[..32], .. Bytes(N - Parse(signature.AsSpan(32, 32)))];
        Assert.False(Secp256k1Signature.IsLowS(twin));
        Assert.True(key.Verify(hash, twin));
        Assert.True(Secp256k1PublicKey.TryRecover(hash, twin, signature[64] ^ 1, out Secp256k1PublicKey? recovered));
        Assert.Equal(key, recovered);
    }

    [Fact]
    public void Every_length_but_the_right_one_is_refused()
    {
        byte[] signature = Sign(out byte[] hash, out Secp256k1PublicKey key);
        for (int length = 0; length <= 130; length++)
        {
            byte[] resizedHash = hash, resized = signature[..64];
            Array.Resize(ref resizedHash, length);
            Array.Resize(ref resized, length);
            Assert.Equal(length == 32, key.Verify(resizedHash, signature.AsSpan(0, 64)));
            Assert.Equal(length == 64, key.Verify(hash, resized));
            Assert.Equal(length == 32, Secp256k1PublicKey.TryRecover(resizedHash, signature.AsSpan(0, 64), signature[64], out _));
            Assert.Equal(length == 64, Secp256k1PublicKey.TryRecover(hash, resized, signature[64], out _));
        }
    }

    [Fact]
    public void Every_flipped_bit_changes_the_recovered_key_or_ends_the_recovery()
    {
        byte[] signature = Sign(out byte[] hash, out Secp256k1PublicKey key);
        for (int bit = 0; bit < 512; bit++)
        {
            byte[] flipped = signature[..64];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.Verify(hash, flipped));
            if (Secp256k1PublicKey.TryRecover(hash, flipped, signature[64], out Secp256k1PublicKey? other))
                Assert.NotEqual(key, other);
        }
    }

    private static byte[] Sign(out byte[] hash, out Secp256k1PublicKey key)
    {
        byte[] signature = new byte[65];
        hash = Bytes(Parse("c3d07ecec258d396ecfca6715449b1bbcff827722a83964aa043a34d324e8434"));
        Assert.True(Secp256k1PrivateKey.TryCreate(Bytes(N / 7), out Secp256k1PrivateKey? secret));
        using (secret)
        {
            secret.SignRecoverable(hash, signature);
            key = secret.PublicKey;
        }

        return signature;
    }

    private static (BigInteger, BigInteger)? Expected(BigInteger x, bool odd, BigInteger z, BigInteger r, BigInteger s)
    {
        BigInteger y = BigInteger.ModPow(Mod((x * x * x) + 7, P), (P + 1) / 4, P);
        BigInteger inverse = Invert(r, N);
        return Add(Multiply(s * inverse, (x, y.IsEven == odd ? P - y : y)), Multiply(-z * inverse, G));
    }

    private static (BigInteger, BigInteger)? Coordinates(Secp256k1PublicKey key)
    {
        byte[] bytes = new byte[65];
        key.WriteUncompressed(bytes);
        return (Parse(bytes.AsSpan(1, 32)), Parse(bytes.AsSpan(33)));
    }
}
