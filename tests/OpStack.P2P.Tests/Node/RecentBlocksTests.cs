using OpStack.P2P.Node;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;

namespace OpStack.P2P.Tests.Node;

/// <summary>What is remembered of blocks that came.</summary>
public sealed class RecentBlocksTests
{
    private static readonly DateTimeOffset Stamp = DateTimeOffset.FromUnixTimeSeconds((long)TestBlocks.Timestamp);

    [Fact]
    public void A_block_is_remembered_with_its_size_and_its_age_on_arrival()
    {
        FakeTimeProvider time = new(Stamp + TimeSpan.FromMilliseconds(340));
        RecentBlocks recent = new(time);
        OpNetworkPayloadEnvelope block = TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4, [1, 2, 3], [4]));
        recent.Add(block, BlockOrigin.Posted);

        RecentBlock seen = Assert.Single(recent.Snapshot());
        Assert.Equal(
            new RecentBlock(
                block.Payload.BlockNumber, block.Payload.BlockHash, block.Body.Length, 2, Stamp, time.GetUtcNow(), BlockOrigin.Posted, Peer: null),
            seen);
        Assert.Equal(TimeSpan.FromMilliseconds(340), seen.Latency);
    }

    [Fact]
    public void The_last_256_blocks_are_kept_in_the_order_they_came()
    {
        RecentBlocks recent = new(new FakeTimeProvider(Stamp));
        OpNetworkPayloadEnvelope[] blocks = [.. Enumerable.Range(1, 300).Select(number =>
            TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V1) with { BlockNumber = (ulong)number }))];
        foreach (OpNetworkPayloadEnvelope block in blocks)
        {
            recent.Add(block, BlockOrigin.Gossip);
        }

        Assert.Equal(300, recent.Total);
        Assert.Equal(Enumerable.Range(45, 256).Select(number => (ulong)number), recent.Snapshot().Select(block => block.Number));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(253_402_300_800)]
    public void A_timestamp_beyond_the_calendar_is_remembered_as_its_end(ulong timestamp)
    {
        RecentBlocks recent = new(new FakeTimeProvider(Stamp));
        recent.Add(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V1) with { Timestamp = timestamp }), BlockOrigin.Posted);
        Assert.Equal(253_402_300_799, recent.Snapshot()[0].Timestamp.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Published_gossiped_and_posted_blocks_are_remembered_though_the_host_reads_none()
    {
        using FakeSigner signer = new();
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Signer = signer, Discovery = false });
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false, StaticPeers = [us.Address] });
        await us.MeshedAsync(them);
        for (ulong number = 1; number <= 5; number++)
        {
            await us.Handler.PublishAsync(DriverNode.Block(number));
        }

        await Until.TrueAsync(() => them.Handler.RecentBlocksTotal == 5);
        Assert.All(us.Handler.RecentBlocks, block => Assert.Equal((BlockOrigin.Published, null), (block.Origin, block.Peer)));
        Assert.All(them.Handler.RecentBlocks, block => Assert.Equal((BlockOrigin.Gossip, us.Gossip.LocalPeerId), (block.Origin, block.Peer)));
        Assert.Equal( // They are validated in parallel.
            us.Handler.RecentBlocks.Select(block => block.Number), them.Handler.RecentBlocks.Select(block => block.Number).Order());

        await us.Handler.PostUnsafePayloadAsync(DriverNode.Block(6));
        Assert.Equal(BlockOrigin.Posted, us.Handler.RecentBlocks[^1].Origin);
    }
}
