using OpStack.Libp2p;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Monitoring;

/// <summary>op-node's pace of pings, in virtual time.</summary>
public sealed class PingRoundsTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(3);

    private readonly FakeTimeProvider _time = new();
    private readonly LogRecorder _log = new();
    private readonly FakePeerHost _host;
    private readonly PeerStore _store;
    private readonly PingRounds _rounds;

    public PingRoundsTests()
    {
        _host = new FakePeerHost(_time);
        _store = new PeerStore(timeProvider: _time);
        _rounds = new PingRounds(_host, _store, _time, _log);
    }

    public ValueTask DisposeAsync() => _rounds.DisposeAsync();

    [Fact]
    public async Task Every_three_minutes_ten_at_once_then_one_a_second()
    {
        Connect(13);
        _rounds.Start();
        DateTimeOffset begin = _time.GetUtcNow();
        _time.Advance(Interval - TimeSpan.FromTicks(1));
        Assert.Empty(_host.Pings);
        _time.Advance(TimeSpan.FromTicks(1));
        await Until.TrueAsync(() => _host.Pings.Count == 10);
        for (int i = 11; i <= 13; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Until.TrueAsync(() => _host.Pings.Count == i);
        }

        Assert.Equal(
            [.. Enumerable.Repeat(begin + Interval, 10), .. Enumerable.Range(1, 3).Select(i => begin + Interval + TimeSpan.FromSeconds(i))],
            _host.Pings.Select(ping => ping.At));
        Assert.Equal(13, _host.Pings.DistinctBy(ping => ping.Peer).Count());
        await Until.TrueAsync(() => _store.Count == 13);

        _time.Advance(Interval - TimeSpan.FromSeconds(3));
        await Until.TrueAsync(() => _host.Pings.Count == 23);
        Assert.Equal(begin + (2 * Interval), _host.Pings.Last().At);
    }

    [Fact]
    public async Task What_is_measured_is_averaged_in_the_store()
    {
        Connect(1);
        Queue<int> results = new([100, 200]);
        _host.OnPing = (_, _) => Task.FromResult(TimeSpan.FromMilliseconds(results.Dequeue()));
        _rounds.Start();
        _time.Advance(Interval);
        await Until.TrueAsync(() => _store.Get(TestPeers.Cheap(0))?.Latency == TimeSpan.FromMilliseconds(100));
        _time.Advance(Interval);
        await Until.TrueAsync(() => _store.Get(TestPeers.Cheap(0))?.Latency == TimeSpan.FromMilliseconds(110));
    }

    [Fact]
    public async Task Pings_that_fail_end_no_round_and_cost_nothing()
    {
        Connect(2);
        _host.OnPing = (peer, _) => peer.Equals(TestPeers.Cheap(0))
            ? throw new Libp2pException(Libp2pError.Timeout, "no answer")
            : throw new InvalidDataException("a fault of ours");
        _rounds.Start();
        for (int round = 1; round <= 2; round++)
        {
            _time.Advance(Interval);
            await Until.TrueAsync(() => _host.Pings.Count == 2 * round && _log.Of(2645).Count == round && _log.Of(2647).Count == round);
        }

        Assert.Equal(2, _host.ConnectedPeers.Count);
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public async Task A_round_ends_after_three_minutes_whoever_is_left()
    {
        Connect(1000);
        _rounds.Start();
        _time.Advance(Interval);
        await Until.TrueAsync(() => _host.Pings.Count == 10);
        for (int i = 11; i <= 189; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Until.TrueAsync(() => _host.Pings.Count == i);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        await Until.TrueAsync(() => _log.Of(2646).Count == 1);
        Assert.InRange(_host.Pings.Count, 189, 200);
    }

    [Fact]
    public async Task Disposal_ends_a_round_that_hangs()
    {
        Connect(20);
        int running = 0;
        _host.OnPing = async (_, ct) =>
        {
            Interlocked.Increment(ref running);
            await Task.Delay(Timeout.InfiniteTimeSpan, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield(); // It takes a moment to notice.
            Interlocked.Decrement(ref running);
            return default;
        };
        _rounds.Start();
        _time.Advance(Interval);
        await Until.TrueAsync(() => _host.Pings.Count == 10);
        await _rounds.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, running);
    }

    private void Connect(int peers)
    {
        for (int i = 0; i < peers; i++)
        {
            _host.Connect(TestPeers.Cheap(i));
        }
    }
}
