using System.Text;
using System.Text.Json;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Payloads;

/// <summary>op-service/signer: TestBlockPayloadArgs and TestSigningHash_Different*.</summary>
public sealed class SigningHashTests
{
    public static TheoryData<int> Cases => OpNodeVectors.Indices("signing");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_vectors_hash_as_given(int index)
    {
        JsonElement vector = OpNodeVectors.Section("signing")[index];
        byte[] payload = vector.TryGetProperty("payload_ascii", out JsonElement text) ? Encoding.ASCII.GetBytes(text.GetString()!) : vector.Bytes("payload_hex");

        PayloadHash hash = PayloadHash.Compute(payload);

        Assert.Equal(vector.Hash("payload_hash"), hash.Value);
        Assert.Equal(vector.Hash("signing_hash"), hash.SigningHash(vector.Hash("domain"), vector.GetProperty("chain_id").GetUInt64()));
    }

    [Fact]
    public void The_hash_depends_on_domain_chain_and_payload()
    {
        PayloadHash hash = PayloadHash.Compute("payload"u8);
        Hash256 otherDomain = Hash256.Parse(new string('1', 64));
        Hash256[] all =
        [
            hash.SigningHash(10),
            hash.SigningHash(100),
            hash.SigningHash(otherDomain, 10),
            PayloadHash.Compute("another"u8).SigningHash(10),
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
    }
}
