using System.Numerics;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>attack-cases.md row 47: every single change of a valid block, for every version, gets op-node's outcome for the reason that op-node has.</summary>
[Trait("Row", "47")]
public sealed class BlockHandlerMatrixTests
{
    private static readonly byte[] Transaction = [0x7e, 1, 2, 3, 4, 5, 6, 7];

    // Of the curve, by SEC 2: what can be recovered is worked out here without our field or scalar code.
    private static readonly BigInteger P = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 32) - 977;
    private static readonly BigInteger N = BigInteger.Parse("115792089237316195423570985008687907852837564279074904382605163141518161494337");

    // A field that is not hashed again shows in the hash.
    private static readonly Dictionary<string, Func<ExecutionPayload, ExecutionPayload>> Fields = new()
    {
        ["parent hash"] = payload => payload with { ParentHash = Changed(payload.ParentHash) },
        ["fee recipient"] = payload => payload with { FeeRecipient = default },
        ["state root"] = payload => payload with { StateRoot = Changed(payload.StateRoot) },
        ["receipts root"] = payload => payload with { ReceiptsRoot = Changed(payload.ReceiptsRoot) },
        ["logs bloom"] = payload => payload with { LogsBloom = Enumerable.Repeat((byte)1, ExecutionPayload.LogsBloomSize).ToArray() },
        ["prev randao"] = payload => payload with { PrevRandao = Changed(payload.PrevRandao) },
        ["block number"] = payload => payload with { BlockNumber = payload.BlockNumber + 1 },
        ["gas limit"] = payload => payload with { GasLimit = payload.GasLimit + 1 },
        ["gas used"] = payload => payload with { GasUsed = payload.GasUsed + 1 },
        ["timestamp within the bounds"] = payload => payload with { Timestamp = payload.Timestamp - 1 },
        ["extra data"] = payload => payload with { ExtraData = new byte[] { 1 } },
        ["base fee"] = payload => payload with { BaseFeePerGas = payload.BaseFeePerGas == 1UL ? 2UL : 1UL },
        ["block hash"] = payload => payload with { BlockHash = Changed(payload.BlockHash) },
        ["a transaction"] = payload => payload with { Transactions = TransactionList.Create([new byte[] { 0x7e, 1, 2, 3, 4, 5, 6, 8 }]) },
        ["no transaction"] = payload => payload with { Transactions = TransactionList.Create([]) },
        ["one transaction more"] = payload => payload with { Transactions = TransactionList.Create([Transaction, Transaction]) },
    };

    public static TheoryData<PayloadVersion, string> EveryField
    {
        get
        {
            TheoryData<PayloadVersion, string> data = [];
            foreach (PayloadVersion version in Enum.GetValues<PayloadVersion>())
            {
                foreach (string name in Fields.Keys)
                {
                    data.Add(version, name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(EveryField))]
    public void A_changed_field_shows_in_the_hash(PayloadVersion version, string field) =>
        AssertOutcome(BlockInvalidReason.BlockHash, BlockHandlerFixture.Sign(Fields[field](Payload(version))));

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void The_clock_judges_a_block_of_61_seconds_ago_and_of_6_ahead(PayloadVersion version)
    {
        AssertOutcome(BlockInvalidReason.Timestamp, BlockHandlerFixture.Sign(TestBlocks.Rehash(Payload(version) with { Timestamp = TestBlocks.Timestamp - 61 })));
        AssertOutcome(BlockInvalidReason.Timestamp, BlockHandlerFixture.Sign(TestBlocks.Rehash(Payload(version) with { Timestamp = TestBlocks.Timestamp + 6 })));
    }

    [Theory]
    [InlineData(PayloadVersion.V2)]
    [InlineData(PayloadVersion.V3)]
    [InlineData(PayloadVersion.V4)]
    public void Withdrawals_are_rejected_where_the_version_has_them(PayloadVersion version) =>
        AssertOutcome(BlockInvalidReason.Withdrawals, BlockHandlerFixture.Sign(TestBlocks.Rehash(Payload(version) with { Withdrawals = [default] })));

    [Theory]
    [InlineData(PayloadVersion.V3)]
    [InlineData(PayloadVersion.V4)]
    public void Blob_gas_and_the_parent_beacon_root_are_judged_where_the_version_has_them(PayloadVersion version)
    {
        AssertOutcome(BlockInvalidReason.BlobGasUsed, BlockHandlerFixture.Sign(TestBlocks.Rehash(Payload(version) with { BlobGasUsed = 1 })));
        AssertOutcome(BlockInvalidReason.ExcessBlobGas, BlockHandlerFixture.Sign(TestBlocks.Rehash(Payload(version) with { ExcessBlobGas = 1 })));
        using var key = TestBlocks.NewSequencerKey();
        AssertOutcome(BlockInvalidReason.BlockHash, OpNetworkPayloadEnvelope.Create(Payload(version), Hash256.Parse(new string('7', 64))).Sign(key, BlockHandlerFixture.ChainId));
    }

    [Fact]
    public void A_withdrawals_root_of_V4_shows_in_the_hash() => AssertOutcome(
        BlockInvalidReason.BlockHash, BlockHandlerFixture.Sign(Payload(PayloadVersion.V4) with { WithdrawalsRoot = Hash256.Parse(new string('7', 64)) }));

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void The_topic_of_another_version_is_rejected(PayloadVersion version)
    {
        OpNetworkPayloadEnvelope block = BlockHandlerFixture.Sign(Payload(version));
        BlockHandlerFixture node = new();
        Assert.All(
            Enum.GetValues<PayloadVersion>().Where(topic => topic != version),
            topic => AssertOutcome(BlockInvalidReason.BrokenSszEncoding, node, node.Check(block, topic)));
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void Every_bit_of_the_signature_counts(PayloadVersion version)
    {
        OpNetworkPayloadEnvelope block = BlockHandlerFixture.Sign(Payload(version));
        byte[] signature = Bytes(block.Signature);
        BlockHandlerFixture node = new();
        int others = 0;
        for (int bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            BlockCheck check = node.Check(block.WithSignature(new BlockSignature(signature)));
            bool isOther = IsRecoverable(signature);
            others += isOther ? 1 : 0;
            Assert.Equal((isOther ? BlockInvalidReason.Signer : BlockInvalidReason.Signature, MessageAcceptance.Reject), (check.Reason, check.Acceptance));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        // Every s, one v of eight, and about half of the 256 r.
        Assert.InRange(others, 256 + 1 + 64, 256 + 1 + 192);
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void Other_signers_chains_and_forms_of_a_signature(PayloadVersion version)
    {
        ExecutionPayload payload = Payload(version);
        OpNetworkPayloadEnvelope block = BlockHandlerFixture.Sign(payload);
        AssertOutcome(BlockInvalidReason.None, block);
        AssertOutcome(BlockInvalidReason.Signer, BlockHandlerFixture.Sign(payload, key: 0x47));
        AssertOutcome(BlockInvalidReason.Signer, BlockHandlerFixture.Sign(payload, chainId: BlockHandlerFixture.ChainId + 1));
        AssertOutcome(BlockInvalidReason.None, block.WithSignature(HighS(block.Signature)));
        foreach (byte v in new byte[] { 2, 3, 27, 28 })
        {
            byte[] signature = Bytes(block.Signature);
            signature[64] = v;
            AssertOutcome(BlockInvalidReason.Signature, block.WithSignature(new BlockSignature(signature)));
        }
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_signature_and_nothing_else_is_rejected_by_its_length(PayloadVersion version)
    {
        BlockHandlerFixture node = new();
        AssertOutcome(BlockInvalidReason.InvalidLength, node, node.CheckDecompressed(version, Bytes(BlockHandlerFixture.Sign(Payload(version)).Signature)));
    }

    private static ExecutionPayload Payload(PayloadVersion version) => TestBlocks.Payload(version, Transaction);

    private static Hash256 Changed(Hash256 hash)
    {
        byte[] bytes = hash.AsSpan().ToArray();
        bytes[31] ^= 1;
        return new Hash256(bytes);
    }

    private static void AssertOutcome(BlockInvalidReason expected, OpNetworkPayloadEnvelope block)
    {
        BlockHandlerFixture node = new();
        AssertOutcome(expected, node, node.Check(block));
    }

    private static void AssertOutcome(BlockInvalidReason expected, BlockHandlerFixture node, BlockCheck check)
    {
        MessageAcceptance acceptance = node.Handler.Admit(check, out BlockInvalidReason reason);
        Assert.Equal((expected, expected == BlockInvalidReason.None ? MessageAcceptance.Accept : MessageAcceptance.Reject), (reason, acceptance));
    }

    // SEC 1, 4.1.6: r and s in [1, n - 1], v 0 or 1 (op-node takes no r + n), and r is the x of a point.
    private static bool IsRecoverable(ReadOnlySpan<byte> signature)
    {
        BigInteger r = new(signature[..32], isUnsigned: true, isBigEndian: true);
        BigInteger s = new(signature[32..64], isUnsigned: true, isBigEndian: true);
        return signature[64] < 2 && !r.IsZero && r < N && !s.IsZero && s < N
            && BigInteger.ModPow(BigInteger.ModPow(r, 3, P) + 7, (P - 1) / 2, P).IsOne;
    }

    // s and n - s verify alike; the parity of R changes with it.
    private static BlockSignature HighS(BlockSignature signature)
    {
        byte[] bytes = Bytes(signature);
        byte[] high = (N - new BigInteger(bytes.AsSpan(32, 32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.AsSpan(32, 32).Clear();
        high.CopyTo(bytes.AsSpan(64 - high.Length));
        bytes[64] ^= 1;
        return new BlockSignature(bytes);
    }

    private static byte[] Bytes(BlockSignature signature)
    {
        byte[] bytes = new byte[BlockSignature.Size];
        signature.CopyTo(bytes);
        return bytes;
    }
}
