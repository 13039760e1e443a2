using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Node;

/// <summary>
/// Says how the metrics of a running network are read: the one place that knows both. What only a loop may read (the router's, discovery's) is
/// copied every <see cref="NetworkLimits.SampleInterval"/> while somebody listens; the rest is read when it is collected, what many metrics have
/// in common once for all of them.
/// </summary>
internal sealed partial class NetworkMetrics : IConnectionObserver, IAsyncDisposable
{
    private readonly MetricSource _source;
    private readonly GossipDriver _gossip;
    private readonly DiscoverySupervisor? _discovery;
    private readonly SharedReading<SwarmStatistics> _swarm;
    private readonly SharedReading<GossipsubStatistics> _streams;
    private readonly GossipReadings _gossipReadings;
    private readonly TimeProvider _time;
    private readonly IDisposable _observation;
    private readonly RepeatedTask _samples;
    private DiscoverySample? _found;
    private long? _scoredAt;

    /// <summary>Begins; the parts are running.</summary>
    /// <param name="source">Where the readings go; stays the caller's.</param>
    /// <param name="parts">What is read.</param>
    /// <param name="time">Clock and timers.</param>
    public NetworkMetrics(MetricSource source, MeasuredParts parts, TimeProvider time)
    {
        _source = source;
        _gossip = parts.Gossip;
        _discovery = parts.Discovery;
        _time = time;
        _swarm = new SharedReading<SwarmStatistics>(() => _gossip.ConnectionManager.Statistics, NetworkLimits.ReadingAge, time);
        _streams = new SharedReading<GossipsubStatistics>(() => _gossip.Statistics, NetworkLimits.ReadingAge, time);
        _gossipReadings = new GossipReadings(source, parts.ChainId, () => _streams.Value, parts.ApplicationScores);
        ObserveConnections();
        ObserveGate();
        ObserveDiscovery();
        ObserveSync(parts.Sync, parts.Server);
        ObserveNode(parts.Board);
        _observation = _gossip.ConnectionManager.ObserveConnections(this);
        _samples = RepeatedTask.Start(NetworkLimits.SampleInterval, time, SampleSafelyAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _observation.Dispose();
        await _samples.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Off the swarm's lock, under which this is told: what a listener does is not ours.</summary>
    void IConnectionObserver.OnConnectionClosed(ConnectionInfo connection, ConnectionCloseReason reason)
    {
        MetricHistogram lives = _source.Histogram(ConnectionMetrics.Duration);
        if (lives.IsEnabled)
        {
            double seconds = (_time.GetUtcNow() - connection.OpenedAt).TotalSeconds;
            ThreadPool.UnsafeQueueUserWorkItem(
                static life => life.Lives.Record(life.Seconds, life.Direction), (Lives: lives, Seconds: seconds, Direction: (int)connection.Direction), preferLocal: false);
        }
    }

    /// <summary>Copies what the loops have, and looks at scores when that is due.</summary>
    internal async Task SampleAsync(CancellationToken cancellationToken = default)
    {
        RouterSnapshot router = await _gossip.GetSnapshotAsync(cancellationToken).ConfigureAwait(false);
        _swarm.Forget();
        _streams.Forget();
        _gossipReadings.OnSample(router);
        if (_scoredAt is not { } last || _time.GetElapsedTime(last) >= NetworkLimits.ScoreInterval)
        {
            _scoredAt = _time.GetTimestamp();
            _gossipReadings.RecordScores(router);
        }

        if (_discovery?.Handler is { } discovery)
        {
            Volatile.Write(ref _found, await DiscoverySample.TakeAsync(discovery, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>A part that ends meanwhile, or is begun anew, has its next sample or none.</summary>
    private async Task SampleSafelyAsync(CancellationToken stopped)
    {
        if (!_source.IsObserved)
        {
            return;
        }

        try
        {
            await SampleAsync(stopped).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or Discv5.Discv5Exception && !stopped.IsCancellationRequested)
        {
            // Its part says so itself.
        }
    }
}
