using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Ed25519;
using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Crypto.Ed25519;

public class Ed25519WycheproofTests
{
    // Flags that only valid, or only invalid, cases carry: a case whose flag and result disagree is not understood, and fails.
    private static readonly string[] ValidFlags = ["Valid", "Ktv", "TinkOverflow"];

    private static readonly string[] InvalidFlags =
    [
        "CompressedSignature", "InvalidEncoding", "InvalidKtv", "InvalidSignature", "SignatureMalleability", "SignatureWithGarbage", "TruncatedSignature",
    ];

    [Fact]
    public void All_cases()
    {
        using JsonDocument file = Vectors.Json("wycheproof_ed25519_test.json");
        int valid = 0, invalid = 0;
        foreach (JsonElement group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            Assert.Equal("EddsaVerify", group.GetProperty("type").GetString());
            Assert.Equal("edwards25519", group.GetProperty("publicKey").GetProperty("curve").GetString());
            byte[] key = Hex.Decode(group.GetProperty("publicKey").GetProperty("pk").GetString());
            Assert.True(Ed25519PublicKey.TryParse(key, out Ed25519PublicKey? publicKey));

            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                string label = $"case {test.GetProperty("tcId").GetInt32()}: {test.GetProperty("comment").GetString()}";
                bool expected = test.GetProperty("result").GetString() switch
                {
                    "valid" => true,
                    "invalid" => false,
                    string other => throw new InvalidDataException(other),
                    null => throw new InvalidDataException(label),
                };
                Assert.All(test.GetProperty("flags").EnumerateArray(), f => Assert.Contains(f.GetString(), expected ? ValidFlags : InvalidFlags));

                byte[] message = Hex.Decode(test.GetProperty("msg").GetString());
                byte[] signature = Hex.Decode(test.GetProperty("sig").GetString());
                Assert.True(publicKey.Verify(message, signature) == expected, label);
                _ = expected ? valid++ : invalid++;
            }
        }

        Assert.Equal(file.RootElement.GetProperty("numberOfTests").GetInt32(), valid + invalid);
        Assert.Equal((88, 63), (valid, invalid));
    }
}
