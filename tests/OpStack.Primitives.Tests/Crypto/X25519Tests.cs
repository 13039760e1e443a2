using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Crypto;

public class X25519Tests
{
    /// <summary>RFC 7748 section 5.2.</summary>
    [Theory]
    [InlineData(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void Vectors_of_the_RFC(string secret, string u, string expected)
    {
        byte[] shared = new byte[32];
        Assert.True(X25519.TryAgree(Hex.Decode(secret), Hex.Decode(u), shared));
        Assert.Equal(expected, Hex.Encode(shared));
    }

    /// <summary>RFC 7748 section 5.2: each result is the next scalar, and the scalar before it the next u.</summary>
    [Theory]
    [InlineData(1, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")]
    [InlineData(1_000, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51")]
    public void Iterations_of_the_RFC(int rounds, string expected)
    {
        byte[] k = new byte[32], u = new byte[32], next = new byte[32];
        (k[0], u[0]) = (9, 9);
        for (int i = 0; i < rounds; i++)
        {
            Assert.True(X25519.TryAgree(k, u, next));
            (k, u, next) = (next, k, u);
        }

        Assert.Equal(expected, Hex.Encode(k));
    }

    /// <summary>RFC 7748 section 6.1.</summary>
    [Fact]
    public void Diffie_Hellman_of_the_RFC()
    {
        byte[] alice = Hex.Decode("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = Hex.Decode("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] alicePublic = new byte[32], bobPublic = new byte[32], byAlice = new byte[32], byBob = new byte[32];

        X25519.DerivePublicKey(alice, alicePublic);
        X25519.DerivePublicKey(bob, bobPublic);
        Assert.Equal("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", Hex.Encode(alicePublic));
        Assert.Equal("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", Hex.Encode(bobPublic));
        Assert.True(X25519.TryAgree(alice, bobPublic, byAlice));
        Assert.True(X25519.TryAgree(bob, alicePublic, byBob));
        Assert.Equal("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", Hex.Encode(byAlice));
        Assert.Equal(byAlice, byBob);
    }

    [Fact]
    public void Derivation_through_the_table_equals_the_ladder_from_nine()
    {
        Random random = new(25519);
        byte[] secret = new byte[32], nine = new byte[32], derived = new byte[32], laddered = new byte[32];
        nine[0] = 9;
        for (int i = 0; i < 64; i++)
        {
            random.NextBytes(secret);
            if (i < 2)
                Array.Fill(secret, (byte)(i * 0xff));
            X25519.DerivePublicKey(secret, derived);
            Assert.True(X25519.TryAgree(secret, nine, laddered));
            Assert.Equal(laddered, derived);
        }
    }

    [Fact]
    public void All_Wycheproof_cases()
    {
        using JsonDocument file = Vectors.Json("wycheproof_x25519_test.json");
        int agreed = 0, zero = 0;
        foreach (JsonElement group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            Assert.Equal("curve25519", group.GetProperty("curve").GetString());
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                string[] flags = [.. test.GetProperty("flags").EnumerateArray().Select(f => f.GetString()!)];
                string result = test.GetProperty("result").GetString()!;
                string label = $"case {test.GetProperty("tcId").GetInt32()}";

                // "Acceptable" are twists, non-canonical and small-order keys. RFC 7748 computes them all; only a zero result is ours to refuse.
                Assert.Contains(result, (string[])["valid", "acceptable"]);
                bool zeroExpected = flags.Contains("ZeroSharedSecret");
                Assert.False(zeroExpected && result == "valid", label);

                byte[] shared = new byte[32];
                bool done = X25519.TryAgree(HexOf(test, "private"), HexOf(test, "public"), shared);
                Assert.True(done == !zeroExpected, label);
                Assert.True(test.GetProperty("shared").GetString() == Hex.Encode(shared), label);
                _ = done ? agreed++ : zero++;
            }
        }

        Assert.Equal(file.RootElement.GetProperty("numberOfTests").GetInt32(), agreed + zero);
        Assert.Equal((487, 31), (agreed, zero));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void Other_lengths_are_a_fault_of_the_caller(int length)
    {
        byte[] good = new byte[32], bad = new byte[length];
        Assert.Throws<ArgumentException>(() => X25519.TryAgree(bad, good, new byte[32]));
        Assert.Throws<ArgumentException>(() => X25519.TryAgree(good, bad, new byte[32]));
        Assert.Throws<ArgumentException>(() => X25519.TryAgree(good, good, bad));
        Assert.Throws<ArgumentException>(() => X25519.DerivePublicKey(bad, new byte[32]));
        Assert.Throws<ArgumentException>(() => X25519.DerivePublicKey(good, bad));
    }

    private static byte[] HexOf(JsonElement test, string name) => Hex.Decode(test.GetProperty(name).GetString());
}
