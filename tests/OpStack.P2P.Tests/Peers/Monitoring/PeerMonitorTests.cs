using System.Text.RegularExpressions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Monitoring;

/// <summary>Inspections in virtual time: who is told of a ban, in what order, and what the log says.</summary>
public sealed class PeerMonitorTests : IAsyncDisposable
{
    private static readonly PeerId Peer = TestPeers.Of(1);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeScores _scores = new();
    private readonly LogRecorder _log = new();
    private readonly FakePeerHost _host;
    private readonly ConnectionGater _gater;
    private readonly FakeTarget _target = new();
    private readonly PeerMonitor _monitor;

    public PeerMonitorTests()
    {
        _host = new FakePeerHost(_time);
        _gater = new ConnectionGater(timeProvider: _time);
        _gater.Attach(_host, _scores);
        _monitor = new PeerMonitor(new PeerMonitoring(), _host, _gater, _scores, _time, _log);
        _monitor.AddTarget(new FaultyTarget());
        _monitor.AddTarget(_target);
    }

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Fact]
    public async Task A_peer_below_the_threshold_is_banned_everywhere_for_an_hour_at_the_next_inspection()
    {
        _host.Connect(Peer, "52.1.2.3", 9222);
        _host.Connect(Peer, "2a00::5", 30000, ConnectionDirection.Inbound);
        _host.Connect(TestPeers.Of(2));
        _scores.Set(Peer, -100.5, ScoreCause.InvalidMessages);
        _monitor.Start();
        _time.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromTicks(1));
        Assert.Equal(2, _host.ConnectedPeers.Count);
        _time.Advance(TimeSpan.FromTicks(1));
        await Until.TrueAsync(() => _target.Orders.Count == 1);

        Assert.Equal([TestPeers.Of(2)], _host.ConnectedPeers);
        Assert.Equal(TimeSpan.FromHours(1), Assert.Single(_gater.ListBans()).Remaining);
        BanOrder order = Assert.Single(_target.Orders);
        Assert.Equal((Peer, TimeSpan.FromHours(1), "invalid-messages", -100.5), (order.Peer, order.Duration, order.Reason, order.Score));
        Assert.Equal([$"/ip4/52.1.2.3/tcp/9222/p2p/{Peer}", $"/ip6/2a00::5/tcp/30000/p2p/{Peer}"], order.Addresses.Select(a => a.ToString()));
        Assert.Equal(GateVerdict.PeerBanned, _gater.InterceptPeerDial(Peer));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(GateVerdict.Allow, _gater.InterceptPeerDial(Peer));
    }

    [Fact]
    public async Task The_line_for_firewalls_is_what_its_contract_says()
    {
        _host.Connect(Peer, "52.1.2.3", 9222);
        _host.Connect(Peer, "52.1.2.3", 9223, ConnectionDirection.Inbound);
        _host.Connect(Peer, "2a00::5", 30000, ConnectionDirection.Inbound);
        _scores.Set(Peer, -101, ScoreCause.IpColocation);
        await _monitor.InspectAsync();

        Assert.Equal(
            [
                $"CANONICAL_MISBEHAVING_PEER: peer={Peer} addr=/ip4/52.1.2.3/tcp/9222 component=peer-score reason=ip-colocation",
                $"CANONICAL_MISBEHAVING_PEER: peer={Peer} addr=/ip6/2a00::5/tcp/30000 component=peer-score reason=ip-colocation",
            ],
            _log.Of(2640));

        // The filter in its documentation, with <HOST> as fail2ban has it.
        Regex filter = new(@"CANONICAL_MISBEHAVING_PEER: peer=\S+ addr=/ip[46]/(?<host>[0-9a-f.:]+)/tcp/\d+ component=\S+ reason=\S+$");
        Assert.Equal(["52.1.2.3", "2a00::5"], _log.Of(2640).Select(line => filter.Match(line).Groups["host"].Value));
    }

    [Fact]
    public async Task Whoever_breaks_the_protocol_is_told_once_per_ip_and_inspection()
    {
        _monitor.Start();
        for (int i = 0; i < 1000; i++)
        {
            _host.Connect(Peer, "52.1.2.3", 1000 + i, ConnectionDirection.Inbound);
            _host.Drop(_ => true, ConnectionCloseReason.ProtocolViolation);
            _host.Connect(Peer, "52.1.2.4", 1000 + i, ConnectionDirection.Inbound);
            _host.Drop(_ => true, ConnectionCloseReason.ClosedByRemote);
        }

        await _monitor.InspectAsync();
        await _monitor.InspectAsync();
        Assert.Equal(
            [$"CANONICAL_MISBEHAVING_PEER: peer={Peer} addr=/ip4/52.1.2.3/tcp/1999 component=connection reason=protocol-violation"],
            _log.Of(2640));
    }

    [Fact]
    public async Task Many_that_break_the_protocol_are_256_lines()
    {
        _monitor.Start();
        for (int i = 0; i < 1000; i++)
        {
            _host.Connect(TestPeers.Cheap(i));
            _host.Drop(_ => true, ConnectionCloseReason.ProtocolViolation);
        }

        await _monitor.InspectAsync();
        Assert.Equal(256, _log.Of(2640).Count);
    }

    [Fact]
    public async Task A_target_that_throws_keeps_no_other_from_the_ban()
    {
        _host.Connect(Peer);
        _scores.Set(Peer, -101);
        await _monitor.InspectAsync();
        Assert.Single(_target.Orders);
        Assert.Contains(nameof(FaultyTarget), Assert.Single(_log.Of(2642)));
    }

    [Fact]
    public async Task A_target_that_hangs_holds_the_ban_up_for_five_seconds()
    {
        FakeTarget hanging = new() { Delay = Timeout.InfiniteTimeSpan };
        await using PeerMonitor monitor = new(new PeerMonitoring(), _host, _gater, _scores, _time, _log);
        monitor.AddTarget(hanging);
        monitor.AddTarget(_target);
        _host.Connect(Peer);
        _scores.Set(Peer, -101);
        Task inspection = monitor.InspectAsync();
        Assert.Single(hanging.Orders);
        Assert.Empty(_host.ConnectedPeers); // The gater came first.
        Assert.Empty(_target.Orders);
        _time.Advance(TimeSpan.FromSeconds(5));
        await inspection.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Single(_target.Orders);
    }

    [Fact]
    public async Task On_loopback_only_the_identity_is_banned()
    {
        _host.Connect(Peer, "127.0.0.1");
        _host.Connect(Peer, "::1");
        _scores.Set(Peer, -101);
        await _monitor.InspectAsync();
        Assert.Empty(Assert.Single(_target.Orders).Addresses);
    }

    [Fact]
    public async Task Static_and_protected_peers_stay()
    {
        _host.Connect(Peer);
        _host.Connect(TestPeers.Of(2));
        _gater.ProtectPeer(Peer, ConnectionGater.StaticTag);
        _gater.ProtectPeer(TestPeers.Of(2));
        _scores.Set(Peer, -1000);
        _scores.Set(TestPeers.Of(2), -1000);
        await _monitor.InspectAsync();
        Assert.Equal(2, _host.ConnectedPeers.Count);
        Assert.Empty(_gater.ListBans());
        Assert.Empty(_log.Of(2640));
    }

    [Fact]
    public async Task A_spared_peer_is_trimmed_first_told_once_and_forgiven_when_it_recovers()
    {
        _host.Connect(Peer);
        _scores.Set(Peer, -101, ScoreCause.Behaviour);
        await _monitor.InspectAsync();
        await _monitor.InspectAsync();
        Assert.Equal([Peer], _host.ConnectedPeers);
        Assert.Equal(1, _monitor.SparedCount);
        Assert.True(_host.GetValue(Peer) < 0);
        Assert.Single(_log.Of(2641));
        Assert.Empty(_log.Of(2640));

        _scores.Set(Peer, -99, ScoreCause.Behaviour);
        await _monitor.InspectAsync();
        Assert.Equal(0, _monitor.SparedCount);
        Assert.Equal(0, _host.GetValue(Peer));
    }

    [Fact]
    public async Task An_inspection_that_fails_is_not_the_last()
    {
        ThrowingScores scores = new();
        await using PeerMonitor monitor = new(new PeerMonitoring(), _host, _gater, scores, _time, _log);
        monitor.Start();
        _host.Connect(Peer);
        for (int i = 1; i <= 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            await Until.TrueAsync(() => _log.Of(2643).Count == i);
        }
    }

    private sealed class FakeTarget : IBanTarget
    {
        public List<BanOrder> Orders { get; } = [];

        public TimeSpan Delay { get; init; } = TimeSpan.Zero;

        public async ValueTask BanAsync(BanOrder order, CancellationToken cancellationToken)
        {
            Orders.Add(order);
            await Task.Delay(Delay, cancellationToken);
        }
    }

    private sealed class FaultyTarget : IBanTarget
    {
        public ValueTask BanAsync(BanOrder order, CancellationToken cancellationToken) => throw new InvalidOperationException("no discovery here");
    }

    private sealed class ThrowingScores : IPeerScores
    {
        public PeerScoreReading Read(PeerId peer) => throw new InvalidOperationException("no scores");
    }
}
