using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Payloads;

public sealed class PayloadCodecTests
{
    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_payload_comes_back_as_it_was(PayloadVersion version)
    {
        ExecutionPayload payload = TestBlocks.Payload(version, [1, 2, 3], [], [4], new byte[100_000]);

        Assert.True(PayloadReader.TryRead(version, TestBlocks.Ssz(payload), out ExecutionPayload? read, out PayloadDecodeError error), error.ToString());

        Assert.Equal(payload, read);
        Assert.Equal(version, read.Version);
        Assert.Equal([1, 2, 3], read.Transactions[0].ToArray());
        Assert.Equal(0, read.Transactions[1].Length);
        Assert.Equal(100_000, read.Transactions[3].Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    public void Withdrawals_come_back_as_they_were(int count)
    {
        Withdrawal[] withdrawals = [.. Enumerable.Range(1, count).Select(i => new Withdrawal((ulong)i, ulong.MaxValue - (ulong)i, TestBlocks.Sequencer, 7))];
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V2, [9]) with { Withdrawals = withdrawals };

        Assert.True(PayloadReader.TryRead(PayloadVersion.V2, TestBlocks.Ssz(payload), out ExecutionPayload? read, out _));

        Assert.Equal(withdrawals, read.Withdrawals);
    }

    [Fact]
    public void Seventeen_withdrawals_are_refused_both_ways()
    {
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V2) with { Withdrawals = new Withdrawal[17] };
        Assert.Equal("withdrawals", Assert.Throws<PayloadEncodingException>(() => TestBlocks.Ssz(payload)).Field);

        byte[] ssz = [.. TestBlocks.Ssz(payload with { Withdrawals = new Withdrawal[16] }), .. new byte[44]];
        Assert.False(PayloadReader.TryRead(PayloadVersion.V2, ssz, out _, out PayloadDecodeError error));
        Assert.Equal(PayloadDecodeError.TooManyWithdrawals, error);
    }

    [Fact]
    public void The_transactions_are_slices_of_the_message()
    {
        byte[] message = TestBlocks.Message(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V3, [1, 2, 3], [4, 5])));
        Assert.True(OpNetworkPayloadEnvelope.TryDecode(PayloadVersion.V3, message, out OpNetworkPayloadEnvelope? envelope, out _));

        int position = message.AsSpan().LastIndexOf(new byte[] { 4, 5 });
        Assert.True(message.AsSpan().Overlaps(envelope.Payload.Transactions[1].Span, out int distance));
        Assert.Equal(position, distance);
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void Decoding_allocates_small_objects_only(PayloadVersion version)
    {
        byte[][] transactions = [.. Enumerable.Range(0, 5_000).Select(i => new byte[i % 400])];
        byte[] message = TestBlocks.Message(TestBlocks.Envelope(TestBlocks.Payload(version, transactions)));
        // The hash is given: an unoptimised build of Keccak allocates while hashing.
        PayloadHash hash = PayloadHash.Compute(message.AsSpan(BlockSignature.Size));
        bool decodes = false;
        OpNetworkPayloadEnvelope? envelope = null;
        long allocated = Mutations.AllocatedBy(() => decodes = OpNetworkPayloadEnvelope.TryDecode(version, message, hash, out envelope, out _));

        Assert.True(decodes);
        Assert.Equal(transactions.Length, envelope!.Payload.Transactions.Count);
        Assert.InRange(allocated, 0, 1_024);
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_payload_encodes_as_its_own_version_only(PayloadVersion version)
    {
        OpNetworkPayloadEnvelope envelope = TestBlocks.Envelope(TestBlocks.Payload(version, [1]));
        foreach (PayloadVersion other in Enum.GetValues<PayloadVersion>())
        {
            if (other == version)
            {
                Assert.True(FollowedSnappy.TryDecode(envelope.Encode(other), 1 << 20, out byte[]? message));
                Assert.Equal(TestBlocks.Message(envelope), message);
            }
            else
            {
                Assert.Throws<PayloadEncodingException>(() => envelope.Encode(other));
            }
        }
    }

    [Fact]
    public void A_withdrawals_root_of_the_empty_trie_still_encodes_as_V4()
    {
        // op-node infers V3 here, and its block is rejected by every peer.
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V4) with { WithdrawalsRoot = OrderedTrie.EmptyRoot };

        Assert.True(PayloadReader.TryRead(PayloadVersion.V4, TestBlocks.Ssz(payload), out ExecutionPayload? read, out _));

        Assert.Equal(OrderedTrie.EmptyRoot, read.WithdrawalsRoot);
    }

    [Theory]
    [InlineData("withdrawals")]
    [InlineData("blobGasUsed")]
    [InlineData("excessBlobGas")]
    [InlineData("logsBloom")]
    [InlineData("extraData")]
    [InlineData("parentBeaconBlockRoot")]
    public void What_a_version_cannot_carry_is_named(string field)
    {
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V4);
        payload = field switch
        {
            "withdrawals" => payload with { Withdrawals = null },
            "blobGasUsed" => payload with { BlobGasUsed = null },
            "excessBlobGas" => payload with { ExcessBlobGas = null },
            "logsBloom" => payload with { LogsBloom = new byte[255] },
            "extraData" => payload with { ExtraData = new byte[33] },
            _ => payload,
        };
        Hash256? root = field == "parentBeaconBlockRoot" ? null : TestBlocks.ParentBeaconBlockRoot;

        Assert.Equal(field, Assert.Throws<PayloadEncodingException>(() => OpNetworkPayloadEnvelope.Create(payload, root)).Field);
    }

    [Fact]
    public void A_root_where_the_version_has_none_is_refused() =>
        Assert.Throws<PayloadEncodingException>(() => OpNetworkPayloadEnvelope.Create(TestBlocks.Payload(PayloadVersion.V2), TestBlocks.ParentBeaconBlockRoot));

    [Fact]
    public void Equality_is_that_of_the_content()
    {
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V4, [1, 2]);
        ExecutionPayload same = TestBlocks.Payload(PayloadVersion.V4, [1, 2]);

        Assert.Equal(payload, same);
        Assert.Equal(payload.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(payload, same with { Transactions = TransactionList.Create([new byte[] { 1, 3 }]) });
        Assert.NotEqual(payload, same with { ExtraData = default });
        Assert.NotEqual(payload, same with { Withdrawals = null });
        Assert.NotEqual(payload, same with { WithdrawalsRoot = null });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    [InlineData(66)]
    [InlineData(96)]
    [InlineData(97)]
    public void A_message_too_short_for_its_envelope_is_refused(int length)
    {
        foreach (PayloadVersion version in Enum.GetValues<PayloadVersion>())
        {
            Assert.False(OpNetworkPayloadEnvelope.TryDecode(version, new byte[length], out _, out PayloadDecodeError error));
            Assert.Equal(length <= 65 || (version >= PayloadVersion.V3 && length < 97) ? PayloadDecodeError.InvalidLength : PayloadDecodeError.TooShort, error);
        }
    }
}
