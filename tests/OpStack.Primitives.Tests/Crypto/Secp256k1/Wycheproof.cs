using System.Text.Json;
using OpStack.P2P.TestKit;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>One case of a Wycheproof file with the key of its group.</summary>
internal sealed record WycheproofCase(int Id, string Comment, string Result, string[] Flags, byte[]? GroupKey, JsonElement Json)
{
    public byte[] Bytes(string name) => Convert.FromHexString(Json.GetProperty(name).GetString()!);

    public static List<WycheproofCase> Read(string file)
    {
        var cases = new List<WycheproofCase>();
        using JsonDocument document = Vectors.Json(file);
        foreach (JsonElement group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            byte[]? key = group.TryGetProperty("publicKey", out JsonElement k)
                ? Convert.FromHexString(k.GetProperty("uncompressed").GetString()!)
                : null;
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                cases.Add(new WycheproofCase(
                    test.GetProperty("tcId").GetInt32(),
                    test.GetProperty("comment").GetString()!,
                    test.GetProperty("result").GetString()!,
                    [.. test.GetProperty("flags").EnumerateArray().Select(f => f.GetString()!)],
                    key,
                    test.Clone()));
            }
        }

        Assert.Equal(document.RootElement.GetProperty("numberOfTests").GetInt32(), cases.Count);
        return cases;
    }
}
