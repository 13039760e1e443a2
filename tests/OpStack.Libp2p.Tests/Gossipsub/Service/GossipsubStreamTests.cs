using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>attack-cases.md rows 42 and 45b: streams that end, stall or are never agreed on.</summary>
public class GossipsubStreamTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    [Trait("Row", "45b")]
    public async Task Row45b_AStreamIsOpenedAtMostFourTimes()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node);
        await peer.JoinAsync();
        for (int i = 1; i <= 3; i++)
        {
            await ResetAsync(node, peer, i);
            await AdvanceUntilAsync(node, () => peer.Accepted == i + 1);
            Assert.True(await TestNode.WithinAsync(() => peer.Hellos == i + 1));
        }

        Assert.Single((await node.Service.GetSnapshotAsync()).Peers);
        await ResetAsync(node, peer, 4);
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Peers.Count == 0));
        await node.AdvanceAsync(_time, TimeSpan.FromMinutes(1));
        Assert.Equal((4, 4), (peer.Accepted, node.Host.Opened));
        Assert.Equal(4, node.Service.Statistics.StreamsOpened);
        Assert.Equal(4, node.Service.Statistics.StreamsLost);
    }

    [Fact]
    [Trait("Row", "45b")]
    public async Task Row45b_MessagesFlowAfterAReset()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node);
        await peer.JoinAsync();
        await ResetAsync(node, peer, 1);
        await AdvanceUntilAsync(node, () => peer.Hellos == 2);
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(2));

        await node.Service.PublishAsync(TestNode.Topic, new byte[] { 7 });

        Assert.True(await TestNode.WithinAsync(() => peer.Messages.Any()));
        Assert.Equal([7], Assert.Single(peer.Messages));
    }

    [Fact]
    public async Task AnIdleStreamIsKeptAliveByEmptyRpcs()
    {
        // js-libp2p resets a stream that carries nothing for 120 s.
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node);
        await peer.JoinAsync();
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(10));
        int before = EmptyRpcs(peer);

        DateTimeOffset start = _time.GetUtcNow();
        Assert.True(await TestNode.WithinAsync(async () =>
        {
            await node.AdvanceAsync(_time, TimeSpan.FromSeconds(5));
            return EmptyRpcs(peer) - before == 10;
        }));

        // Each begins anew when the one before is written, which takes the steps of the clock that the writer needs to wake.
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(15));
        Assert.Equal(1, peer.Accepted);
    }

    private static int EmptyRpcs(RawPeer peer) => peer.Received.Count(rpc => rpc.CalculateSize() == 0);

    [Fact]
    public async Task APeerWithoutMeshsubIsLeftAloneUntilItListsIt()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node, protocol: "/other");
        peer.Host.Connect(node.Host);
        Assert.True(await TestNode.WithinAsync(() => node.Host.Opened == 1));
        node.Host.Identify(peer.Host, "/ipfs/ping/1.0.0");
        await node.AdvanceAsync(_time, TimeSpan.FromMinutes(1));
        Assert.Equal(1, node.Host.Opened);
        Assert.Empty((await node.Service.GetSnapshotAsync()).Peers);

        peer.Host.SetStreamHandler("/meshsub/1.1.0", (_, _) => Task.Delay(Timeout.Infinite));
        node.Host.Identify(peer.Host, "/ipfs/ping/1.0.0", "/meshsub/1.1.0");
        await AdvanceUntilAsync(node, () => node.Service.Statistics.StreamsOpened == 1);
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Peers.Count == 1));
        Assert.Equal(GossipsubVersion.V11, Assert.Single((await node.Service.GetSnapshotAsync()).Peers).Version);
    }

    [Fact]
    [Trait("Row", "42")]
    public async Task Row42_ASlowConsumerHoldsBackNobodyElse()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time, pipeCapacity: 1 << 16);
        RawPeer slow = new(2, node, reads: false), quick = new(3, node);
        await slow.JoinAsync();
        await quick.JoinAsync();
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(1));
        byte[] block = new byte[100_000];
        for (int i = 0; i < 400; i++)
        {
            BitConverter.TryWriteBytes(block, i);
            Assert.Equal(PublishOutcome.Published, (await node.Service.PublishAsync(TestNode.Topic, block.ToArray())).Outcome);
            Assert.True(await TestNode.WithinAsync(() => quick.MessageCount == i + 1));
        }

        SendQueueSnapshot queue = (await node.BacklogAsync()).SendQueues.Single(queue => queue.Peer.Equals(slow.Host.LocalPeerId));
        Assert.InRange(queue.Entries, 100, RpcLimits.SendQueueEntries);
        Assert.InRange(queue.Bytes, 10_000_000, RpcLimits.SendQueueBytes);
        Assert.InRange(node.Service.Statistics.MessagesDropped, 100, 400);

        // The write that never ends is given up after 30 s, and the stream opened anew.
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(31));
        Assert.True(await TestNode.WithinAsync(() => node.Service.Statistics.WriteTimeouts == 1));
        await AdvanceUntilAsync(node, () => slow.Accepted == 2);
        Assert.Equal(1, quick.Accepted);
    }

    [Fact]
    public async Task AStreamThatDiesWithTheLosingHalfOfASimultaneousDialIsOpenedAgain()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        node.Host.OnOpen = _ => node.Host.Opened == 1 ? throw new Libp2pException(Libp2pError.ConnectionClosed, "displaced") : Task.CompletedTask;
        RawPeer peer = new(2, node);
        peer.Host.Connect(node.Host);

        await AdvanceUntilAsync(node, () => peer.Hellos == 1);
        Assert.Equal(2, node.Host.Opened);
    }

    [Fact]
    public async Task APeerIsOutboundWhenItsStreamRunsOnAConnectionThatWeDialled()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node);
        await peer.JoinAsync();
        Assert.False(Assert.Single((await node.Service.GetSnapshotAsync()).Peers).Outbound);

        node.Host.KeepOutbound(peer.Host);
        await ResetAsync(node, peer, 1);
        await AdvanceUntilAsync(node, () => peer.Hellos == 2);

        Assert.True(Assert.Single((await node.Service.GetSnapshotAsync()).Peers).Outbound);
    }

    [Fact]
    public async Task ADisconnectRunsNothingOfTheStreamsOnTheThreadOfTheHost()
    {
        // The host calls under its lock: what the cancellation sets going must not run there.
        await using TestNode node = await TestNode.StartAsync(1, _time);
        using ManualResetEventSlim returned = new();
        TaskCompletionSource<bool> outside = new();
        TaskCompletionSource opening = new();
        node.Host.OnOpen = async ct =>
        {
            ct.Register(() => outside.SetResult(returned.Wait(TimeSpan.FromSeconds(30))));
            opening.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
        };
        RawPeer peer = new(2, node);
        peer.Host.Connect(node.Host);
        await opening.Task.WaitAsync(TimeSpan.FromSeconds(60));
        node.Host.Disconnect(peer.Host);
        returned.Set();

        Assert.True(await outside.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task DisposalDuringTheStartLeavesNoObserver()
    {
        TestNode node = new(1);
        node.Host.OnObserve = () => Assert.True(node.Service.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(60)));

        await node.Service.StartAsync();

        Assert.Equal(0, node.Host.Observers);
    }

    private static async Task ResetAsync(TestNode node, RawPeer peer, int count)
    {
        Assert.True(await TestNode.WithinAsync(() => peer.Streams.Count == count && peer.Hellos >= count));
        peer.Streams.Last().Abort();
        Assert.True(await TestNode.WithinAsync(() => node.Service.Statistics.StreamsLost == count));
    }

    private async Task AdvanceUntilAsync(TestNode node, Func<bool> condition) => Assert.True(await TestNode.WithinAsync(async () =>
    {
        await node.AdvanceAsync(_time, TimeSpan.FromMilliseconds(100));
        return condition();
    }));
}
