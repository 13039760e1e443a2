using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>Start, events and end of a driver: the contract of DESIGN section 5, attack-cases.md row 60.</summary>
[Trait("Row", "60")]
public sealed class GossipDriverTests
{
    [Fact]
    public async Task StartAsync_gives_the_address_bound_and_a_second_call_the_same()
    {
        await using DriverNode node = DriverNode.Build();
        Assert.Empty(node.Driver.ListenAddresses);

        Multiaddr bound = await node.Driver.StartAsync();

        Assert.Equal(bound, await node.Driver.StartAsync());
        Assert.Equal([bound], node.Driver.ListenAddresses);
        Assert.True(bound.TryGetTcpEndPoint(out IPEndPoint? endPoint));
        Assert.NotEqual(0, endPoint.Port);
    }

    [Fact]
    public async Task A_cancelled_start_starts_nothing_and_can_be_made_again()
    {
        await using DriverNode node = DriverNode.Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.Driver.StartAsync(new CancellationToken(canceled: true)));
        Assert.Throws<InvalidOperationException>(() => { _ = node.Driver.NextAsync(); });
        Assert.Empty(node.Driver.ListenAddresses);

        Assert.Single([await node.Driver.StartAsync()]);
    }

    [Fact]
    public async Task A_port_in_use_fails_the_start_and_the_driver_can_still_be_disposed()
    {
        await using DriverNode first = await DriverNode.StartAsync();
        DriverNode second = DriverNode.Build(address: first.Driver.ListenAddresses[0]);

        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => second.Driver.StartAsync());

        Assert.Equal(Libp2pError.ListenFailed, e.Error);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Before_the_start_there_are_no_events_no_publishing_and_no_dialling()
    {
        await using DriverNode other = await DriverNode.StartAsync();
        await using DriverNode node = DriverNode.Build();

        Assert.Throws<InvalidOperationException>(() => { _ = node.Driver.NextAsync(); });
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await node.Driver.Events.GetAsyncEnumerator().MoveNextAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await node.Driver.PublishAsync(DriverNode.Block(1)));

        // Go peers look for meshsub in the first identify answer only (wire.md 14, trap 2): a connection made now would never carry gossip.
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await node.Driver.DialAsync(other.Address));
        Assert.Throws<InvalidOperationException>(() => node.Driver.Dial(other.Address));
        Assert.Empty(node.Driver.ConnectedPeers);
    }

    [Fact]
    public async Task A_second_waiter_is_refused_and_the_first_is_served()
    {
        await using DriverNode node = await DriverNode.StartAsync();
        await using DriverNode other = await DriverNode.StartAsync();
        Task<GossipEvent?> first = node.NextAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await node.Driver.NextAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await node.Driver.Events.GetAsyncEnumerator().MoveNextAsync());
        await other.Driver.DialAsync(node.Address);

        Assert.Equal(other.PeerId, Assert.IsType<PeerConnected>(await first).Peer);
    }

    [Fact]
    public async Task Cancelling_a_wait_loses_nothing()
    {
        await using DriverNode node = await DriverNode.StartAsync();
        await using DriverNode other = await DriverNode.StartAsync();
        using CancellationTokenSource cancel = new();
        ValueTask<GossipEvent?> waiting = node.Driver.NextAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);

        await other.Driver.DialAsync(node.Address);

        Assert.IsType<PeerConnected>(await node.NextAsync());
    }

    [Fact]
    public async Task Events_is_the_same_queue()
    {
        await using DriverNode node = await DriverNode.StartAsync();
        await using DriverNode other = await DriverNode.StartAsync();
        await other.Driver.DialAsync(node.Address);
        await using IAsyncEnumerator<GossipEvent> events = node.Driver.Events.GetAsyncEnumerator();

        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(DriverNode.Patience));
        Assert.IsType<PeerConnected>(events.Current);
        Assert.IsType<PeerIdentified>(await node.NextAsync());
    }

    [Fact]
    public async Task After_disposal_the_queue_drains_and_then_gives_null()
    {
        DriverNode node = await DriverNode.StartAsync();
        await using DriverNode other = await DriverNode.StartAsync();
        await node.ConnectAsync(other);
        await other.Driver.PublishAsync(DriverNode.Block(1));
        await Until.TrueAsync(async () => (await node.CountersAsync()).Accepted == 1);

        await node.DisposeAsync();

        List<GossipEvent> events = await node.DrainAsync();
        Assert.Equal(1, events.Count(e => e is BlockReceived));
        Assert.IsType<PeerConnected>(events[0]);
        Assert.IsType<PeerDisconnected>(events[^1]);
        Assert.Null(await node.NextAsync());
        await foreach (GossipEvent e in node.Driver.Events)
        {
            Assert.Fail($"{e} after the end.");
        }
    }

    [Fact]
    public async Task Disposal_wakes_a_waiter_with_null()
    {
        DriverNode node = await DriverNode.StartAsync();
        Task<GossipEvent?> waiting = node.NextAsync();

        await node.DisposeAsync();

        Assert.Null(await waiting);
    }

    [Fact]
    public async Task A_driver_disposed_without_a_start_is_at_its_end()
    {
        DriverNode node = DriverNode.Build();
        await node.DisposeAsync();
        await node.DisposeAsync();

        Assert.Null(await node.NextAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => node.Driver.StartAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await node.Driver.PublishAsync(DriverNode.Block(1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await node.Driver.DialAsync(Multiaddr.Parse("/ip4/127.0.0.1/tcp/1").WithPeerId(node.PeerId)));
    }

    [Fact]
    public async Task Disposal_during_the_start_is_orderly()
    {
        for (int i = 0; i < 10; i++)
        {
            DriverNode node = DriverNode.Build();
            Task start = Task.Run(() => node.Driver.StartAsync());
            await node.DisposeAsync();
            Exception? e = await Record.ExceptionAsync(() => start.WaitAsync(DriverNode.Patience));
            Assert.True(e is null or ObjectDisposedException, e?.ToString());
            Assert.Null(await node.NextAsync());
        }
    }

    [Fact]
    public async Task Disposal_under_load_is_idempotent_and_leaves_the_port_free()
    {
        DriverNode node = await DriverNode.StartAsync();
        await using DriverNode left = await DriverNode.StartAsync();
        await using DriverNode right = await DriverNode.StartAsync();
        await node.ConnectAsync(left);
        await node.ConnectAsync(right);
        Assert.True(node.Driver.ListenAddresses[0].TryGetTcpEndPoint(out IPEndPoint? endPoint));
        using CancellationTokenSource stop = new();
        Task[] load = [PublishUntilAsync(left, 1_000, stop.Token), PublishUntilAsync(right, 2_000, stop.Token), PublishUntilAsync(node, 3_000, stop.Token)];
        await node.NextAsync<BlockReceived>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await node.Driver.DisposeAsync()))).WaitAsync(DriverNode.Patience);

        Assert.Empty(node.Driver.ConnectedPeers);
        using (Socket again = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            again.Bind(endPoint);
            again.Listen();
        }

        await Until.TrueAsync(() => left.Driver.ConnectedPeers.Count == 0 && right.Driver.ConnectedPeers.Count == 0);
        await stop.CancelAsync();
        await Task.WhenAll(load).WaitAsync(DriverNode.Patience);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_driver_can_be_built_anew_on_the_port_of_one_disposed()
    {
        DriverNode first = await DriverNode.StartAsync();
        Multiaddr address = first.Driver.ListenAddresses[0];
        await using DriverNode other = await DriverNode.StartAsync();
        await other.ConnectAsync(first);
        await first.DisposeAsync();

        await using DriverNode second = DriverNode.Build(address: address);

        Assert.Equal(address, await second.Driver.StartAsync());
    }

    /// <summary>Publishes until told to stop or until its driver is gone.</summary>
    private static async Task PublishUntilAsync(DriverNode node, ulong first, CancellationToken stop)
    {
        try
        {
            for (ulong height = first; !stop.IsCancellationRequested; height++)
            {
                await node.Driver.PublishAsync(DriverNode.Block(height, size: 20_000), CancellationToken.None);
            }
        }
        catch (ObjectDisposedException)
        {
            // What publishing on a disposed driver throws.
        }
    }
}
