using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>
/// The connection manager over real connections: whom it trims, protects and counts. The rules themselves are in TrimPolicyTests.
/// </summary>
public sealed class SwarmManagerTests : SwarmTestBase
{
    // A check each second, so that no keep-alive of the muxers falls due in between.
    private static readonly ConnectionLimits Small = new()
    {
        LowWater = 2,
        HighWater = 4,
        OutboundReserve = 1,
        MaxConnections = 8,
        MaxInbound = 5,
        MaxOutbound = 8,
        Grace = TimeSpan.FromSeconds(1),
        TrimInterval = TimeSpan.FromSeconds(1),
    };

    [Fact]
    public async Task At_each_check_too_many_connections_are_trimmed_and_the_protected_stay()
    {
        Node hub = Create("198.51.100.1", new SwarmOptions { Limits = Small });
        Node[] peers = await ConnectAsync(hub, 4);
        hub.Swarm.Protect(peers[0].Id, "static");
        hub.Swarm.SetTag(peers[2].Id, "mesh", 5);

        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([peers[0].Id, peers[2].Id], hub.Swarm.ConnectedPeers.OrderBy(p => Array.FindIndex(peers, n => n.Id.Equals(p))));
        Assert.All(hub.Log.Closed, c => Assert.Equal(ConnectionCloseReason.Trimmed, c.Reason));
        Assert.Equal(2, hub.Swarm.Statistics.Closed[ConnectionCloseReason.Trimmed]);
        await Until.TrueAsync(() => peers[1].Swarm.ConnectedPeers.Count == 0 && peers[3].Swarm.ConnectedPeers.Count == 0);
        Assert.Equal((true, 5), (hub.Swarm.IsProtected(peers[0].Id, "static"), hub.Swarm.GetValue(peers[2].Id)));
    }

    [Fact]
    public async Task Below_the_high_water_or_within_the_grace_nobody_is_trimmed()
    {
        Node hub = Create("198.51.100.1", new SwarmOptions { Limits = Small with { Grace = TimeSpan.FromSeconds(5) } });
        await ConnectAsync(hub, 4);
        Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(4, hub.Swarm.ConnectedPeers.Count);
        await hub.Swarm.DisconnectAsync(hub.Swarm.ConnectedPeers[0]).AsTask().WaitAsync(Guard);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(3, hub.Swarm.ConnectedPeers.Count);
    }

    [Fact]
    public async Task Reaching_a_hard_limit_brings_a_check_about_at_once()
    {
        Node hub = Create("198.51.100.1", new SwarmOptions { Limits = Small with { TrimInterval = TimeSpan.FromHours(1) } });
        await ConnectAsync(hub, 4);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(4, hub.Swarm.ConnectedPeers.Count);

        Node fifth = Create("203.0.113.100");
        await fifth.Swarm.DialAsync(hub.Address).AsTask().WaitAsync(Guard);

        // The newcomer is within its grace; of the others enough go.
        await Until.TrueAsync(() => hub.Swarm.Statistics.Closed.GetValueOrDefault(ConnectionCloseReason.Trimmed) == 3);
        Assert.Contains(fifth.Id, hub.Swarm.ConnectedPeers);
    }

    [Fact]
    public async Task Inbound_peers_that_fill_every_place_do_not_keep_us_from_dialling()
    {
        Node hub = Create("198.51.100.1", new SwarmOptions { Limits = Small with { Grace = TimeSpan.FromHours(1) } });
        await ConnectAsync(hub, 5);
        Assert.True(hub.Swarm.WantsOutbound);

        Node[] ours = [.. Enumerable.Range(0, 3).Select(i => Create($"203.0.113.{50 + i}"))];
        foreach (Node peer in ours)
        {
            await hub.Swarm.DialAsync(peer.Address).AsTask().WaitAsync(Guard);
        }

        Assert.Equal((5, 3), (hub.Swarm.Statistics.InboundNow, hub.Swarm.Statistics.OutboundNow));
        Assert.False(hub.Swarm.WantsOutbound);
    }

    [Fact]
    public async Task At_the_inbound_limit_a_newcomer_displaces_the_worst_and_only_that()
    {
        Node hub = Create("198.51.100.1", new SwarmOptions { Limits = Small with { HighWater = 8, TrimInterval = TimeSpan.FromHours(1) } });
        Node[] peers = await ConnectAsync(hub, 5);
        foreach (Node peer in peers[1..])
        {
            hub.Swarm.SetTag(peer.Id, "mesh", 1);
        }

        Time.Advance(TimeSpan.FromSeconds(2));
        Node newcomer = Create("203.0.113.100");
        await newcomer.Swarm.DialAsync(hub.Address).AsTask().WaitAsync(Guard);

        await Until.TrueAsync(() => peers[0].Swarm.ConnectedPeers.Count == 0);
        Assert.Equal((peers[0].Id, ConnectionCloseReason.Displaced), hub.Log.Closed.Select(c => (c.Connection.Peer, c.Reason)).Single());
        Assert.Equal(5, hub.Swarm.Statistics.InboundNow);
    }

    [Fact]
    public async Task Connections_tell_their_traffic_and_so_do_peers_and_protocols()
    {
        Node a = Create("198.51.100.1"), b = Create("203.0.113.1");
        b.Swarm.SetStreamHandler("/take/1", async (stream, ct) =>
        {
            byte[] buffer = new byte[4096];
            while (await stream.Bytes.ReadAsync(buffer, ct) > 0)
            {
            }

            await stream.Bytes.WriteAsync(new byte[10], ct);
            await stream.Bytes.CloseWriteAsync(ct);
        });
        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        ProtocolStream stream = await a.Swarm.OpenStreamAsync(b.Id, ["/take/1"], default);
        await using (stream.Bytes)
        {
            await stream.Bytes.WriteAsync(new byte[5000], default);
            await stream.Bytes.CloseWriteAsync(default);
            int received = 0;
            while (await stream.Bytes.ReadAsync(new byte[64], default).AsTask().WaitAsync(Guard) is var read and > 0)
            {
                received += read;
            }

            Assert.Equal(10, received);
        }

        Assert.Equal(new Traffic(10, 5000), a.Swarm.TrafficByProtocol["/take/1"]);
        Assert.Equal(new Traffic(5000, 10), b.Swarm.TrafficByProtocol["/take/1"]);
        Assert.Equal(new Traffic(10, 5000), a.Swarm.GetTrafficByProtocol(b.Id)["/take/1"]);
        ConnectionInfo connection = Assert.Single(a.Swarm.Connections);
        Assert.InRange(connection.Traffic.Sent, 5000, 10_000);
        Assert.InRange(connection.Traffic.Received, 10, 5000);
        Assert.True(a.Swarm.GetTraffic(b.Id).Sent >= connection.Traffic.Sent);
        Assert.True(a.Swarm.Statistics.Traffic.Sent >= connection.Traffic.Sent);
        Assert.Equal(connection.Id, Assert.Single(a.Log.Opened).Id);

        await a.Swarm.DisconnectAsync(b.Id).AsTask().WaitAsync(Guard);
        (ConnectionInfo closed, ConnectionCloseReason reason) = Assert.Single(a.Log.Closed);
        Assert.Equal((connection.Id, ConnectionCloseReason.Requested), (closed.Id, reason));
        Assert.True(closed.Traffic.Sent >= connection.Traffic.Sent);
        Assert.Equal((default, 0), (a.Swarm.GetTraffic(b.Id), a.Swarm.GetTrafficByProtocol(b.Id).Count));
        Assert.Equal(new Traffic(10, 5000), a.Swarm.TrafficByProtocol["/take/1"]);
        Traffic total = a.Swarm.Statistics.Traffic; // The closed connection's alone: what went over it in parting may come on top of what was told.
        Assert.InRange(total.Sent, connection.Traffic.Sent, closed.Traffic.Sent);
        Assert.InRange(total.Received, connection.Traffic.Received, closed.Traffic.Received);

        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        Assert.True(a.Swarm.Statistics.Traffic.Sent > total.Sent && a.Swarm.GetTraffic(b.Id).Sent < a.Swarm.Statistics.Traffic.Sent);
    }

    [Fact]
    public void What_identify_would_tell_can_be_read()
    {
        Node node = Create("198.51.100.1", new SwarmOptions { AgentVersion = "a/1", ProtocolVersion = "p/1" });
        node.Swarm.SetStreamHandler("/take/1", (_, _) => Task.CompletedTask);
        Libp2p.Identify.IdentifyInfo own = node.Swarm.GetOwnIdentifyInfo();
        Assert.Equal(("a/1", "p/1", null), (own.AgentVersion, own.ProtocolVersion, own.ObservedAddress));
        Assert.Equal(["/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0", "/take/1"], own.Protocols);
        Assert.Equal(node.Swarm.ListenAddresses, own.ListenAddresses);
    }

    [Fact]
    public async Task One_peer_has_no_more_streams_than_its_limit_either_way()
    {
        ConnectionLimits limits = new() { MaxInboundStreamsPerPeer = 4, MaxOutboundStreamsPerPeer = 3 };
        Node a = Create("198.51.100.1"), b = Create("203.0.113.1", new SwarmOptions { Limits = limits });
        int served = 0;
        StreamHandler wait = async (_, ct) =>
        {
            Interlocked.Increment(ref served);
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        a.Swarm.SetStreamHandler("/wait/1", wait);
        b.Swarm.SetStreamHandler("/wait/1", wait);
        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => a.Swarm.GetIdentifyInfo(b.Id) is not null && b.Swarm.GetIdentifyInfo(a.Id) is not null);
        await Until.TrueAsync(() => b.Swarm.Connections is [{ InboundStreams: 0, OutboundStreams: 0 }]);

        List<ProtocolStream> streams = [];
        for (int i = 0; i < 4; i++)
        {
            streams.Add(await a.Swarm.OpenStreamAsync(b.Id, ["/wait/1"], default));
        }

        await Assert.ThrowsAsync<Libp2pException>(async () => await a.Swarm.OpenStreamAsync(b.Id, ["/wait/1"], default));
        await Until.TrueAsync(() => Volatile.Read(ref served) == 4); // The answer goes out before the handler begins.

        ProtocolStream[] back = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => b.Swarm.OpenStreamAsync(a.Id, ["/wait/1"], default).AsTask()))];
        await FailsAsync(Libp2pError.LimitReached, async () => await b.Swarm.OpenStreamAsync(a.Id, ["/wait/1"], default));
        back[0].Bytes.Abort();
        await back[0].Bytes.DisposeAsync();
        await (await b.Swarm.OpenStreamAsync(a.Id, ["/wait/1"], default)).Bytes.DisposeAsync();
        foreach (ProtocolStream stream in streams.Concat(back))
        {
            await stream.Bytes.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_windows_of_all_connections_of_a_peer_share_one_budget()
    {
        const int Windows = 6;
        Node a = Create("198.51.100.1"), b = Create("203.0.113.1", new SwarmOptions { Limits = new() { MemoryPerPeer = Windows * 256 * 1024 } });
        b.Swarm.SetStreamHandler("/wait/1", async (_, ct) => await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => a.Swarm.GetIdentifyInfo(b.Id) is not null && b.Swarm.GetIdentifyInfo(a.Id) is not null);
        await Until.TrueAsync(() => b.Swarm.Connections is [{ InboundStreams: 0, OutboundStreams: 0 }]);

        for (int i = 0; i < Windows; i++)
        {
            await a.Swarm.OpenStreamAsync(b.Id, ["/wait/1"], default);
        }

        await Assert.ThrowsAsync<Libp2pException>(async () => await a.Swarm.OpenStreamAsync(b.Id, ["/wait/1"], default));
        Assert.Equal(1, b.Swarm.HeldBudgets);
        await a.Swarm.DisconnectAsync(b.Id).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => b.Swarm.HeldBudgets == 0);
    }

    [Fact]
    public async Task An_observer_of_connections_learns_of_those_open_already_and_one_that_throws_hurts_nobody()
    {
        Node a = Create("198.51.100.1"), b = Create("203.0.113.1");
        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        ConnectionLog late = new();
        using IDisposable throwing = a.Swarm.ObserveConnections(new ThrowingObserver());
        IDisposable observation = a.Swarm.ObserveConnections(late);
        Assert.Equal(b.Id, Assert.Single(late.Opened).Peer);

        observation.Dispose();
        await a.Swarm.DisconnectAsync(b.Id).AsTask().WaitAsync(Guard);
        Assert.Empty(late.Closed);
        Assert.Single(a.Log.Closed);
    }

    [Fact]
    public void A_peer_may_have_32_tags()
    {
        Node a = Create("198.51.100.1");
        PeerId peer = TestPeers.NewId();
        Assert.All(Enumerable.Range(0, 32), i => a.Swarm.SetTag(peer, $"{i}", i));
        Assert.Equal(Libp2pError.LimitReached, Assert.Throws<Libp2pException>(() => a.Swarm.SetTag(peer, "one more", 1)).Error);
        a.Swarm.RemoveTag(peer, "31");
        Assert.Equal(465, a.Swarm.GetValue(peer));
        a.Swarm.Protect(peer, "x");
        Assert.False(a.Swarm.Unprotect(peer, "x"));
        Assert.False(a.Swarm.IsProtected(peer));
    }

    private async Task<Node[]> ConnectAsync(Node hub, int count)
    {
        Node[] peers = [.. Enumerable.Range(1, count).Select(i => Create($"203.0.113.{i}"))];
        foreach (Node peer in peers)
        {
            await peer.Swarm.DialAsync(hub.Address).AsTask().WaitAsync(Guard);
            await Until.TrueAsync(() => hub.Swarm.ConnectedPeers.Contains(peer.Id));
        }

        return peers;
    }

    private sealed class ThrowingObserver : IConnectionObserver
    {
        public void OnConnectionOpened(ConnectionInfo connection) => throw new InvalidOperationException("of the test");

        public void OnConnectionClosed(ConnectionInfo connection, ConnectionCloseReason reason) => throw new InvalidOperationException("of the test");
    }
}
