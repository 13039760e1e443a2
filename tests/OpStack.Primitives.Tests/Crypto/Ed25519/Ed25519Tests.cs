using OpStack.Primitives.Crypto.Ed25519;
using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Crypto.Ed25519;

public class Ed25519Tests
{
    private const string Order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

    /// <summary>RFC 8032 section 7.1: tests 1, 2, 3 and SHA(abc).</summary>
    public static TheoryData<string, string, string, string> RfcVectors => new()
    {
        {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
        {
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        },
    };

    [Theory]
    [MemberData(nameof(RfcVectors))]
    public void Vectors_of_the_RFC(string seed, string publicKey, string message, string signature)
    {
        using Ed25519PrivateKey key = new(Hex.Decode(seed));
        byte[] encoded = new byte[32], signed = new byte[64], exported = new byte[32];
        key.PublicKey.CopyTo(encoded);
        key.Sign(Hex.Decode(message), signed);
        key.ExportSeed(exported);

        Assert.Equal(publicKey, Hex.Encode(encoded));
        Assert.Equal(signature, Hex.Encode(signed));
        Assert.Equal(seed, Hex.Encode(exported));
        Assert.True(Ed25519PublicKey.TryParse(encoded, out Ed25519PublicKey? parsed));
        Assert.True(parsed.Verify(Hex.Decode(message), signed));
        Assert.True(key.PublicKey.Verify(Hex.Decode(message), signed));
    }

    [Fact]
    public void Any_flipped_bit_of_signature_or_message_is_refused()
    {
        using Ed25519PrivateKey key = new(new byte[32]);
        byte[] message = [1, 2, 3, 4], signature = new byte[64];
        key.Sign(message, signature);
        Assert.True(key.PublicKey.Verify(message, signature));

        for (int bit = 0; bit < 8 * signature.Length; bit++)
        {
            byte[] changed = [.. signature];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.PublicKey.Verify(message, changed), $"signature bit {bit}");
        }

        for (int bit = 0; bit < 8 * message.Length; bit++)
        {
            byte[] changed = [.. message];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.PublicKey.Verify(changed, signature), $"message bit {bit}");
        }

        for (int length = 0; length <= 100; length++)
        {
            byte[] resized = new byte[length];
            signature.AsSpan(0, Math.Min(64, length)).CopyTo(resized);
            Assert.Equal(length == 64, key.PublicKey.Verify(message, resized));
        }
    }

    [Fact]
    public void S_with_the_order_added_is_refused()
    {
        using Ed25519PrivateKey key = new(new byte[32]);
        byte[] signature = new byte[64];
        key.Sign([], signature);
        byte[] order = Hex.Decode(Order);
        int carry = 0;
        for (int i = 0; i < 32; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.Equal(0, carry);
        Assert.False(key.PublicKey.Verify([], signature));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "small order: 4")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080", "small order: 4")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000", "small order: 1")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "small order: 2")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "small order: 8")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "small order: 8")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080", "a sign on x = 0")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "a sign on x = 0")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y = p")]
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y = p + 3, where y = 3 is a point")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "y = p + 18")]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000", "no such point")]
    [InlineData("", "no bytes")]
    [InlineData("03000000000000000000000000000000000000000000000000000000000000", "31 bytes")]
    [InlineData("030000000000000000000000000000000000000000000000000000000000000000", "33 bytes")]
    public void Bad_keys_are_refused(string hex, string reason)
    {
        Assert.False(Ed25519PublicKey.TryParse(Hex.Decode(hex), out Ed25519PublicKey? key), reason);
        Assert.Null(key);
    }

    [Fact]
    public void The_reduced_form_of_a_refused_key_is_a_key() =>
        Assert.True(Ed25519PublicKey.TryParse(Hex.Decode("0300000000000000000000000000000000000000000000000000000000000000"), out _));

    [Fact]
    public void Random_bytes_as_key_and_signature_never_throw_or_verify()
    {
        Random random = new(8032);
        byte[] key = new byte[32], signature = new byte[64], copy = new byte[32];
        int parsed = 0;
        for (int i = 0; i < 400; i++)
        {
            random.NextBytes(key);
            random.NextBytes(signature);
            signature[63] &= 0x0f;
            if (!Ed25519PublicKey.TryParse(key, out Ed25519PublicKey? publicKey))
                continue;

            parsed++;
            publicKey.CopyTo(copy);
            Assert.Equal(key, copy);
            Assert.False(publicKey.Verify(key, signature));
        }

        // Every second y has points.
        Assert.InRange(parsed, 150, 250);
    }

    [Fact]
    public void Signatures_of_many_keys_verify_under_their_own_key_only()
    {
        Random random = new(1);
        byte[] seed = new byte[32], signature = new byte[64];
        Ed25519PublicKey? previous = null;
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(seed);
            byte[] message = new byte[random.Next(300)];
            random.NextBytes(message);
            using Ed25519PrivateKey key = new(seed);
            key.Sign(message, signature);
            Assert.True(key.PublicKey.Verify(message, signature));
            Assert.NotEqual(true, previous?.Verify(message, signature));
            previous = key.PublicKey;
        }
    }

    [Fact]
    public void The_signature_may_overwrite_the_message()
    {
        using Ed25519PrivateKey key = new(new byte[32]);
        byte[] buffer = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
        byte[] message = [.. buffer];
        key.Sign(buffer, buffer);
        Assert.True(key.PublicKey.Verify(message, buffer));
    }

    [Fact]
    public void A_disposed_key_is_of_no_use_but_its_public_half_is()
    {
        Ed25519PrivateKey key = Ed25519PrivateKey.Generate();
        byte[] signature = new byte[64];
        key.Sign([], signature);
        key.Dispose();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Sign([], new byte[64]));
        Assert.Throws<ObjectDisposedException>(() => key.ExportSeed(new byte[32]));
        Assert.True(key.PublicKey.Verify([], signature));
    }

    [Fact]
    public void Generated_keys_differ()
    {
        using Ed25519PrivateKey a = Ed25519PrivateKey.Generate(), b = Ed25519PrivateKey.Generate();
        byte[] first = new byte[32], second = new byte[32];
        a.ExportSeed(first);
        b.ExportSeed(second);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void Wrong_lengths_of_ours_throw(int length)
    {
        using Ed25519PrivateKey key = new(new byte[32]);
        Assert.Throws<ArgumentException>(() => new Ed25519PrivateKey(new byte[length]));
        Assert.Throws<ArgumentException>(() => key.Sign([], new byte[32 + length]));
        Assert.Throws<ArgumentException>(() => key.ExportSeed(new byte[31]));
        Assert.Throws<ArgumentException>(() => key.PublicKey.CopyTo(new byte[31]));
    }
}
