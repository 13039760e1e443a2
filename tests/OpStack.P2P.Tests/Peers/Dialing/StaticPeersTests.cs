using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Dialing;

/// <summary>When static peers are dialled, in virtual time.</summary>
public sealed class StaticPeersTests : IAsyncDisposable
{
    private static readonly PeerId Peer = TestPeers.Of(1);
    private static readonly Multiaddr Address = TestPeers.Address().WithPeerId(Peer);

    private readonly FakeTimeProvider _time = new();
    private readonly LogRecorder _log = new();
    private readonly FakePeerHost _host;
    private readonly ConnectionGater _gater;
    private readonly PeerStore _store;
    private StaticPeers? _static;

    public StaticPeersTests()
    {
        _host = new FakePeerHost(_time);
        _gater = new ConnectionGater(timeProvider: _time);
        _gater.Attach(_host, new FakeScores());
        _store = new PeerStore(timeProvider: _time);
    }

    public ValueTask DisposeAsync() => _static?.DisposeAsync() ?? default;

    [Fact]
    public void The_wait_grows_by_half_from_5_s_to_5_min()
    {
        double[] seconds = [.. Enumerable.Range(0, 13).Select(i => RedialBackoff.After(i, 0.5).TotalSeconds)];
        double[] expected = [5, 7.5, 11.25, 16.875, 25.3125, 37.969, 56.953, 85.43, 128.145, 192.217, 288.325, 300, 300];
        Assert.Equal(expected, seconds, (a, b) => Math.Abs(a - b) < 0.001);
        Assert.Equal(TimeSpan.FromSeconds(4), RedialBackoff.After(0, 0));
        Assert.Equal(TimeSpan.FromMinutes(6), RedialBackoff.After(int.MaxValue, 1));
    }

    [Fact]
    public async Task A_peer_is_dialled_at_the_start_and_with_growing_waits_while_nobody_is_there()
    {
        DateTimeOffset begin = _time.GetUtcNow();
        Start(Address);
        await Until.TrueAsync(() => _log.Of(2661).Count == 1);
        for (int dial = 2; dial <= 30; dial++)
        {
            // The timer is set once the failure is told; the longest wait is 6 min.
            _time.Advance(TimeSpan.FromMinutes(6));
            await Until.TrueAsync(() => _log.Of(2661).Count == dial);
        }

        Assert.Equal(begin, _host.Dials.First().At);
        Assert.All(_host.Dials, dial => Assert.Equal((true, TimeSpan.FromSeconds(30)), (dial.Options.IgnoreBackoff, dial.Options.Deadline)));
        Assert.Equal(30, _host.Dials.Count);
    }

    [Fact]
    public void Waits_begin_anew_after_a_minute_of_connection_and_grow_on_after_less()
    {
        StaticPeer peer = new(Peer, [Address]);
        TimeSpan now = TimeSpan.Zero;
        Assert.True(peer.Due <= now);
        foreach (double expected in (double[])[5, 7.5, 11.25])
        {
            peer.Begin();
            Assert.Null(peer.Due);
            Assert.Equal(TimeSpan.FromSeconds(expected), peer.End(now, 0.5));
            now = peer.Due!.Value;
        }

        // Taken in and thrown out.
        peer.Begin();
        peer.OnConnected(now);
        Assert.Null(peer.End(now, 0.5));
        now += StaticPeer.GoodConnection - TimeSpan.FromTicks(1);
        peer.OnDisconnected(now, 0.5);
        Assert.Equal(now + TimeSpan.FromSeconds(16.875), peer.Due);

        // It dials us, and stays.
        peer.OnConnected(now);
        Assert.Null(peer.Due);
        now += StaticPeer.GoodConnection;
        peer.OnDisconnected(now, 0.5);
        Assert.Equal(now + TimeSpan.FromSeconds(5), peer.Due);
    }

    [Fact]
    public async Task A_connected_peer_is_left_alone_and_dialled_again_when_it_is_gone()
    {
        _host.OnDial = (peer, _) =>
        {
            _host.Connect(peer);
            return Task.CompletedTask;
        };
        Start(Address);
        await Until.TrueAsync(() => _host.ConnectedPeers.Count == 1);
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Single(_host.Dials);

        _host.Drop(_ => true);
        _time.Advance(TimeSpan.FromSeconds(4) - TimeSpan.FromMilliseconds(1));
        Assert.Single(_host.Dials);
        _time.Advance(TimeSpan.FromSeconds(2) + TimeSpan.FromMilliseconds(1));
        await Until.TrueAsync(() => _host.ConnectedPeers.Count == 1);
        Assert.Equal(2, _host.Dials.Count);
    }

    [Fact]
    public async Task A_peer_that_is_connected_already_is_not_dialled()
    {
        _host.Connect(Peer, direction: ConnectionDirection.Inbound);
        Start(Address);
        _time.Advance(TimeSpan.FromHours(1));
        await _static!.DisposeAsync();
        Assert.Empty(_host.Dials);
    }

    [Fact]
    public async Task Several_addresses_of_a_peer_are_one_dial_and_ours_are_left_out()
    {
        Multiaddr second = TestPeers.Address("2a00::5").WithPeerId(Peer);
        Start(Address, TestPeers.Address("52.7.7.7").WithPeerId(_host.LocalPeerId), second, Address, TestPeers.Address().WithPeerId(TestPeers.Of(2)));
        await Until.TrueAsync(() => _host.Dials.Count == 2);
        Assert.Equal([Address, second], _host.Dials.Single(dial => dial.Peer.Equals(Peer)).Addresses);
        Assert.Single(_log.Of(2660));
        Assert.DoesNotContain(_host.LocalPeerId, _gater.ListProtectedPeers());
    }

    [Fact]
    public async Task Static_peers_are_protected_exempt_from_the_threshold_and_remembered_for_a_week()
    {
        Start(Address);
        Assert.True(_host.IsProtected(Peer, "static"));
        Assert.False(_gater.BanPeer(Peer, TimeSpan.FromHours(1), "x"));
        _time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromTicks(1));
        Assert.Equal(AddressSource.Static, Assert.Single(_store.Get(Peer)!.Addresses).Source);
        await Until.TrueAsync(() => !_host.Dials.IsEmpty);
    }

    [Fact]
    public async Task A_fault_of_ours_does_not_end_the_dialling()
    {
        _host.OnDial = (_, _) => throw new InvalidDataException("a resolver of the host's");
        Start(Address);
        await Until.TrueAsync(() => _log.Of(2664).Count == 1);
        await Until.TrueAsync(() => _log.Of(2661).Count == 1);
        _time.Advance(TimeSpan.FromSeconds(6));
        await Until.TrueAsync(() => _log.Of(2664).Count == 2);
    }

    [Fact]
    public async Task A_peer_that_is_being_dialled_is_known_to_the_gater_and_disposal_ends_the_dial()
    {
        TaskCompletionSource begun = new();
        _host.OnDial = async (_, ct) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        };
        Start(Address);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(DialError.AlreadyDialing, _gater.CanDial(Address));
        await _static!.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(DialError.None, _gater.CanDial(Address));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Single(_host.Dials);
    }

    private void Start(params Multiaddr[] addresses)
    {
        _static = new StaticPeers(addresses, _host, _gater, _store, _time, new Random(5), _log);
        _static.Start();
    }
}
