using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Gating;

/// <summary>Bans with an end, protection from them, and the least score.</summary>
public sealed class BanTests
{
    private static readonly PeerId Peer = TestPeers.Of(1);
    private static readonly IPAddress Ip = IPAddress.Parse("52.1.2.3");
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeScores _scores = new();
    private readonly FakePeerHost _host;
    private readonly ConnectionGater _gater;

    public BanTests()
    {
        _host = new FakePeerHost(_time);
        _gater = new ConnectionGater(timeProvider: _time);
        _gater.Attach(_host, _scores);
    }

    [Fact]
    public void A_ban_closes_keeps_out_and_ends_on_the_tick()
    {
        _host.Connect(Peer);
        Assert.True(_gater.BanPeer(Peer, Hour, "low-score"));
        Assert.Empty(_host.ConnectedPeers);
        Assert.Equal((Peer, ConnectionCloseReason.Banned), Assert.Single(_host.Closes));
        ShouldBe(GateVerdict.PeerBanned, GateVerdict.Allow);
        Assert.Equal(DialError.PeerBanned, _gater.CanDial(TestPeers.Address().WithPeerId(Peer)));
        Assert.Equal(Connectedness.CannotConnect, _gater.GetConnectedness(Peer));

        _time.Advance(Hour - Tick);
        ShouldBe(GateVerdict.PeerBanned, GateVerdict.Allow);
        _time.Advance(Tick);
        ShouldBe(GateVerdict.Allow, GateVerdict.Allow);
        Assert.Empty(_gater.ListBans());
    }

    [Fact]
    public void A_banned_address_is_refused_before_its_peer_is_known()
    {
        _host.Connect(Peer, "52.1.2.3");
        _host.Connect(TestPeers.Of(2), "52.1.2.4");
        _gater.BanAddr(IPAddress.Parse("::ffff:52.1.2.3"), Hour, "flood");
        Assert.Equal([TestPeers.Of(2)], _host.ConnectedPeers);
        ShouldBe(GateVerdict.AddressBanned, GateVerdict.AddressBanned);
        Assert.Equal(DialError.AddressBanned, _gater.CanDial(TestPeers.Address().WithPeerId(Peer)));
        _time.Advance(Hour);
        ShouldBe(GateVerdict.Allow, GateVerdict.Allow);
    }

    [Fact]
    public void Bans_can_be_read_with_reason_and_end()
    {
        DateTimeOffset begin = _time.GetUtcNow();
        _gater.BanPeer(Peer, 2 * Hour, "behaviour");
        _gater.BanAddr(Ip, Hour, new string('r', 100));
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(
            [
                new GaterBan(null, Ip, new string('r', 64), begin, begin + Hour, TimeSpan.FromMinutes(50)),
                new GaterBan(Peer, null, "behaviour", begin, begin + (2 * Hour), TimeSpan.FromMinutes(110)),
            ],
            _gater.ListBans());
    }

    [Fact]
    public void A_ban_that_ends_later_stays()
    {
        _gater.BanPeer(Peer, 2 * Hour, "first");
        _gater.BanPeer(Peer, Hour, "second");
        Assert.Equal("first", Assert.Single(_gater.ListBans()).Reason);
        _gater.BanPeer(Peer, 3 * Hour, "third");
        Assert.Equal("third", Assert.Single(_gater.ListBans()).Reason);
    }

    [Fact]
    public void Bans_end_by_hand_and_with_an_unblock()
    {
        _gater.BanPeer(Peer, Hour, "x");
        Assert.True(_gater.UnbanPeer(Peer));
        Assert.False(_gater.UnbanPeer(Peer));
        _gater.BanPeer(Peer, Hour, "x");
        _gater.UnblockPeer(Peer);
        _gater.BanAddr(Ip, Hour, "x");
        Assert.True(_gater.UnbanAddr(Ip));
        _gater.BanAddr(Ip, Hour, "x");
        _gater.UnblockAddr(Ip);
        Assert.Empty(_gater.ListBans());
        ShouldBe(GateVerdict.Allow, GateVerdict.Allow);
    }

    [Fact]
    public void Setting_the_wall_clock_ends_no_ban_and_prolongs_none()
    {
        ShiftedTimeProvider clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
        ConnectionGater gater = new(timeProvider: clock);
        gater.BanPeer(Peer, Hour, "x");
        foreach (int years in (int[])[60, 40])
        {
            clock.Set(DateTimeOffset.UnixEpoch.AddYears(years));
            Assert.Equal(GateVerdict.PeerBanned, gater.InterceptPeerDial(Peer));
            Assert.InRange(Assert.Single(gater.ListBans()).Remaining, Hour - TimeSpan.FromMinutes(5), Hour);
        }
    }

    [Fact]
    public void Of_more_than_4096_bans_the_one_that_ends_first_makes_room()
    {
        for (int i = 0; i <= PeerLimits.MaxBans; i++)
        {
            _gater.BanPeer(TestPeers.Cheap(i), Hour + TimeSpan.FromSeconds(i == 7 ? -1 : i), "x");
        }

        Assert.Equal(PeerLimits.MaxBans, _gater.ListBans().Count);
        Assert.Equal(GateVerdict.Allow, _gater.InterceptPeerDial(TestPeers.Cheap(7)));
        Assert.Equal(GateVerdict.PeerBanned, _gater.InterceptPeerDial(TestPeers.Cheap(0)));
    }

    [Fact]
    public void A_protected_peer_is_not_banned_and_protecting_ends_a_ban()
    {
        _host.Connect(Peer);
        _gater.ProtectPeer(Peer, ConnectionGater.StaticTag);
        Assert.False(_gater.BanPeer(Peer, Hour, "x"));
        Assert.Equal([Peer], _host.ConnectedPeers);
        Assert.Empty(_gater.ListBans());

        _gater.BanPeer(TestPeers.Of(2), Hour, "x");
        _gater.ProtectPeer(TestPeers.Of(2));
        Assert.Empty(_gater.ListBans());
    }

    [Fact]
    public void A_protected_peer_stays_connected_and_is_dialled_at_a_banned_address()
    {
        PeerId other = TestPeers.Of(2);
        _gater.ProtectPeer(Peer);
        _host.Connect(Peer, "52.1.2.3");
        _host.Connect(other, "52.1.2.3");
        _gater.BanAddr(Ip, Hour, "flood");
        Assert.Equal([Peer], _host.ConnectedPeers);
        Assert.Equal(GateVerdict.Allow, _gater.InterceptAddressDial(Peer, TestPeers.Address(), Ip));
        Assert.Equal(GateVerdict.AddressBanned, _gater.InterceptAddressDial(other, TestPeers.Address(), Ip));
    }

    [Fact]
    public void Protection_reaches_the_swarm_by_tag()
    {
        _gater.ProtectPeer(Peer);
        _gater.ProtectPeer(Peer, ConnectionGater.StaticTag);
        Assert.True(_host.IsProtected(Peer, "api-protected"));
        Assert.True(_host.IsProtected(Peer, "static"));
        Assert.False(_gater.CanDisconnect(TestPeers.Address().WithPeerId(Peer)));
        Assert.True(_gater.CanDisconnect(TestPeers.Address()));

        _gater.UnprotectPeer(Peer);
        Assert.False(_host.IsProtected(Peer, "api-protected"));
        Assert.Equal([Peer], _gater.ListProtectedPeers());
        _gater.UnprotectPeer(Peer, ConnectionGater.StaticTag);
        Assert.False(_host.IsProtected(Peer));
        Assert.Empty(_gater.ListProtectedPeers());
        Assert.True(_gater.CanDisconnect(TestPeers.Address().WithPeerId(Peer)));
    }

    [Fact]
    public void What_was_protected_before_the_swarm_was_there_is_protected_in_it()
    {
        ConnectionGater gater = new(timeProvider: _time);
        gater.ProtectPeer(Peer);
        gater.Attach(_host, _scores);
        Assert.True(_host.IsProtected(Peer, ConnectionGater.OperatorTag));
    }

    [Fact]
    public void A_peer_below_the_least_score_is_refused_once_it_is_known()
    {
        ConnectionGater gater = new(new GaterConfig { MinScore = -10 }, _time);
        Assert.Equal(GateVerdict.Allow, gater.InterceptPeerDial(Peer)); // No scores yet.
        gater.Attach(_host, _scores);
        _scores.Set(Peer, -10);
        Assert.Equal(GateVerdict.Allow, gater.InterceptPeerDial(Peer));
        foreach (double low in (double[])[-10.1, double.NaN, double.NegativeInfinity])
        {
            _scores.Set(Peer, low);
            Assert.Equal(GateVerdict.ScoreTooLow, gater.InterceptPeerDial(Peer));
            Assert.Equal(GateVerdict.ScoreTooLow, gater.InterceptAddressDial(Peer, TestPeers.Address(), Ip));
            Assert.Equal(GateVerdict.ScoreTooLow, gater.InterceptSecured(ConnectionDirection.Inbound, Peer, TestPeers.Address(), Ip));
            Assert.Equal(GateVerdict.Allow, gater.InterceptAccept(TestPeers.Address(), Ip));
            Assert.Equal(DialError.ScoreTooLow, gater.CanDial(TestPeers.Address().WithPeerId(Peer)));
        }

        gater.ProtectPeer(Peer);
        Assert.Equal(GateVerdict.Allow, gater.InterceptPeerDial(Peer));
        Assert.Equal(GateVerdict.Allow, _gater.InterceptPeerDial(Peer)); // Not asked without the setting.
    }

    [Fact]
    public void Durations_without_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _gater.BanPeer(Peer, TimeSpan.Zero, "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _gater.BanAddr(Ip, TimeSpan.FromDays(366), "x"));
    }

    private void ShouldBe(GateVerdict withPeer, GateVerdict withoutPeer)
    {
        Assert.Equal(withoutPeer, _gater.InterceptAccept(TestPeers.Address(), Ip));
        Assert.Equal(withPeer, _gater.InterceptSecured(ConnectionDirection.Inbound, Peer, TestPeers.Address(), Ip));
        Assert.Equal(withPeer, _gater.InterceptAddressDial(Peer, TestPeers.Address(), Ip));
    }
}
