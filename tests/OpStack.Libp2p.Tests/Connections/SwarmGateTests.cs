using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections;

public sealed class SwarmGateTests : SwarmTestBase
{
    [Fact]
    public async Task Both_ends_are_asked_at_every_place_in_order()
    {
        TestGate ofA = new(), ofB = new();
        Node a = Create("203.0.113.1", gate: ofA), b = Create("2001:db8::2", gate: ofB);
        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => b.Swarm.ConnectedPeers.Count == 1);

        Assert.Equal(
            ["peer dial", "address dial /ip6/2001:db8::2/tcp/9222", "secured Outbound 2001:db8::2", "upgraded Outbound 2001:db8::2"], ofA.Asked);
        Assert.Equal(["accept 203.0.113.1", "secured Inbound 203.0.113.1", "upgraded Inbound 203.0.113.1"], ofB.Asked);
        Assert.Empty(a.Log.Refused.Concat(b.Log.Refused));
    }

    [Theory]
    [Trait("Row", "33")]
    [InlineData("203.0.113.2", "203.0.113.2", GateVerdict.AddressBlocked)]
    [InlineData("203.0.113.2", "::ffff:203.0.113.2", GateVerdict.AddressBlocked)]
    [InlineData("203.0.113.2", "203.0.113.0/24", GateVerdict.SubnetBlocked)]
    [InlineData("203.0.113.2", "::ffff:203.0.113.0/120", GateVerdict.SubnetBlocked)]
    [InlineData("2001:db8::2", "2001:db8::2", GateVerdict.AddressBlocked)]
    [InlineData("2001:db8::2", "2001:db8::/32", GateVerdict.SubnetBlocked)]
    [InlineData("::ffff:203.0.113.2", "203.0.113.2", GateVerdict.AddressBlocked)]
    [InlineData("::ffff:203.0.113.2", "203.0.113.0/24", GateVerdict.SubnetBlocked)]
    public async Task A_blocked_address_is_refused_inbound_before_a_byte_is_read(string from, string blocked, GateVerdict verdict)
    {
        TestGate gate = new();
        gate.Block(blocked);
        Node victim = Create("198.51.100.1", gate: gate);

        await using MemoryNetwork.Connection attacker = Network.Connect(from, victim.EndPoint);
        await Task.WhenAny(attacker.WriteAsync(new byte[100], default).AsTask()); // It may be refused before it says anything.

        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => attacker.ReadAsync(new byte[1], default).AsTask().WaitAsync(Guard));
        Assert.Equal(Libp2pError.ConnectionClosed, e.Error);
        ConnectionRefusal refusal = Assert.Single(victim.Log.Refused);
        Assert.Equal((RefusalReason.Gate, verdict, null), (refusal.Reason, refusal.Verdict, refusal.Peer));
        Assert.Equal((1, 0), (victim.Swarm.Statistics.Accepted, victim.Swarm.Statistics.HandshakesBegun));
        Assert.Equal(0, attacker.BytesReceived);
    }

    [Theory]
    [Trait("Row", "33")]
    [InlineData("/ip4/203.0.113.2/tcp/9222", "203.0.113.2", GateVerdict.AddressBlocked)]
    [InlineData("/ip4/203.0.113.2/tcp/9222", "203.0.113.0/24", GateVerdict.SubnetBlocked)]
    [InlineData("/ip6/::ffff:203.0.113.2/tcp/9222", "203.0.113.2", GateVerdict.AddressBlocked)]
    [InlineData("/ip6/::ffff:203.0.113.2/tcp/9222", "203.0.113.0/24", GateVerdict.SubnetBlocked)]
    [InlineData("/ip6/2001:db8::2/tcp/9222", "2001:db8::/48", GateVerdict.SubnetBlocked)]
    [InlineData("/dns4/blocked.test/tcp/9222", "203.0.113.2", GateVerdict.AddressBlocked)]
    [InlineData("/dns/mapped.test/tcp/9222", "203.0.113.2", GateVerdict.AddressBlocked)]
    public async Task A_blocked_address_is_refused_outbound_before_a_socket_is_made(string address, string blocked, GateVerdict verdict)
    {
        TestGate gate = new();
        gate.Block(blocked);
        Node a = Create("198.51.100.1", gate: gate, names: (host, _, _) =>
            Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "mapped.test" ? "::ffff:203.0.113.2" : "203.0.113.2")]));

        Libp2pException e = await FailsAsync(
            Libp2pError.GateRefused, () => a.Swarm.DialAsync(Multiaddr.Parse($"{address}/p2p/{TestPeers.NewId()}")));

        Assert.Equal(verdict, e.Verdict);
        Assert.Empty(Network.Dialled);
        Assert.Equal(0, a.Swarm.Statistics.BackoffsNow);
    }

    [Fact]
    [Trait("Row", "33")]
    public async Task A_blocked_peer_is_refused_outbound_before_anything_and_inbound_once_it_is_known()
    {
        TestGate gate = new();
        Node a = Create("203.0.113.1"), victim = Create("198.51.100.1", gate: gate);
        gate.Block(a.Id);

        Libp2pException e = await FailsAsync(Libp2pError.GateRefused, () => victim.Swarm.DialAsync(a.Address));
        Assert.Equal(GateVerdict.PeerBlocked, e.Verdict);
        Assert.Empty(Network.Dialled);

        // The dialler may learn of it in its handshake or right after.
        await Task.WhenAny(a.Swarm.DialAsync(victim.Address).AsTask()).WaitAsync(Guard);
        await Until.TrueAsync(() => a.Swarm.ConnectedPeers.Count == 0 && victim.Log.Refused.Count == 1);
        Assert.Equal(GateVerdict.PeerBlocked, victim.Log.Refused.Single().Verdict);
        Assert.Empty(victim.Log.Opened);
    }

    [Theory]
    [InlineData("secured")]
    [InlineData("upgraded")]
    public async Task An_outbound_connection_refused_late_is_an_error_with_the_verdict(string hook)
    {
        TestGate gate = new();
        gate.Overrides[hook] = () => GateVerdict.ScoreTooLow;
        Node a = Create("203.0.113.1", gate: gate), b = Create("198.51.100.1");

        Libp2pException e = await FailsAsync(Libp2pError.GateRefused, () => a.Swarm.DialAsync(b.Address));

        Assert.Equal(GateVerdict.ScoreTooLow, e.Verdict);
        await Until.TrueAsync(() => b.Swarm.ConnectedPeers.Count == 0 && Network.Open.IsEmpty);
        Assert.Equal((0, 0), (a.Swarm.Connections.Count, a.Swarm.Statistics.BackoffsNow));
    }

    [Theory]
    [InlineData("peer dial")]
    [InlineData("address dial")]
    [InlineData("secured")]
    [InlineData("upgraded")]
    public async Task A_gate_that_throws_lets_no_dial_through(string hook)
    {
        TestGate gate = new();
        gate.Overrides[hook] = () => throw new InvalidOperationException("of the test");
        Node a = Create("203.0.113.1", gate: gate), b = Create("198.51.100.1");

        Assert.Equal(GateVerdict.GateFailed, (await FailsAsync(Libp2pError.GateRefused, () => a.Swarm.DialAsync(b.Address))).Verdict);
    }

    [Theory]
    [InlineData("accept")]
    [InlineData("secured")]
    [InlineData("upgraded")]
    public async Task A_gate_that_throws_lets_nobody_in_and_stops_nothing(string hook)
    {
        TestGate gate = new();
        gate.Overrides[hook] = () => throw new InvalidOperationException("of the test");
        Node a = Create("203.0.113.1"), b = Create("198.51.100.1", gate: gate);
        await Task.WhenAny(a.Swarm.DialAsync(b.Address).AsTask()).WaitAsync(Guard);
        await Until.TrueAsync(() => b.Log.Refused.Any(r => r.Verdict == GateVerdict.GateFailed));
        Assert.Empty(b.Log.Opened);

        gate.Overrides.Clear();
        await Until.TrueAsync(() => a.Swarm.ConnectedPeers.Count == 0);
        await a.Swarm.DialAsync(b.Id, [b.Address], new DialOptions { IgnoreBackoff = true }).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => b.Log.Opened.Count == 1);
    }

    [Fact]
    [Trait("Row", "33")]
    public async Task Blocking_and_then_closing_misses_no_connection_on_its_way_in()
    {
        for (int i = 0; i < 50; i++)
        {
            TestGate gate = new();
            Node a = Create($"203.0.113.{i + 1}"), victim = Create($"198.51.100.{i + 1}", gate: gate);
            Task dial = a.Swarm.DialAsync(victim.Address).AsTask();
            Task block = Task.Run(async () =>
            {
                gate.Block(a.Id);
                await victim.Swarm.DisconnectAsync(a.Id, ConnectionCloseReason.Blocked);
            });

            await Task.WhenAny(Task.WhenAll(dial, block)).WaitAsync(Guard);
            await Until.TrueAsync(() => a.Swarm.ConnectedPeers.Count == 0);
            Assert.Empty(victim.Swarm.ConnectedPeers);
            Assert.All(victim.Log.Closed, c => Assert.Equal(ConnectionCloseReason.Blocked, c.Reason));
        }
    }

    [Theory]
    [Trait("Row", "33")]
    [InlineData("203.0.113.1", null)]
    [InlineData("::ffff:203.0.113.1", null)]
    [InlineData(null, "203.0.113.0/31")]
    [InlineData(null, "::ffff:203.0.113.0/127")]
    public async Task Blocking_an_address_closes_its_connections_and_handshakes_and_no_others(string? address, string? subnet)
    {
        Node victim = Create("198.51.100.1"), a = Create("203.0.113.1"), other = Create("203.0.113.2");
        await a.Swarm.DialAsync(victim.Address).AsTask().WaitAsync(Guard);
        await other.Swarm.DialAsync(victim.Address).AsTask().WaitAsync(Guard);
        await using MemoryNetwork.Connection halfOpen = Network.Connect("203.0.113.1", victim.EndPoint);
        await Until.TrueAsync(() => victim.Swarm.Statistics is { InboundNow: 2, HalfOpenInboundNow: 1 });

        ValueTask closing = address is null
            ? victim.Swarm.DisconnectAsync(IPNetwork.Parse(subnet!), ConnectionCloseReason.Banned)
            : victim.Swarm.DisconnectAsync(IPAddress.Parse(address), ConnectionCloseReason.Banned);

        Assert.Equal([other.Id], victim.Swarm.ConnectedPeers);
        await Assert.ThrowsAsync<Libp2pException>(() => ReadToEndAsync(halfOpen));
        await closing.AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => a.Swarm.ConnectedPeers.Count == 0 && victim.Swarm.Statistics.HalfOpenInboundNow == 0);
        Assert.Equal([(a.Id, ConnectionCloseReason.Banned)], victim.Log.Closed.Select(c => (c.Connection.Peer, c.Reason)));
        Assert.Equal([(victim.Id, ConnectionCloseReason.ClosedByRemote)], a.Log.Closed.Select(c => (c.Connection.Peer, c.Reason)));
    }

    [Fact]
    [Trait("Row", "32")]
    public async Task A_gate_that_counts_dials_is_asked_only_about_those_that_are_made()
    {
        TestGate gate = new();
        Node a = Create("198.51.100.1", gate: gate), b = Create("203.0.113.1");
        Multiaddr slower = Multiaddr.Parse("/ip4/203.0.113.9/tcp/1");
        await a.Swarm.DialAsync(b.Id, [b.Address, slower]).AsTask().WaitAsync(Guard);

        Assert.Equal(["address dial /ip4/203.0.113.1/tcp/9222"], gate.Asked.Where(asked => asked.StartsWith("address dial", StringComparison.Ordinal)));
    }

    private static async Task ReadToEndAsync(MemoryNetwork.Connection connection)
    {
        while (await connection.ReadAsync(new byte[64], default).AsTask().WaitAsync(Guard) > 0)
        {
        }
    }
}
