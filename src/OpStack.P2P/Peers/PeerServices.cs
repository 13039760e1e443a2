using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Peers;

/// <summary>
/// Everything a running node does about its peers, in one piece: monitor, pings, static peers, dials of what discovery finds. Started after
/// the swarm listens, disposed before it is.
/// </summary>
internal sealed class PeerServices : IAsyncDisposable
{
    private readonly int _lowWater;
    private readonly IPeerHost _host;
    private readonly PeerMonitor? _monitor;
    private readonly PingRounds? _pings;
    private readonly StaticPeers _static;
    private readonly DiscoveryDials _discovery;

    /// <param name="options">Checked already.</param>
    /// <param name="host">The swarm, which has the gater for its gate.</param>
    /// <param name="gater">Attached here.</param>
    /// <param name="store">What is known of peers.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="random">Jitter and shuffles; not used by others meanwhile.</param>
    /// <param name="loggers">Where logs go.</param>
    public PeerServices(
        PeerServicesOptions options,
        IPeerHost host,
        IConnectionGater gater,
        PeerStore store,
        TimeProvider time,
        Random random,
        ILoggerFactory loggers)
    {
        _lowWater = options.Limits.LowWater;
        _host = host;
        IPeerScores scores = options.Scores ?? store;
        gater.Attach(host.Connections, scores);
        _monitor = options.Monitoring is { } monitoring
            ? new PeerMonitor(monitoring, host.Connections, gater, scores, time, loggers.CreateLogger<PeerMonitor>())
            : null;
        _pings = options.Pings ? new PingRounds(host, store, time, loggers.CreateLogger<PingRounds>(), options.PingMeasurements) : null;
        _static = new StaticPeers(
            options.StaticPeers, host, gater, store, time, new Random(random.Next()), loggers.CreateLogger<StaticPeers>());
        _discovery = new DiscoveryDials(
            options.ChainId, options.Discovery, host, gater, store, WantsPeers, time, new Random(random.Next()), loggers.CreateLogger<DiscoveryDials>());
    }

    /// <summary>Begins to look after connections. Once.</summary>
    public void Start()
    {
        _monitor?.Start();
        _pings?.Start();
        _static.Start();
    }

    /// <summary>As <see cref="PeerMonitor.SparedCount"/>; none without a monitor.</summary>
    public int SparedCount => _monitor?.SparedCount ?? 0;

    /// <summary>As <see cref="PeerMonitor.AddTarget"/>; without a monitor there are no bans to tell.</summary>
    public void AddBanTarget(IBanTarget target) => _monitor?.AddTarget(target);

    /// <summary>As <see cref="DiscoveryDials.RunAsync"/>.</summary>
    public Task DialDiscoveredAsync(ChannelReader<Enr> records, CancellationToken cancellationToken) =>
        _discovery.RunAsync(records, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _static.DisposeAsync().ConfigureAwait(false);
        if (_pings is not null)
        {
            await _pings.DisposeAsync().ConfigureAwait(false);
        }

        if (_monitor is not null)
        {
            await _monitor.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// While the swarm wants outbound connections, or too few of those connected are any use: a spared peer does not count, so whoever
    /// fills our places and misbehaves cannot keep us from looking for others.
    /// </summary>
    private bool WantsPeers() => _host.Connections.WantsOutbound || _host.ConnectedPeers.Count - SparedCount < _lowWater;
}
