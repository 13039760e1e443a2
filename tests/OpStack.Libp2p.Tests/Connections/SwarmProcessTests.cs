using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Child;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;
using Xunit.Abstractions;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>A node in a process of its own, over TCP on loopback: what it holds shows in its descriptors, tasks and heap.</summary>
public sealed class SwarmProcessTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int InboundPeers = 64;
    private const int OutboundPeers = 30;
    private const int DescriptorLimit = 256;
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(3);

    private readonly List<(Swarm Swarm, KeyPair Key)> _peers = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_peers.Select(p => p.Swarm.DisposeAsync().AsTask())).WaitAsync(Guard);
        _peers.ForEach(p => p.Key.Dispose());
    }

    [Fact]
    public async Task Without_descriptors_left_the_node_lives_on_and_its_accept_loop_rests()
    {
        await using ChildProcess node = await ChildProcess.StartAsync(DescriptorLimit);
        Swarm honest = CreatePeer(), other = CreatePeer();

        // Once before, so that everything is loaded that takes descriptors of its own.
        await honest.DialAsync(node.Address).AsTask().WaitAsync(Guard);
        Assert.Equal("ok", await node.CallAsync($"dial {AddressOf(other)}"));
        await honest.DisconnectAsync(node.Address.PeerId!);
        await other.DisconnectAsync(node.Address.PeerId!);

        // A socket that closes later would give a descriptor back.
        await node.MeasureUntilAsync(f => f is { Inbound: 0, Outbound: 0, HalfOpen: 0, Tasks: 1 });

        // All but the reserve, without which the runtime could start no thread and would end the process; a little of it is taken too.
        Assert.Equal("ok", await node.CallAsync($"eat {DescriptorLimit - TransportLimits.ReservedDescriptors + 4}"));
        Stopwatch without = Stopwatch.StartNew();
        Assert.True(node.Address.TryGetTcpEndPoint(out IPEndPoint? endPoint));
        Socket[] waiting = [.. Enumerable.Range(0, 32).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp))];
        await Task.WhenAll(waiting.Select(s => s.ConnectAsync(endPoint)));
        Assert.Equal(nameof(Libp2pError.OutOfResources), await node.CallAsync($"dial {AddressOf(other)}"));
        await Until.TrueAsync(async () => long.Parse(await node.CallAsync("faults")) >= 7, Guard);
        double seconds = without.Elapsed.TotalSeconds;
        Assert.Equal("ok", await node.CallAsync("free"));

        // After 50, 100, 200, 400 and 800 ms, then once a second: no more than so many in the time it took. Each ended one connection.
        Array.ForEach(waiting, s => s.Dispose());
        ChildFigures figures = await node.MeasureUntilAsync(f => f is { Inbound: 0, HalfOpen: 0 });
        Assert.True(node.IsAlive);
        Assert.InRange(figures.AcceptFaults, 7, 6 + (long)Math.Ceiling(without.Elapsed.TotalSeconds));
        output.WriteLine($"{figures.AcceptFaults} faults of accepting in {seconds:F1} s without descriptors");
        await honest.DialAsync(node.Address).AsTask().WaitAsync(Guard);
        Assert.Equal("ok", await node.CallAsync($"dial {AddressOf(other)}"));
    }

    [Fact]
    public async Task An_idle_connected_peer_costs_at_most_64_KiB_of_heap()
    {
        await using ChildProcess node = await ChildProcess.StartAsync(descriptors: 1024);
        await ConnectAllAsync(node); // What the first connections load stays.
        await node.CallAsync("close");
        ChildFigures before = await node.MeasureUntilAsync(f => f is { Inbound: 0, Outbound: 0, Tasks: 1 });
        await ConnectAllAsync(node);
        ChildFigures after = await node.MeasureAsync();

        Assert.Equal((InboundPeers, OutboundPeers), (after.Inbound, after.Outbound));
        double each = (after.Heap - before.Heap) / (double)(InboundPeers + OutboundPeers);
        output.WriteLine($"{each / 1024:F1} KiB of heap per idle peer; {after}");
        Assert.InRange(each, 0, 64 * 1024);
    }

    [Fact]
    public Task Peers_that_come_and_go_for_a_minute_leave_nothing_behind() => ChurnAsync(TimeSpan.FromMinutes(1));

    [LongFact]
    public Task Peers_that_come_and_go_for_ten_minutes_leave_nothing_behind() => ChurnAsync(TimeSpan.FromMinutes(10));

    /// <summary>64 peers connect and 30 are dialled; in every round a third of them goes, and comes back.</summary>
    private async Task ChurnAsync(TimeSpan duration)
    {
        await using ChildProcess node = await ChildProcess.StartAsync(descriptors: 1024);
        await ConnectAllAsync(node);
        await node.CallAsync("close");
        ChildFigures before = await node.MeasureUntilAsync(f => f is { Inbound: 0, Outbound: 0, Tasks: 1 });
        Random random = new(5);
        int rounds = 0, churned = 0;
        for (Stopwatch elapsed = Stopwatch.StartNew(); elapsed.Elapsed < duration; rounds++)
        {
            await ConnectAllAsync(node);
            Swarm[] leaving = [.. _peers.Select(p => p.Swarm).Where(_ => random.Next(3) == 0)];
            churned += leaving.Length;
            await Task.WhenAll(leaving.Select(s => s.DisconnectAsync(node.Address.PeerId!).AsTask())).WaitAsync(Guard);
        }

        await node.CallAsync("close");
        ChildFigures after = await node.MeasureUntilAsync(f => f is { Inbound: 0, Outbound: 0, HalfOpen: 0, Tasks: 1 } && f.Descriptors <= before.Descriptors);
        output.WriteLine($"{rounds} rounds, {churned} connections ended by peers; before {before}; after {after}");
        Assert.True(churned > 0);
        Assert.InRange(after.Heap - before.Heap, long.MinValue, 2 * 1024 * 1024);
    }

    private async Task ConnectAllAsync(ChildProcess node)
    {
        while (_peers.Count < InboundPeers + OutboundPeers)
        {
            CreatePeer();
        }

        foreach ((Swarm swarm, _) in _peers[..InboundPeers])
        {
            await swarm.DialAsync(node.Address.PeerId!, [node.Address], new DialOptions { IgnoreBackoff = true }).AsTask().WaitAsync(Guard);
        }

        foreach ((Swarm swarm, _) in _peers[InboundPeers..])
        {
            if (swarm.ConnectedPeers.Count == 0)
            {
                Assert.Equal("ok", await node.CallAsync($"dial {AddressOf(swarm)}"));
            }
        }

        await Until.TrueAsync(() => _peers.TrueForAll(p => p.Swarm.GetIdentifyInfo(node.Address.PeerId!) is not null), Guard);
        await node.MeasureUntilAsync(f => f is { Inbound: InboundPeers, Outbound: OutboundPeers, HalfOpen: 0 });
    }

    private Swarm CreatePeer()
    {
        KeyPair key = KeyPair.GenerateEd25519();
        Swarm swarm = new(key);
        swarm.Listen(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"));
        _peers.Add((swarm, key));
        return swarm;
    }

    private static Multiaddr AddressOf(Swarm swarm) => swarm.ListenAddresses[0].WithPeerId(swarm.LocalPeerId);
}
