using System.Security.Cryptography;
using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Crypto;

/// <summary>The BCL's ChaCha20-Poly1305 is what noise is built on here; it rests on the platform's library, so it is held to the same vectors as our own code.</summary>
public class ChaCha20Poly1305Tests
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    [Fact]
    public void All_Wycheproof_cases()
    {
        using JsonDocument file = Vectors.Json("wycheproof_chacha20_poly1305_test.json");
        int valid = 0, invalid = 0, otherNonce = 0;
        foreach (JsonElement group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            Assert.Equal((256, 8 * TagSize), (group.GetProperty("keySize").GetInt32(), group.GetProperty("tagSize").GetInt32()));
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                string result = test.GetProperty("result").GetString()!;
                string flag = Assert.Single(test.GetProperty("flags").EnumerateArray()).GetString()!;
                if (group.GetProperty("ivSize").GetInt32() != 8 * NonceSize)
                {
                    // Out of range: the RFC knows 12-byte nonces only. These cases are all invalid, and the BCL refuses the nonce itself.
                    Assert.Equal(("invalid", "InvalidNonceSize"), (result, flag));
                    Assert.Throws<ArgumentException>(() => Opens(test));
                    otherNonce++;
                    continue;
                }

                bool expected = result == "valid";
                Assert.Equal(expected ? "valid" : "invalid", result);
                Assert.Equal(!expected, flag == "ModifiedTag");
                string label = $"case {test.GetProperty("tcId").GetInt32()}";
                Assert.True(Opens(test) == expected, label);
                Assert.True(Seals(test) == expected, label);
                _ = expected ? valid++ : invalid++;
            }
        }

        Assert.Equal(file.RootElement.GetProperty("numberOfTests").GetInt32(), valid + invalid + otherNonce);
        Assert.Equal((256, 60, 9), (valid, invalid, otherNonce));
    }

    private static bool Opens(JsonElement test)
    {
        using ChaCha20Poly1305 cipher = new(Bytes(test, "key"));
        byte[] plaintext = new byte[Bytes(test, "ct").Length];
        try
        {
            cipher.Decrypt(Bytes(test, "iv"), Bytes(test, "ct"), Bytes(test, "tag"), plaintext, Bytes(test, "aad"));
            return plaintext.AsSpan().SequenceEqual(Bytes(test, "msg"));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static bool Seals(JsonElement test)
    {
        using ChaCha20Poly1305 cipher = new(Bytes(test, "key"));
        byte[] message = Bytes(test, "msg"), ciphertext = new byte[message.Length], tag = new byte[TagSize];
        cipher.Encrypt(Bytes(test, "iv"), message, ciphertext, tag, Bytes(test, "aad"));
        return ciphertext.AsSpan().SequenceEqual(Bytes(test, "ct")) && tag.AsSpan().SequenceEqual(Bytes(test, "tag"));
    }

    private static byte[] Bytes(JsonElement test, string name) => Hex.Decode(test.GetProperty(name).GetString());
}
