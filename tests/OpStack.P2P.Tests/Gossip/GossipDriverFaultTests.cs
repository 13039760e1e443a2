using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>A host that does not keep up, or whose own code fails: attack-cases.md rows 46, 61 and 62.</summary>
public sealed class GossipDriverFaultTests
{
    [Fact]
    [Trait("Row", "61")]
    public async Task Row61_A_host_that_never_reads_costs_bounded_memory_and_gossip_goes_on()
    {
        const int blocks = GossipEventQueue.MaxBlocks + 20;
        await using DriverNode publisher = await DriverNode.StartAsync();
        DriverNode deaf = await DriverNode.StartAsync();
        await using DriverNode reader = await DriverNode.StartAsync();
        await publisher.ConnectAsync(deaf);
        await deaf.ConnectAsync(reader);

        HashSet<ulong> read = [];
        Task reading = Task.Run(async () =>
        {
            while (read.Count < blocks)
            {
                Assert.True(read.Add(await reader.NextHeightAsync()));
            }
        });
        for (ulong height = 1; height <= blocks; height++)
        {
            await publisher.Driver.PublishAsync(DriverNode.Block(height));
        }

        await reading;
        Assert.Equal(blocks - GossipEventQueue.MaxBlocks, deaf.Driver.DroppedBlocks);
        Assert.Equal(0, deaf.Driver.DroppedEvents);
        Assert.Equal(0, reader.Driver.DroppedBlocks);
        await deaf.DisposeAsync();
        List<GossipEvent> waiting = await deaf.DrainAsync();
        Assert.Equal(GossipEventQueue.MaxBlocks, waiting.Count(e => e is BlockReceived));
        Assert.Equal(4, waiting.Count(e => e is PeerConnected or PeerDisconnected));
    }

    [Theory]
    [Trait("Row", "62")]
    [InlineData(Step.Decode)]
    [InlineData(Step.Check)]
    [InlineData(Step.Admit)]
    public async Task Row62_A_handler_that_throws_costs_its_message_and_nothing_else(Step step)
    {
        await using DriverNode publisher = await DriverNode.StartAsync();
        await using DriverNode node = await DriverNode.StartAsync(b => b.WithBlockHandler(new FaultyHandler(step, _ => throw new InvalidDataException("bug"))));
        await publisher.ConnectAsync(node);

        await publisher.Driver.PublishAsync(DriverNode.Block(1, size: FaultyHandler.Trigger));
        await Until.TrueAsync(() => node.Driver.Statistics.HandlerFaults == 1);
        await publisher.Driver.PublishAsync(DriverNode.Block(2));

        Assert.Equal(2UL, await node.NextHeightAsync());
        Assert.Equal(0, (await node.CountersAsync()).Rejected);
        Assert.Equal([publisher.PeerId], node.Driver.ConnectedPeers);
        Assert.Equal(0, node.Driver.Statistics.RouterFaults);
    }

    [Fact]
    [Trait("Row", "62")]
    public async Task Row62_A_check_that_blocks_holds_up_no_other_block()
    {
        using ManualResetEventSlim release = new();
        int blocked = 0;
        await using DriverNode publisher = await DriverNode.StartAsync();
        await using DriverNode node = await DriverNode.StartAsync(b => b.WithBlockHandler(new FaultyHandler(Step.Check, _ =>
        {
            Interlocked.Increment(ref blocked);
            release.Wait(DriverNode.Patience);
        })));
        await using DriverNode behind = await DriverNode.StartAsync();
        await publisher.ConnectAsync(node);
        await node.ConnectAsync(behind);

        await publisher.Driver.PublishAsync(DriverNode.Block(1, size: FaultyHandler.Trigger));
        await Until.TrueAsync(() => Volatile.Read(ref blocked) == 1);
        for (ulong height = 2; height <= 10; height++)
        {
            await publisher.Driver.PublishAsync(DriverNode.Block(height));
        }

        HashSet<ulong> heights = [];
        while (heights.Count < 9)
        {
            heights.Add(await behind.NextHeightAsync());
        }

        Assert.DoesNotContain(1UL, heights);
        Assert.Equal(1, blocked);
        release.Set();
    }

    [Fact]
    [Trait("Row", "62")]
    public async Task Row62_A_handler_whose_own_publish_fails_says_so()
    {
        await using DriverNode node = await DriverNode.StartAsync(b => b.WithBlockHandler(new FaultyHandler(Step.Admit, _ => throw new InvalidDataException("bug"))));

        PublishException e = await Assert.ThrowsAsync<PublishException>(async () => await node.Driver.PublishAsync(DriverNode.Block(1, size: FaultyHandler.Trigger)));

        Assert.Equal(PublishOutcome.Ignored, e.Outcome);
        Assert.Equal(1, node.Driver.Statistics.HandlerFaults);
        await node.Driver.PublishAsync(DriverNode.Block(2));
    }

    [Fact]
    [Trait("Row", "50")]
    public async Task Row50_A_wall_clock_that_is_set_touches_the_timestamp_rule_only()
    {
        ShiftedTimeProvider clock = new(DateTimeOffset.UtcNow);
        await using DriverNode publisher = await DriverNode.StartAsync();
        await using DriverNode node = await DriverNode.StartAsync(b => b.WithTimeProvider(clock));
        await publisher.ConnectAsync(node);

        clock.Set(DateTimeOffset.UtcNow.AddHours(1));
        await publisher.Driver.PublishAsync(DriverNode.Block(1));
        await Until.TrueAsync(async () => (await node.CountersAsync()).Rejected == 1);
        clock.Set(DateTimeOffset.UtcNow.AddHours(-1));
        await publisher.Driver.PublishAsync(DriverNode.Block(2));
        await Until.TrueAsync(async () => (await node.CountersAsync()).Rejected == 2);
        clock.Set(DateTimeOffset.UtcNow);
        await publisher.Driver.PublishAsync(DriverNode.Block(3));

        Assert.Equal(3UL, await node.NextHeightAsync());
        Assert.True(await node.HasInMeshAsync(publisher));
        Assert.Equal([publisher.PeerId], node.Driver.ConnectedPeers);
    }

    public enum Step
    {
        Decode,
        Check,
        Admit,
    }

    /// <summary>The real validator, which at one step does something else to large blocks.</summary>
    private sealed class FaultyHandler(Step step, Action<Step> fault) : IBlockHandler
    {
        /// <summary>A size of block that triggers the fault.</summary>
        public const int Trigger = 50_000;

        private readonly BlockHandler _inner = new(TestChains.At(DriverNode.ChainId, PayloadVersion.V4), new UnsafeBlockSigners(TestBlocks.Sequencer));

        public IReadOnlyList<string> Topics => _inner.Topics;

        public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data)
        {
            FaultAt(Step.Decode, data.Length);
            return _inner.Decode(topic, data);
        }

        public BlockCheck Check(GossipMessage message)
        {
            FaultAt(Step.Check, message.Decoded.Body.Length);
            return _inner.Check(message);
        }

        public MessageAcceptance Admit(BlockCheck check)
        {
            FaultAt(Step.Admit, check.Envelope?.Body.Length ?? 0);
            return _inner.Admit(check);
        }

        private void FaultAt(Step at, int length)
        {
            if (at == step && length > Trigger / 4)
            {
                fault(at);
            }
        }
    }
}
