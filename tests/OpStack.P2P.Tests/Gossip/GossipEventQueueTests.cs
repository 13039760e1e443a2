using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Gossip;

public sealed class GossipEventQueueTests
{
    private static readonly PeerId Peer = MakePeer();
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/127.0.0.1/tcp/1");

    [Fact]
    public async Task Events_come_in_arrival_order_across_kinds()
    {
        GossipEventQueue queue = new();
        GossipEvent[] all = [Connected(), Block(), Connected(), Block(), Block(), new PeerDisconnected(Peer)];
        Array.ForEach(all, queue.Add);

        foreach (GossipEvent expected in all)
        {
            Assert.Same(expected, await queue.NextAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_waiter_gets_the_next_event()
    {
        GossipEventQueue queue = new();
        ValueTask<GossipEvent?> waiting = queue.NextAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        GossipEvent added = Connected();
        queue.Add(added);

        Assert.Same(added, await waiting);
    }

    [Fact]
    public async Task A_second_waiter_is_refused_and_the_first_still_served()
    {
        GossipEventQueue queue = new();
        ValueTask<GossipEvent?> first = queue.NextAsync(CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await queue.NextAsync(CancellationToken.None));
        queue.Add(Connected());

        Assert.NotNull(await first);
    }

    [Fact]
    public async Task Cancelling_a_wait_loses_nothing()
    {
        GossipEventQueue queue = new();
        using CancellationTokenSource cancel = new();
        ValueTask<GossipEvent?> waiting = queue.NextAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        GossipEvent added = Connected();
        queue.Add(added);

        Assert.Same(added, await queue.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Blocks_over_the_count_drop_the_oldest_block_and_no_other_event()
    {
        GossipEventQueue queue = new();
        GossipEvent other = Connected();
        queue.Add(other);
        GossipEvent[] blocks = [.. Enumerable.Range(0, GossipEventQueue.MaxBlocks + 10).Select(_ => Block())];
        Array.ForEach(blocks, queue.Add);

        Assert.Equal(10, queue.DroppedBlocks);
        Assert.Equal(0, queue.DroppedEvents);
        Assert.Same(other, await queue.NextAsync(CancellationToken.None));
        Assert.Same(blocks[10], await queue.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Blocks_over_the_bytes_drop_the_oldest_and_one_large_block_is_always_held()
    {
        GossipEventQueue queue = new();
        GossipEvent[] blocks = [.. Enumerable.Range(0, 10).Select(_ => Block(9_000_000))];
        Array.ForEach(blocks, queue.Add);

        Assert.Equal(3, queue.DroppedBlocks); // 7 x 9 MB fit 64 MiB.
        Assert.Same(blocks[3], await queue.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Other_events_over_their_count_drop_the_oldest()
    {
        GossipEventQueue queue = new();
        GossipEvent[] events = [.. Enumerable.Range(0, GossipEventQueue.MaxOthers + 1).Select(_ => Connected())];
        Array.ForEach(events, queue.Add);

        Assert.Equal(1, queue.DroppedEvents);
        Assert.Same(events[1], await queue.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task After_completion_the_queue_drains_then_gives_null()
    {
        GossipEventQueue queue = new();
        queue.Add(Connected());
        queue.Complete();
        queue.Add(Connected());

        Assert.NotNull(await queue.NextAsync(CancellationToken.None));
        Assert.Null(await queue.NextAsync(CancellationToken.None));
        Assert.Null(await queue.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Completion_wakes_a_waiter_with_null()
    {
        GossipEventQueue queue = new();
        ValueTask<GossipEvent?> waiting = queue.NextAsync(CancellationToken.None);
        queue.Complete();

        Assert.Null(await waiting);
    }

    private static PeerConnected Connected() => new(Peer, ConnectionDirection.Inbound, Address);

    private static BlockReceived Block(int size = 1000) =>
        new(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V1, new byte[size])), Peer, "topic", DateTimeOffset.UnixEpoch);

    private static PeerId MakePeer()
    {
        using KeyPair key = KeyPair.GenerateEd25519();
        return key.PeerId;
    }
}
