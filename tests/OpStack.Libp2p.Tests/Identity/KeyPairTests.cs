using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Identity;

public class KeyPairTests
{
    // The identity signatures of the handshake transcript in wire.md section 4.
    [Theory]
    [InlineData(KeyVectors.Secp256k1Private, "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c",
        "304402200c72cd7e6df0086d4668ea2b51d614360827f52427cfdabdf39fae8005da0b7b02207f1fdff93cbbbbe05f57be5236db2079bb2e09d4067029bb21ee92ab9421475b")]
    [InlineData(KeyVectors.Ed25519Private, "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f",
        "a0381ec5f8954ac607c1059e453ca7d6bf2456009e8b7c262b06a418f3685dfc951b443e04084e41bbc282b6387462059ee65bc28d5b286d804a25f5c0916507")]
    public void Signs_a_noise_key(string key, string noiseKey, string signature)
    {
        Assert.True(KeyPair.TryDecode(Convert.FromHexString(key), out KeyPair? pair));
        using (pair)
        {
            byte[] signed = pair.Sign([.. "noise-libp2p-static-key:"u8, .. Convert.FromHexString(noiseKey)]);
            Assert.Equal(signature, Convert.ToHexStringLower(signed));
        }
    }

    [Theory]
    [InlineData(KeyVectors.Secp256k1Private, KeyVectors.Secp256k1Public, KeyVectors.Secp256k1Id)]
    [InlineData(KeyVectors.Ed25519Private, KeyVectors.Ed25519Public, KeyVectors.Ed25519Id)]
    public void The_vectors_read_and_write_the_same(string privateKey, string publicKey, string id)
    {
        Assert.True(KeyPair.TryDecode(Convert.FromHexString(privateKey), out KeyPair? pair));
        using (pair)
        {
            Assert.Equal(privateKey, Convert.ToHexStringLower(pair.Encode()));
            Assert.Equal(publicKey, Convert.ToHexStringLower(pair.PublicKey.Encoded.Span));
            Assert.Equal(id, pair.PeerId.ToString());
        }
    }

    [Fact]
    public void The_older_ed25519_form_of_96_bytes_is_read()
    {
        string publicHalf = KeyVectors.Ed25519Public[8..];
        string legacy = "08011260" + KeyVectors.Ed25519Private[8..] + publicHalf;
        Assert.True(KeyPair.TryDecode(Convert.FromHexString(legacy), out KeyPair? pair));
        Assert.Equal(KeyVectors.Ed25519Private, Convert.ToHexStringLower(pair.Encode()));
    }

    [Fact]
    public void A_public_half_of_another_key_is_refused()
    {
        byte[] key = Convert.FromHexString(KeyVectors.Ed25519Private);
        key[^1] ^= 1;
        Assert.False(KeyPair.TryDecode(key, out _));
        byte[] legacy = Convert.FromHexString("08011260" + KeyVectors.Ed25519Private[8..] + KeyVectors.Ed25519Public[8..]);
        legacy[^1] ^= 1;
        Assert.False(KeyPair.TryDecode(legacy, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0801")]
    [InlineData("08011220" + "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d")]
    [InlineData("08021220" + "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("08021220" + "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("0802121f" + "dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb")]
    [InlineData("08001220" + "53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb")]
    public void Other_private_keys_are_refused(string hex) => Assert.False(KeyPair.TryDecode(Convert.FromHexString(hex), out _));

    [Fact]
    public void Bare_secrets_are_checked_and_never_shown()
    {
        byte[] order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        ArgumentException over = Assert.Throws<ArgumentException>(() => KeyPair.FromSecp256k1(order));
        Assert.DoesNotContain("baaedce6", over.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Throws<ArgumentException>(() => KeyPair.FromSecp256k1(new byte[32]));
        Assert.Throws<ArgumentException>(() => KeyPair.FromSecp256k1(new byte[31]));
        Assert.Throws<ArgumentException>(() => KeyPair.FromEd25519(new byte[33]));

        using KeyPair pair = KeyVectors.Secp256k1();
        Assert.Equal("Secp256k1 " + KeyVectors.Secp256k1Id, pair.ToString());
    }

    [Fact]
    public void Fresh_keys_differ_and_sign()
    {
        using KeyPair a = KeyPair.GenerateSecp256k1(), b = KeyPair.GenerateSecp256k1(), c = KeyPair.GenerateEd25519(), d = KeyPair.GenerateEd25519();
        Assert.Equal(4, new HashSet<PeerId> { a.PeerId, b.PeerId, c.PeerId, d.PeerId }.Count);
        Assert.True(a.PublicKey.Verify([1], a.Sign([1])));
        Assert.False(b.PublicKey.Verify([1], a.Sign([1])));
        Assert.True(c.PublicKey.Verify([1], c.Sign([1])));
        Assert.False(d.PublicKey.Verify([1], c.Sign([1])));
    }

    [Fact]
    public void A_disposed_key_signs_nothing_and_keeps_its_public_half()
    {
        KeyPair pair = KeyVectors.Secp256k1();
        byte[] signature = pair.Sign([1]);
        pair.Dispose();
        pair.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pair.Sign([1]));
        Assert.Throws<ObjectDisposedException>(pair.Encode);
        Assert.True(pair.PublicKey.Verify([1], signature));
    }
}
