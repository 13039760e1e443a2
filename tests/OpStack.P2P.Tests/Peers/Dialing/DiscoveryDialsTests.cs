using System.Threading.Channels;
using OpStack.Discv5.Records;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Peers.Dialing;

/// <summary>op-node's pace of dials, in virtual time.</summary>
public sealed class DiscoveryDialsTests : IAsyncLifetime
{
    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly LogRecorder _log = new();
    private readonly Channel<Enr> _records = Channel.CreateUnbounded<Enr>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly FakePeerHost _host;
    private readonly ConnectionGater _gater;
    private readonly PeerStore _store;
    private readonly DiscoveryDials _dials;
    private readonly Task _running;
    private int _wanted = int.MaxValue;

    public DiscoveryDialsTests()
    {
        _host = new FakePeerHost(_time);
        _gater = new ConnectionGater(timeProvider: _time);
        _gater.Attach(_host, new FakeScores());
        _store = new PeerStore(timeProvider: _time);
        PeerStoreRecorder recorder = new(_store, _host);
        _host.ObserveConnections(recorder);
        _host.Observe(recorder);
        _dials = NewDials(_gater, () => _host.ConnectedPeers.Count < _wanted);
        _running = _dials.RunAsync(_records.Reader, _stopping.Token);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(60));
        _stopping.Dispose();
    }

    [Fact]
    public async Task What_is_found_is_dialled_at_the_next_tick_of_5_s()
    {
        DateTimeOffset begin = _time.GetUtcNow();
        _records.Writer.TryWrite(TestRecords.Of(1));
        await Until.TrueAsync(() => _store.Count == 1);
        _time.Advance(Fast - TimeSpan.FromTicks(1));
        Assert.Empty(_host.Dials);
        await TickAsync(TimeSpan.FromTicks(1));

        FakePeerHost.DialCall dial = Assert.Single(_host.Dials);
        Assert.Equal((TestPeers.Of(1), begin + Fast, TimeSpan.FromSeconds(10), false), (dial.Peer, dial.At, dial.Options.Deadline, dial.Options.IgnoreBackoff));
        Assert.Equal([TestPeers.Address().WithPeerId(TestPeers.Of(1))], dial.Addresses);
        Assert.Equal(42, _host.GetValue(TestPeers.Of(1)));
    }

    [Fact]
    public async Task A_record_that_we_fail_at_does_not_keep_the_others_out()
    {
        _host.OnSetTag = peer => _ = peer.Equals(TestPeers.Of(1)) ? throw new Libp2pException(Libp2pError.LimitReached, "32 tags") : 0;
        _records.Writer.TryWrite(TestRecords.Of(1));
        _records.Writer.TryWrite(TestRecords.Of(2));
        await Until.TrueAsync(() => _host.GetValue(TestPeers.Of(2)) == 42);
        Assert.Single(_log.Of(2664));
    }

    [Fact]
    public async Task With_enough_peers_nothing_is_dialled()
    {
        _host.OnDial = Connect;
        _wanted = 3;
        Offer(10);
        await TickAsync(Fast);
        Assert.InRange(_host.ConnectedPeers.Count, 3, 6); // Four workers look before they dial.
        int dialled = _host.Dials.Count;
        _host.Drop(_ => true);
        _wanted = 0;
        _time.Advance(Slow);
        _wanted = 3;
        await TickAsync(Slow);
        Assert.InRange(_host.Dials.Count, dialled + 3, dialled + 6);
    }

    [Fact]
    public async Task With_enough_peers_the_tick_is_20_s_and_5_s_again_when_some_are_gone()
    {
        DateTimeOffset begin = _time.GetUtcNow();
        List<double> asked = [];
        bool wants = false;
        bool Ask()
        {
            lock (asked)
            {
                asked.Add((_time.GetUtcNow() - begin).TotalSeconds);
            }

            return wants;
        }

        Task running = NewDials(_gater, Ask).RunAsync(_records.Reader, _stopping.Token);
        for (int second = 1; second <= 60; second++)
        {
            wants = second > 40;
            int before = asked.Count;
            _time.Advance(TimeSpan.FromSeconds(1));
            if (second is 5 or 25 or 45 or 50 or 55 or 60)
            {
                await Until.TrueAsync(() => Volatile.Read(ref asked).Count > before);
            }
        }

        await _stopping.CancelAsync();
        await running;
        Assert.Equal([5, 25, 45, 50, 55, 60], asked.Distinct());
    }

    [Fact]
    public async Task Four_dials_run_at_once_and_a_round_begins_none_after_30_s()
    {
        DateTimeOffset begin = _time.GetUtcNow();
        SemaphoreSlim gate = new(0);
        int running = 0, most = 0;
        _host.OnDial = async (_, ct) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.WaitAsync(ct);
            Interlocked.Decrement(ref running);
            throw new Libp2pException(Libp2pError.Timeout, "nobody there");
        };
        Offer(40);
        _time.Advance(Fast);
        for (int dials = 4; dials <= 12; dials += 4)
        {
            await Until.TrueAsync(() => _host.Dials.Count == dials);
            _time.Advance(TimeSpan.FromSeconds(10));
            gate.Release(4);
        }

        // Its tick is long past when a round ends, so the next one begins at once.
        await Until.TrueAsync(() => _log.Of(2665).Count == 1 && _host.Dials.Count == 16);
        Assert.Equal([5, 5, 5, 5, 15, 15, 15, 15, 25, 25, 25, 25, 35, 35, 35, 35], _host.Dials.Select(dial => (dial.At - begin).TotalSeconds));
        Assert.Equal(4, most);
        gate.Release(100);
    }

    [Fact]
    public async Task What_failed_is_a_candidate_again_until_the_gater_says_stop()
    {
        ConnectionGater strict = new(new GaterConfig { PeerRedialing = 3 }, _time);
        DiscoveryDials dials = NewDials(strict, () => true);
        _host.OnDial = (peer, _) =>
        {
            // As the swarm does.
            strict.InterceptAddressDial(peer, TestPeers.Address(), System.Net.IPAddress.Parse("52.1.2.3"));
            throw new Libp2pException(Libp2pError.DialFailed, "nobody there");
        };
        _wanted = 0; // The other one rests.
        Task running = dials.RunAsync(Channel.CreateUnbounded<Enr>().Reader, _stopping.Token);
        Assert.True(dials.Offer(TestRecords.Of(1)));
        for (int i = 1; i <= 6; i++)
        {
            _time.Advance(Fast);
            await Until.TrueAsync(() => _log.Of(2665).Count == i);
        }

        Assert.Equal(3, _host.Dials.Count);
        await _stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Peers_of_an_earlier_run_are_dialled_without_being_found_again()
    {
        _store.AddAddresses(TestPeers.Of(5), [TestPeers.Address()], AddressSource.Connection);
        _records.Writer.Complete();
        await TickAsync(Fast);
        Assert.Equal(TestPeers.Of(5), Assert.Single(_host.Dials).Peer);
    }

    [Fact]
    public async Task Blocked_banned_and_connected_peers_and_ourselves_are_not_dialled()
    {
        Offer(4);
        _store.AddAddresses(_host.LocalPeerId, [TestPeers.Address()], AddressSource.Discovery);
        _gater.BlockPeer(TestPeers.Of(0));
        _gater.BanPeer(TestPeers.Of(1), TimeSpan.FromHours(1), "x");
        _host.Connect(TestPeers.Of(2), direction: ConnectionDirection.Inbound);
        await TickAsync(Fast);
        Assert.Equal([TestPeers.Of(3)], _host.Dials.Select(dial => dial.Peer));
    }

    [Fact]
    public async Task A_round_takes_64_candidates_of_a_full_store()
    {
        for (int i = 0; i < 1000; i++)
        {
            _store.AddAddresses(TestPeers.Cheap(i), [TestPeers.Address()], AddressSource.Discovery);
        }

        await TickAsync(Fast);
        Assert.Equal(PeerLimits.MaxDialsPerRound, _host.Dials.Count);
        Assert.True(_host.Dials.DistinctBy(dial => dial.Peer).Count() == PeerLimits.MaxDialsPerRound);
        Assert.False(_host.Dials.Select(dial => dial.Peer).SequenceEqual(Enumerable.Range(0, PeerLimits.MaxDialsPerRound).Select(TestPeers.Cheap)));
    }

    [Fact]
    public void Records_of_other_chains_without_an_address_or_of_ourselves_are_not_kept()
    {
        Assert.False(_dials.Offer(TestRecords.Of(1, chainId: 10)));
        Assert.False(_dials.Offer(TestRecords.Of(1, chainId: null)));
        using Secp256k1PrivateKey key = TestRecords.Key(2);
        Assert.False(_dials.Offer(new EnrBuilder(1).Set(OpStackEnr.Key, OpStackEnr.FromChainId(TestRecords.ChainId).Encode()).Build(key)));
        Assert.False(_dials.Offer(TestRecords.Of(99_999)));
        Assert.Equal(0, _store.Count);
        Assert.True(_dials.Offer(TestRecords.Of(1)));
    }

    [Theory]
    [InlineData(0, 20, 4, 10, 30, "FastInterval")]
    [InlineData(5, 0, 4, 10, 30, "SlowInterval")]
    [InlineData(5, 20, 0, 10, 30, "Workers")]
    [InlineData(5, 20, 17, 10, 30, "Workers")]
    [InlineData(5, 20, 4, 0, 30, "DialTimeout")]
    [InlineData(5, 20, 4, 10, 0, "RoundTimeout")]
    public void Settings_out_of_range_are_named(int fast, int slow, int workers, int dial, int round, string name)
    {
        DiscoveryDialOptions options = new()
        {
            FastInterval = TimeSpan.FromSeconds(fast),
            SlowInterval = TimeSpan.FromSeconds(slow),
            Workers = workers,
            DialTimeout = TimeSpan.FromSeconds(dial),
            RoundTimeout = TimeSpan.FromSeconds(round),
        };
        Assert.Equal(name, Assert.Throws<ArgumentException>(options.Validate).ParamName);
    }

    private DiscoveryDials NewDials(IConnectionGater gater, Func<bool> wantsPeers) =>
        new(TestRecords.ChainId, new DiscoveryDialOptions(), _host, gater, _store, wantsPeers, _time, new Random(1), _log);

    private Task Connect(PeerId peer, CancellationToken cancellationToken)
    {
        _host.Connect(peer);
        return Task.CompletedTask;
    }

    private void Offer(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(_dials.Offer(TestRecords.Of(i)));
        }
    }

    /// <summary>Lets so much time pass, and waits for the round that it brings about.</summary>
    private async Task TickAsync(TimeSpan time)
    {
        int rounds = _log.Of(2665).Count;
        _time.Advance(time);
        await Until.TrueAsync(() => _log.Of(2665).Count == rounds + 1);
    }
}
