using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Gating;

/// <summary>Attack table row 33, the gater's part: what is blocked is refused at every place, in both directions.</summary>
[Trait("Row", "33")]
public sealed class ConnectionGaterTests
{
    private static readonly PeerId Peer = TestPeers.Of(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionGater _gater;
    private readonly FakePeerHost _host;

    public ConnectionGaterTests()
    {
        _gater = new ConnectionGater(timeProvider: _time);
        _host = new FakePeerHost(_time);
        _gater.Attach(_host, new FakeScores());
    }

    [Fact]
    public void Nobody_is_refused_by_empty_lists() => ShouldBe(GateVerdict.Allow, GateVerdict.Allow, "52.1.2.3");

    [Fact]
    public void A_blocked_peer_is_refused_wherever_it_is_known()
    {
        _gater.BlockPeer(Peer);
        ShouldBe(GateVerdict.PeerBlocked, GateVerdict.Allow, "52.1.2.3");
        Assert.Equal(GateVerdict.PeerBlocked, _gater.InterceptPeerDial(Peer));
        Assert.Equal(DialError.PeerBlocked, _gater.CanDial(TestPeers.Address().WithPeerId(Peer)));
        Assert.Equal(Connectedness.CannotConnect, _gater.GetConnectedness(Peer));
        Assert.Equal([Peer], _gater.ListBlockedPeers());

        _gater.UnblockPeer(Peer);
        ShouldBe(GateVerdict.Allow, GateVerdict.Allow, "52.1.2.3");
        Assert.Equal(Connectedness.NotConnected, _gater.GetConnectedness(Peer));
        Assert.Empty(_gater.ListBlockedPeers());
    }

    [Theory]
    [InlineData("52.1.2.3", "52.1.2.3", "52.1.2.4")]
    [InlineData("52.1.2.3", "::ffff:52.1.2.3", "52.1.2.4")]
    [InlineData("::ffff:52.1.2.3", "52.1.2.3", "2a00::5")]
    [InlineData("::ffff:52.1.2.3", "::ffff:52.1.2.3", "::52.1.2.3")]
    [InlineData("2a00::5", "2a00::5", "2a00::6")]
    public void A_blocked_address_is_refused_at_every_place(string blocked, string same, string other)
    {
        _gater.BlockAddr(IPAddress.Parse(blocked));
        ShouldBe(GateVerdict.AddressBlocked, GateVerdict.AddressBlocked, same);
        ShouldBe(GateVerdict.Allow, GateVerdict.Allow, other);
        Assert.Equal(DialError.AddressBlocked, _gater.CanDial(TestPeers.Address(same).WithPeerId(Peer)));

        _gater.UnblockAddr(IPAddress.Parse(same));
        ShouldBe(GateVerdict.Allow, GateVerdict.Allow, same);
        Assert.Empty(_gater.ListBlockedAddrs());
    }

    [Theory]
    [InlineData("52.1.0.0/16", "52.1.255.255", "52.2.0.0")]
    [InlineData("52.1.0.0/16", "::ffff:52.1.0.1", "::ffff:52.2.0.1")]
    [InlineData("::ffff:52.1.0.0/112", "52.1.9.9", "52.2.0.0")]
    [InlineData("52.1.2.3/32", "52.1.2.3", "52.1.2.2")]
    [InlineData("0.0.0.0/0", "1.1.1.1", "2a00::1")]
    [InlineData("::/0", "2a00::1", "::ffff:1.1.1.1")]
    [InlineData("2a00:1234::/32", "2a00:1234:ffff::1", "2a00:1235::1")]
    [InlineData("2a00:1234::8/125", "2a00:1234::f", "2a00:1234::10")]
    public void A_blocked_subnet_is_refused_at_every_place(string subnet, string inside, string outside)
    {
        _gater.BlockSubnet(IPNetwork.Parse(subnet));
        ShouldBe(GateVerdict.SubnetBlocked, GateVerdict.SubnetBlocked, inside);
        ShouldBe(GateVerdict.Allow, GateVerdict.Allow, outside);
        Assert.Equal(DialError.SubnetBlocked, _gater.CanDial(TestPeers.Address(inside).WithPeerId(Peer)));
        Assert.Single(_gater.ListBlockedSubnets());

        _gater.UnblockSubnet(IPNetwork.Parse(subnet));
        ShouldBe(GateVerdict.Allow, GateVerdict.Allow, inside);
        Assert.Empty(_gater.ListBlockedSubnets());
    }

    [Fact]
    public void Blocking_closes_the_connections_it_concerns_and_only_those()
    {
        PeerId[] peers = TestPeers.Range(4);
        _host.Connect(peers[0], "52.1.0.1");
        _host.Connect(peers[0], "2a00::1", direction: ConnectionDirection.Inbound);
        _host.Connect(peers[1], "52.1.0.2");
        _host.Connect(peers[2], "52.7.0.3");
        _host.Connect(peers[3], "52.8.0.4");

        _gater.BlockPeer(peers[0]);
        Assert.Equal([peers[1], peers[2], peers[3]], _host.ConnectedPeers);
        _gater.BlockAddr(IPAddress.Parse("::ffff:52.1.0.2"));
        Assert.Equal([peers[2], peers[3]], _host.ConnectedPeers);
        _gater.BlockSubnet(IPNetwork.Parse("::ffff:52.7.0.0/112"));
        Assert.Equal([peers[3]], _host.ConnectedPeers);
        Assert.All(_host.Closes, close => Assert.Equal(ConnectionCloseReason.Blocked, close.Reason));
    }

    [Fact]
    public void A_block_holds_for_protected_peers_as_well()
    {
        _gater.ProtectPeer(Peer);
        _gater.BlockAddr(IPAddress.Parse("52.1.2.3"));
        ShouldBe(GateVerdict.AddressBlocked, GateVerdict.AddressBlocked, "52.1.2.3");
        _gater.BlockPeer(Peer);
        ShouldBe(GateVerdict.PeerBlocked, GateVerdict.Allow, "52.1.2.4");
    }

    [Fact]
    public void An_accept_and_a_secured_connection_cost_no_memory()
    {
        for (int i = 0; i < 1000; i++)
        {
            _gater.BlockPeer(TestPeers.Cheap(i));
            _gater.BlockAddr(new IPAddress(i + 1));
            _gater.BlockSubnet(new IPNetwork(new IPAddress([10, (byte)(i >> 8), (byte)i, 0]), 24));
            _gater.BanPeer(TestPeers.Cheap(2000 + i), TimeSpan.FromHours(1), "x");
        }

        IPAddress[] ips = [IPAddress.Parse("52.1.2.3"), IPAddress.Parse("2a00::5")];
        Multiaddr address = TestPeers.Address();
        long least = long.MaxValue;
        for (int run = 0; run < 3; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                _gater.InterceptAccept(address, ips[i % 2]);
                _gater.InterceptSecured(ConnectionDirection.Inbound, Peer, address, ips[i % 2]);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Full_lists_say_so_and_stay_as_they_are()
    {
        for (int i = 0; i < PeerLimits.MaxListed; i++)
        {
            _gater.BlockAddr(new IPAddress(i));
        }

        PeerListFullException full = Assert.Throws<PeerListFullException>(() => _gater.BlockAddr(IPAddress.Parse("2a00::5")));
        Assert.Equal("blocked addresses", full.List);
        Assert.Equal(PeerLimits.MaxListed, _gater.ListBlockedAddrs().Count);
        _gater.BlockAddr(new IPAddress(1)); // Known already.
    }

    [Fact]
    public void A_gater_judges_one_swarm()
    {
        _gater.Attach(_host, new FakeScores());
        Assert.Throws<InvalidOperationException>(() => _gater.Attach(new FakePeerHost(_time), new FakeScores()));
    }

    [Theory]
    [InlineData(-1, 3600, null, "PeerRedialing")]
    [InlineData(1, 0, null, "DialPeriod")]
    [InlineData(1, 366 * 86400, null, "DialPeriod")]
    [InlineData(1, 3600, double.NaN, "MinScore")]
    public void Settings_out_of_range_are_named(int redialing, int seconds, double? least, string name)
    {
        GaterConfig config = new() { PeerRedialing = redialing, DialPeriod = TimeSpan.FromSeconds(seconds), MinScore = least };
        Assert.Equal(name, Assert.Throws<ArgumentException>(() => new ConnectionGater(config)).ParamName);
    }

    /// <param name="withPeer">What places say that know the peer.</param>
    /// <param name="withoutPeer">What the accept says, which does not.</param>
    /// <param name="ip">The address.</param>
    private void ShouldBe(GateVerdict withPeer, GateVerdict withoutPeer, string ip)
    {
        IPAddress address = IPAddress.Parse(ip);
        Multiaddr remote = TestPeers.Address(ip);
        Assert.Equal(withoutPeer, _gater.InterceptAccept(remote, address));
        Assert.Equal(withPeer, _gater.InterceptAddressDial(Peer, remote, address));
        foreach (ConnectionDirection direction in Enum.GetValues<ConnectionDirection>())
        {
            Assert.Equal(withPeer, _gater.InterceptSecured(direction, Peer, remote, address));
            Assert.Equal(withPeer, _gater.InterceptUpgraded(new ConnectionInfo(Peer, direction, remote, _time.GetUtcNow(), null)));
        }
    }
}
