using System.Buffers.Binary;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>
/// op-stack-p2p.md 1.10 rule by rule; op-node's TestBlockValidator and TestGossipTimestampThreshold; attack-cases.md row 47.
/// </summary>
public sealed class BlockHandlerRulesTests
{
    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_valid_block_is_accepted(PayloadVersion version)
    {
        BlockHandlerFixture node = new();
        OpNetworkPayloadEnvelope envelope = BlockHandlerFixture.Sign(TestBlocks.Payload(version, [1, 2, 3]));

        BlockCheck check = node.Check(envelope);

        Assert.Equal(BlockInvalidReason.None, check.Reason);
        Assert.Equal(MessageAcceptance.Accept, check.Acceptance);
        Assert.Equal(envelope.Payload, check.Envelope!.Payload);
        Assert.Equal(envelope.PayloadHash, check.Envelope.PayloadHash);
        Assert.Equal(TestBlocks.Root(version), check.Envelope.ParentBeaconBlockRoot);
        Assert.Equal(MessageAcceptance.Accept, node.Handler.Admit(check));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ff")]
    [InlineData("ffffffff0f0041")]
    [InlineData("05100102")]
    public void Data_that_does_not_decompress_is_rejected(string hex) =>
        AssertRejected(BlockInvalidReason.BrokenSnappyEncoding, new BlockHandlerFixture().Check("/optimism/100/3/blocks", Convert.FromHexString(hex)));

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(65)]
    public void A_message_of_less_than_66_bytes_is_rejected(int length) =>
        AssertRejected(BlockInvalidReason.InvalidLength, new BlockHandlerFixture().CheckDecompressed(PayloadVersion.V1, new byte[length]));

    [Fact]
    public void A_message_of_66_bytes_gets_as_far_as_its_signature() =>
        AssertRejected(BlockInvalidReason.Signature, new BlockHandlerFixture().CheckDecompressed(PayloadVersion.V1, new byte[66]));

    [Fact]
    public void A_foreign_topic_is_rejected() =>
        AssertRejected(BlockInvalidReason.UnknownTopic, new BlockHandlerFixture().Check("/optimism/10/3/blocks", [0]));

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_block_on_the_topic_of_another_version_is_rejected(PayloadVersion version)
    {
        BlockHandlerFixture node = new();
        OpNetworkPayloadEnvelope envelope = BlockHandlerFixture.Sign(TestBlocks.Payload(version, new byte[200]));
        foreach (PayloadVersion other in Enum.GetValues<PayloadVersion>().Where(other => other != version))
        {
            BlockCheck check = node.Check(envelope, topic: other);
            AssertRejected(BlockInvalidReason.BrokenSszEncoding, check);
            Assert.NotEqual(PayloadDecodeError.None, check.DecodeError);
        }
    }

    [Theory]
    [InlineData(60, 0, BlockInvalidReason.None)]
    [InlineData(61, 0, BlockInvalidReason.Timestamp)]
    [InlineData(0, 5, BlockInvalidReason.None)]
    [InlineData(0, 6, BlockInvalidReason.Timestamp)]
    public void A_block_may_be_60_seconds_old_and_5_seconds_ahead(int age, int ahead, BlockInvalidReason expected)
    {
        BlockHandlerFixture node = new();
        ExecutionPayload payload = TestBlocks.Rehash(TestBlocks.Payload(PayloadVersion.V4) with { Timestamp = TestBlocks.Timestamp - (ulong)age + (ulong)ahead });

        Assert.Equal(expected, node.Check(BlockHandlerFixture.Sign(payload)).Reason);
    }

    [Theory]
    [InlineData(30, 15, BlockInvalidReason.None)]
    [InlineData(30, 45, BlockInvalidReason.Timestamp)]
    [InlineData(120, 90, BlockInvalidReason.None)]
    [InlineData(0, 0, BlockInvalidReason.None)]
    [InlineData(0, 1, BlockInvalidReason.Timestamp)]
    [InlineData(int.MaxValue, 1_764_691_203, BlockInvalidReason.None)]
    public void The_timestamp_threshold_is_a_setting(int threshold, int age, BlockInvalidReason expected)
    {
        // TestGossipTimestampThreshold. The last case is a threshold beyond 1970, where op-node's unsigned difference wraps.
        BlockHandlerFixture node = new(options: new BlockHandlerOptions { TimestampThreshold = TimeSpan.FromSeconds(threshold) });
        ExecutionPayload payload = TestBlocks.Rehash(TestBlocks.Payload(PayloadVersion.V2) with { Timestamp = TestBlocks.Timestamp - (ulong)age });

        Assert.Equal(expected, node.Check(BlockHandlerFixture.Sign(payload)).Reason);
    }

    [Fact]
    public void A_fraction_of_a_second_does_not_count()
    {
        BlockHandlerFixture node = new();
        node.Clock.Advance(TimeSpan.FromSeconds(60.9));

        Assert.Equal(BlockInvalidReason.None, node.Check(BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V1))).Reason);
        node.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(BlockInvalidReason.Timestamp, node.Check(BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V1))).Reason);
    }

    [Fact]
    public void A_timestamp_at_the_end_of_time_is_rejected()
    {
        ExecutionPayload payload = TestBlocks.Rehash(TestBlocks.Payload(PayloadVersion.V4) with { Timestamp = ulong.MaxValue });

        AssertRejected(BlockInvalidReason.Timestamp, new BlockHandlerFixture().Check(BlockHandlerFixture.Sign(payload)));
    }

    [Fact]
    public void A_negative_threshold_is_refused_by_name()
    {
        BlockHandlerFixture node = new();
        BlockHandlerOptions options = new() { TimestampThreshold = TimeSpan.FromSeconds(-1) };

        Assert.Contains("TimestampThreshold", Assert.Throws<ArgumentOutOfRangeException>(() => new BlockHandler(node.Config, node.Signers, options)).Message);
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_block_with_a_wrong_hash_is_rejected(PayloadVersion version)
    {
        ExecutionPayload payload = TestBlocks.Payload(version, [1]);

        AssertRejected(BlockInvalidReason.BlockHash, new BlockHandlerFixture().Check(BlockHandlerFixture.Sign(payload with { BlockHash = default })));
        AssertRejected(BlockInvalidReason.BlockHash, new BlockHandlerFixture().Check(BlockHandlerFixture.Sign(payload with { GasUsed = 7 })));
    }

    [Theory]
    [InlineData(PayloadVersion.V3)]
    [InlineData(PayloadVersion.V4)]
    public void A_wrong_parent_beacon_block_root_shows_in_the_hash(PayloadVersion version)
    {
        ExecutionPayload payload = TestBlocks.Payload(version);
        using var key = TestBlocks.NewSequencerKey();
        OpNetworkPayloadEnvelope envelope = OpNetworkPayloadEnvelope.Create(payload, Hash256.Zero).Sign(key, BlockHandlerFixture.ChainId);

        AssertRejected(BlockInvalidReason.BlockHash, new BlockHandlerFixture().Check(envelope));
    }

    [Theory]
    [InlineData(PayloadVersion.V2)]
    [InlineData(PayloadVersion.V3)]
    [InlineData(PayloadVersion.V4)]
    public void A_block_with_withdrawals_is_rejected(PayloadVersion version)
    {
        // V2NonZeroWithdrawals.
        ExecutionPayload payload = TestBlocks.Rehash(TestBlocks.Payload(version) with { Withdrawals = [new Withdrawal(1, 2, default, 3)] });

        AssertRejected(BlockInvalidReason.Withdrawals, new BlockHandlerFixture().Check(BlockHandlerFixture.Sign(payload)));
    }

    [Theory]
    [InlineData(PayloadVersion.V3, false, BlockInvalidReason.BlobGasUsed)]
    [InlineData(PayloadVersion.V4, false, BlockInvalidReason.BlobGasUsed)]
    [InlineData(PayloadVersion.V3, true, BlockInvalidReason.None)]
    [InlineData(PayloadVersion.V4, true, BlockInvalidReason.None)]
    public void Blob_gas_is_rejected_before_Jovian(PayloadVersion version, bool jovian, BlockInvalidReason expected)
    {
        // V3RejectNonZeroBlobGasUsed, V4AcceptNonZeroBlobGasUsedJovian.
        ExecutionPayload payload = TestBlocks.Rehash(TestBlocks.Payload(version) with { BlobGasUsed = 1_760_400 });

        Assert.Equal(expected, new BlockHandlerFixture(jovian).Check(BlockHandlerFixture.Sign(payload)).Reason);
    }

    [Theory]
    [InlineData(PayloadVersion.V3, false)]
    [InlineData(PayloadVersion.V4, true)]
    public void Excess_blob_gas_is_rejected_always(PayloadVersion version, bool jovian)
    {
        // V3RejectNonZeroExcessGas.
        ExecutionPayload payload = TestBlocks.Rehash(TestBlocks.Payload(version) with { ExcessBlobGas = 1 });

        AssertRejected(BlockInvalidReason.ExcessBlobGas, new BlockHandlerFixture(jovian).Check(BlockHandlerFixture.Sign(payload)));
    }

    [Fact]
    public void V4_without_a_withdrawals_root_is_rejected_by_its_layout()
    {
        // V4RejectNoWithdrawalRoot: such a payload is V3 on the V4 topic.
        BlockCheck check = new BlockHandlerFixture().Check(BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V3, new byte[100])), topic: PayloadVersion.V4);

        AssertRejected(BlockInvalidReason.BrokenSszEncoding, check);
        Assert.Equal(PayloadDecodeError.BadExtraDataOffset, check.DecodeError);
    }

    [Fact]
    public void The_checks_come_in_op_nodes_order()
    {
        // Everything is wrong with this block; what is found is what op-node looks at first.
        BlockHandlerFixture node = new();
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V3) with { Timestamp = 1, ExcessBlobGas = 1, BlobGasUsed = 1, Withdrawals = [default] };
        Assert.Equal(BlockInvalidReason.Signer, node.Check(BlockHandlerFixture.Sign(payload, key: 0x47), topic: PayloadVersion.V4).Reason);
        Assert.Equal(BlockInvalidReason.BrokenSszEncoding, node.Check(BlockHandlerFixture.Sign(payload), topic: PayloadVersion.V4).Reason);
        Assert.Equal(BlockInvalidReason.Timestamp, node.Check(BlockHandlerFixture.Sign(payload)).Reason);
        payload = payload with { Timestamp = TestBlocks.Timestamp };
        Assert.Equal(BlockInvalidReason.BlockHash, node.Check(BlockHandlerFixture.Sign(payload)).Reason);
        payload = TestBlocks.Rehash(payload);
        Assert.Equal(BlockInvalidReason.Withdrawals, node.Check(BlockHandlerFixture.Sign(payload)).Reason);
        payload = TestBlocks.Rehash(payload with { Withdrawals = [] });
        Assert.Equal(BlockInvalidReason.BlobGasUsed, node.Check(BlockHandlerFixture.Sign(payload)).Reason);
        payload = TestBlocks.Rehash(payload with { BlobGasUsed = 0 });
        Assert.Equal(BlockInvalidReason.ExcessBlobGas, node.Check(BlockHandlerFixture.Sign(payload)).Reason);
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_signed_message_with_broken_ssz_is_rejected(PayloadVersion version)
    {
        OpNetworkPayloadEnvelope envelope = TestBlocks.Envelope(TestBlocks.Payload(version, [1]));
        byte[] message = TestBlocks.Message(envelope);
        int ssz = BlockSignature.Size + (version >= PayloadVersion.V3 ? Hash256.Size : 0);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(ssz + PayloadLayout.TransactionsOffset), 7);
        using var key = TestBlocks.NewSequencerKey();
        BlockSignature.Sign(PayloadHash.Compute(message.AsSpan(BlockSignature.Size)).SigningHash(BlockHandlerFixture.ChainId), key).CopyTo(message);

        BlockCheck check = new BlockHandlerFixture().CheckDecompressed(version, message);

        AssertRejected(BlockInvalidReason.BrokenSszEncoding, check);
        Assert.Equal(PayloadDecodeError.BadTransactionsOffset, check.DecodeError);
    }

    [Fact]
    public void A_block_is_published_on_the_topic_of_its_timestamp()
    {
        BlockHandlerFixture node = new();
        OpNetworkPayloadEnvelope envelope = BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V4, [1]));

        EncodedBlock encoded = node.Handler.Encode(envelope);

        Assert.Equal("/optimism/100/3/blocks", encoded.Topic);
        Assert.Equal(encoded.Topic, node.Handler.Topic(TestBlocks.Timestamp));
        Assert.Equal(BlockInvalidReason.None, node.Check(encoded.Topic, encoded.Data.ToArray()).Reason);
        Assert.Throws<PayloadEncodingException>(() => node.Handler.Encode(BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V3))));
    }

    private static void AssertRejected(BlockInvalidReason expected, BlockCheck check)
    {
        Assert.Equal(expected, check.Reason);
        Assert.Equal(MessageAcceptance.Reject, check.Acceptance);
        Assert.Null(check.Envelope);
    }
}
