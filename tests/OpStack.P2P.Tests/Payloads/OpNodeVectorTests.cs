using System.Text.Json;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Payloads;

/// <summary>The messages and blocks of tests/vectors/op-node.json, both ways.</summary>
public sealed class OpNodeVectorTests
{
    private const int MaxLength = 10 << 20;

    public static TheoryData<int> GoldenMessages => OpNodeVectors.Indices("op_alloy_messages");

    public static TheoryData<int> SelfMadeBlocks => OpNodeVectors.Indices("self_made");

    [Theory]
    [MemberData(nameof(GoldenMessages))]
    public void A_golden_message_decodes_to_its_fields(int index)
    {
        JsonElement vector = OpNodeVectors.Section("op_alloy_messages")[index];
        Assert.True(FollowedSnappy.TryDecode(vector.Bytes("snappy_hex"), MaxLength, out byte[]? message));
        Assert.Equal(vector.GetProperty("decompressed_len").GetInt32(), message.Length);
        Assert.True(OpNetworkPayloadEnvelope.TryDecode(vector.Version(), message, out OpNetworkPayloadEnvelope? envelope, out _));

        Assert.Equal(vector.Version(), envelope.Version);
        Assert.Equal(vector.GetProperty("timestamp").GetUInt64(), envelope.Payload.Timestamp);
        Assert.Equal(vector.GetProperty("number").GetUInt64(), envelope.Payload.BlockNumber);
        Assert.Equal(vector.Hash("embedded_block_hash"), envelope.Payload.BlockHash);
        Assert.Equal(vector.Hash("computed_block_hash"), envelope.Payload.ComputeBlockHash(envelope.ParentBeaconBlockRoot));
        Assert.Equal(vector.Hash("payload_hash"), envelope.PayloadHash.Value);
        Assert.Equal(vector.Hash("signing_hash_chain100"), envelope.SigningHash(100));
        Assert.Equal(vector.GetProperty("sig_v").GetByte(), envelope.Signature.RecoveryId);
        Assert.Equal(OpNodeVectors.OptionalHash(vector, "parent_beacon_block_root"), envelope.ParentBeaconBlockRoot);
        Assert.Equal(OpNodeVectors.OptionalHash(vector, "withdrawals_root"), envelope.Payload.WithdrawalsRoot);
        Assert.Equal(vector.Bytes("extra_data"), envelope.Payload.ExtraData.ToArray());
        Assert.Equal(vector.GetProperty("tx_count").GetInt32(), envelope.Payload.Transactions.Count);
    }

    [Theory]
    [MemberData(nameof(GoldenMessages))]
    public void A_golden_message_is_signed_by_whom_the_vector_names(int index)
    {
        JsonElement vector = OpNodeVectors.Section("op_alloy_messages")[index];
        OpNetworkPayloadEnvelope envelope = Decode(vector.Version(), vector.Bytes("snappy_hex"));

        Assert.True(envelope.TryRecoverSigner(100, out Address onChain100));
        Assert.Equal(Address.Parse(vector.Text("signer_chain100")), onChain100);
        Assert.True(envelope.TryRecoverSigner(10, out Address onChain10));
        Assert.Equal(Address.Parse(vector.Text("signer_chain10")), onChain10);
    }

    [Theory]
    [MemberData(nameof(GoldenMessages))]
    public void A_golden_message_encodes_to_the_same_decompressed_bytes(int index)
    {
        JsonElement vector = OpNodeVectors.Section("op_alloy_messages")[index];
        Assert.True(FollowedSnappy.TryDecode(vector.Bytes("snappy_hex"), MaxLength, out byte[]? message));

        byte[] again = Decode(vector.Version(), vector.Bytes("snappy_hex")).Encode(vector.Version());

        Assert.True(FollowedSnappy.TryDecode(again, MaxLength, out byte[]? decoded));
        Assert.Equal(message, decoded);
    }

    [Theory]
    [MemberData(nameof(SelfMadeBlocks))]
    public void A_block_encodes_to_the_vectors_ssz_and_hashes(int index)
    {
        JsonElement vector = OpNodeVectors.Section("self_made")[index];
        ExecutionPayload payload = OpNodeVectors.Payload(vector);
        Hash256? root = OpNodeVectors.OptionalHash(vector.GetProperty("fields"), "parentBeaconBlockRoot");
        OpNetworkPayloadEnvelope envelope = OpNetworkPayloadEnvelope.Create(payload, root);

        Assert.Equal(vector.Version(), payload.Version);
        Assert.Equal(vector.Text("ssz"), Hex.Encode(envelope.Body.Span[(root is null ? 0 : Hash256.Size)..]));
        Assert.Equal(vector.Hash("tx_root"), OrderedTrie.Root(payload.Transactions));
        Assert.Equal(vector.Hash("block_hash"), payload.ComputeBlockHash(root));
        Assert.Equal(vector.Hash("payload_hash"), envelope.PayloadHash.Value);
        Assert.Equal(vector.Hash("signing_hash"), envelope.SigningHash(vector.GetProperty("chain_id").GetUInt64()));
    }

    [Theory]
    [MemberData(nameof(SelfMadeBlocks))]
    public void A_block_signs_to_the_vectors_signature_and_message(int index)
    {
        JsonElement vector = OpNodeVectors.Section("self_made")[index];
        ulong chainId = vector.GetProperty("chain_id").GetUInt64();
        Assert.True(Secp256k1PrivateKey.TryCreate(vector.Bytes("key"), out Secp256k1PrivateKey? key));
        using (key)
        {
            OpNetworkPayloadEnvelope envelope = OpNetworkPayloadEnvelope
                .Create(OpNodeVectors.Payload(vector), OpNodeVectors.OptionalHash(vector.GetProperty("fields"), "parentBeaconBlockRoot"))
                .Sign(key, chainId);

            Assert.Equal("0x" + vector.Text("signature"), envelope.Signature.ToString());
            Assert.True(envelope.TryRecoverSigner(chainId, out Address signer));
            Assert.Equal(Address.Parse(vector.Text("signer")), signer);
            Assert.True(FollowedSnappy.TryDecode(envelope.Encode(vector.Version()), MaxLength, out byte[]? message));
            Assert.Equal(vector.GetProperty("uncompressed_len").GetInt32(), message.Length);
            Assert.Equal(vector.Hash("uncompressed_keccak"), Keccak256.Hash(message));
        }
    }

    [Theory]
    [MemberData(nameof(SelfMadeBlocks))]
    public void A_literal_only_message_decodes_to_the_vectors_block(int index)
    {
        JsonElement vector = OpNodeVectors.Section("self_made")[index];

        OpNetworkPayloadEnvelope envelope = Decode(vector.Version(), vector.Bytes("snappy_literal_hex"));

        Assert.Equal(OpNodeVectors.Payload(vector), envelope.Payload);
        Assert.Equal("0x" + vector.Text("signature"), envelope.Signature.ToString());
    }

    private static OpNetworkPayloadEnvelope Decode(PayloadVersion version, byte[] data)
    {
        Assert.True(FollowedSnappy.TryDecode(data, MaxLength, out byte[]? message));
        Assert.True(OpNetworkPayloadEnvelope.TryDecode(version, message, out OpNetworkPayloadEnvelope? envelope, out PayloadDecodeError error), error.ToString());
        return envelope;
    }
}
