using OpStack.P2P.Sync;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Sync;

/// <summary>Answers of the protocol: what a server sends of every version, and everything that can be wrong with it.</summary>
public sealed class PayloadCodecSyncTests
{
    private const ulong Number = 17;

    public static IEnumerable<object[]> Versions => TestBlocks.Versions;

    [Fact]
    public void The_ids_are_op_nodes_and_that_of_the_specification() => Assert.Equal(
        ["/opstack/req/payload_by_number/10/0", "/opstack/req/payload_by_number/10/0/"], SyncProtocol.Ids(10));

    [Fact]
    public void A_request_is_the_height_in_8_bytes_little_endian()
    {
        Assert.Equal("efcdab8967452301", Convert.ToHexStringLower(SyncProtocol.Request(0x0123456789abcdef)));
        Assert.Equal(0x0123456789abcdefUL, SyncProtocol.ReadRequest(SyncProtocol.Request(0x0123456789abcdef)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_block_of_every_version_comes_back_from_its_answer_in_pieces_of_any_size(PayloadVersion version)
    {
        RollupConfig config = TestChains.At(1, version);
        OpNetworkPayloadEnvelope block = SyncChain.Build(config, Number, default, size: 200_000);
        byte[] answer = SyncWire.Answer(block);

        // op-node: 0 ‖ version 0 before Ecotone, 1 from then on, Isthmus included.
        Assert.Equal(version >= PayloadVersion.V3 ? "0001000000" : "0000000000", Convert.ToHexStringLower(answer[..5]));
        foreach (int pieces in new[] { 1, 3, 1_000, int.MaxValue })
        {
            SyncAnswer read = SyncWire.Read(config, Number, answer, pieces);

            Assert.Equal(SyncFault.None, read.Fault);
            Assert.Equal(block.Payload, read.Envelope!.Payload);
            Assert.Equal(block.ParentBeaconBlockRoot, read.Envelope.ParentBeaconBlockRoot);
            Assert.Equal(block.PayloadHash, read.Envelope.PayloadHash);
            Assert.Equal(default, read.Envelope.Signature);
        }
    }

    [Theory]
    [InlineData(PayloadVersion.V1, 0, true)]
    [InlineData(PayloadVersion.V1, 1, false)]
    [InlineData(PayloadVersion.V2, 0, true)]
    [InlineData(PayloadVersion.V2, 1, false)]
    [InlineData(PayloadVersion.V3, 0, false)]
    [InlineData(PayloadVersion.V3, 1, true)]
    [InlineData(PayloadVersion.V3, 2, false)]
    [InlineData(PayloadVersion.V4, 0, false)]
    [InlineData(PayloadVersion.V4, 1, true)]
    [InlineData(PayloadVersion.V4, 2, true)]
    [InlineData(PayloadVersion.V4, 3, false)]
    [InlineData(PayloadVersion.V4, uint.MaxValue, false)]
    public void Each_version_on_the_wire_goes_with_its_forks(PayloadVersion version, uint wireVersion, bool fits)
    {
        RollupConfig config = TestChains.At(1, version);
        OpNetworkPayloadEnvelope block = SyncChain.Build(config, Number, default);

        Assert.Equal(
            fits ? SyncFault.None : SyncFault.WrongVersion, SyncWire.Read(config, Number, SyncWire.Answer(wireVersion, block.Body.Span)).Fault);
    }

    [Theory]
    [InlineData("", SyncFault.Truncated)]
    [InlineData("00", SyncFault.Truncated)]
    [InlineData("00010000", SyncFault.Truncated)]
    [InlineData("0001000000", SyncFault.Truncated)]
    [InlineData("0001000000ff060000734e61507059", SyncFault.BrokenSsz)]
    [InlineData("01", SyncFault.NotFound)]
    [InlineData("0100", SyncFault.NotFound)] // kona's stub
    [InlineData("02", SyncFault.InvalidRequest)]
    [InlineData("03", SyncFault.UnknownError)]
    [InlineData("04", SyncFault.UnknownCode)]
    [InlineData("ff", SyncFault.UnknownCode)]
    [InlineData("000100000001", SyncFault.Truncated)]
    [InlineData("000100000001020304", SyncFault.BrokenSnappy)]
    public void Short_and_broken_answers_are_told_apart(string hex, object fault) =>
        Assert.Equal(fault, SyncWire.Read(TestChains.At(1, PayloadVersion.V4), Number, Convert.FromHexString(hex)).Fault);

    [Fact]
    public void A_whole_block_of_another_height_fork_or_hash_is_told_apart()
    {
        RollupConfig config = TestChains.At(1, PayloadVersion.V3) with { IsthmusTime = 1_000 };
        OpNetworkPayloadEnvelope before = SyncChain.Build(config, 499, default), after = SyncChain.Build(config, 500, default);

        Assert.Equal(SyncFault.None, SyncWire.Read(config, 499, SyncWire.Answer(before)).Fault);
        Assert.Equal(SyncFault.None, SyncWire.Read(config, 500, SyncWire.Answer(after)).Fault);
        Assert.Equal(SyncFault.WrongNumber, SyncWire.Read(config, 498, SyncWire.Answer(before)).Fault);

        // A V3 body where the fork at the height has V4.
        Assert.Equal(SyncFault.BrokenSsz, SyncWire.Read(config, 500, SyncWire.Answer(before)).Fault);

        // The layout of the height's fork, with a timestamp of the fork before.
        ExecutionPayload early = TestBlocks.Rehash(after.Payload with { Timestamp = 998 });
        Assert.Equal(SyncFault.WrongFork, SyncWire.Read(config, 500, SyncWire.Answer(TestBlocks.Envelope(early))).Fault);

        ExecutionPayload forged = after.Payload with { BlockHash = Hash256.Parse(new string('9', 64)) };
        Assert.Equal(SyncFault.WrongHash, SyncWire.Read(config, 500, SyncWire.Answer(TestBlocks.Envelope(forged))).Fault);
    }

    [Trait("Attack", "sync-endless")]
    [Fact]
    public void An_endless_answer_is_given_up_after_10_MiB()
    {
        ResponseReader reader = new();
        reader.Add([0, 1, 0, 0, 0]);
        reader.Add(SyncWire.Frames([]));
        byte[] padding = SyncWire.Chunk(0xfe, new byte[60_000]);
        long taken = 0;
        while (reader.Add(padding))
        {
            taken += padding.Length;
        }

        Assert.Equal(SyncFault.TooLong, reader.Finish(out _, out byte[] payload));
        Assert.Empty(payload);
        Assert.InRange(taken, SyncLimits.MaxResponseSize - (2 * padding.Length), SyncLimits.MaxResponseSize);
    }

    [Fact]
    public void Mutated_answers_never_throw_and_never_give_a_block_that_was_not_sent()
    {
        RollupConfig config = TestChains.At(1, PayloadVersion.V4);
        OpNetworkPayloadEnvelope block = SyncChain.Build(config, Number, default, size: 300);
        byte[][] seeds = [SyncWire.Answer(block), SyncWire.Answer(2, block.Body.Span), [1], []];
        Random random = new(20_261);
        for (int i = 0; i < 20_000; i++)
        {
            SyncAnswer read = SyncWire.Read(config, Number, Mutations.Mutate(random, seeds), random.Next(1, 600));

            Assert.Equal(read.Fault == SyncFault.None, read.Envelope is not null);
            Assert.True(read.Envelope is null || read.Envelope.Payload.BlockHash == block.Payload.BlockHash);
        }
    }
}
