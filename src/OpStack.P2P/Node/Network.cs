using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using OpStack.Discv5;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat;
using OpStack.P2P.Metrics;
using OpStack.P2P.Node;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P;

/// <summary>
/// The whole P2P node in one object (kona's Network): gossip, discovery, dialling, monitoring, sync and signing wired together, with one
/// start and one ordered, bounded stop. A part that fails is reported and tried again, and never ends the others.
/// </summary>
public sealed partial class Network : IAsyncDisposable
{
    private readonly NetworkConfig _config;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly NameResolver? _resolver;
    private readonly Func<IReadOnlyList<PortToMap>, PortMapperOptions, PortMapper> _createMapper;
    private readonly ILogger _logger;
    private readonly Secp256k1PrivateKey _nodeKey;
    private readonly KeyPair _keyPair;
    private readonly PartBoard _board;
    private readonly MetricSource _metrics;
    private readonly RpcMeasurements _rpcMeasurements;
    private readonly GossipDriver _gossip;
    private readonly UnsafeBlockFeed _feed;
    private readonly RecentBlocks _recent;
    private readonly BlockPublisher _publisher;
    private readonly ApplicationScores _applicationScores;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly List<(NetworkPart Part, Task Running)> _loops = [];
    private readonly Stack<(NetworkPart Part, Func<ValueTask> Stop)> _stops = new();
    private Task<NetworkHandler>? _start;
    private Task? _disposal;

    /// <param name="config">Checked by <see cref="NetworkChecks"/>; the rest is checked here.</param>
    /// <param name="time">Clock and timers of everything.</param>
    /// <param name="loggers">Where logs go.</param>
    /// <param name="resolver">How host names are looked up; null for the system's resolver.</param>
    /// <param name="createMapper">Makes the mapper of our bound ports; null for one that asks the router.</param>
    internal Network(
        NetworkConfig config,
        TimeProvider time,
        ILoggerFactory loggers,
        NameResolver? resolver,
        Func<IReadOnlyList<PortToMap>, PortMapperOptions, PortMapper>? createMapper)
    {
        _config = config;
        _time = time;
        _loggers = loggers;
        _resolver = resolver;
        _createMapper = createMapper ?? ((ports, options) => new PortMapper(ports, options, time, loggers));
        _logger = loggers.CreateLogger<Network>();
        _board = new PartBoard(time, _logger);
        _nodeKey = config.NodeKey ?? Secp256k1PrivateKey.Generate();
        _keyPair = NodeIdentity.ToKeyPair(_nodeKey);
        _applicationScores = new ApplicationScores(BlockTime, time);
        _metrics = new MetricSource(config.MeterFactory, config.RollupConfig.L2ChainId);
        _rpcMeasurements = new RpcMeasurements(_metrics);
        try
        {
            _gossip = GossipBuilder().Build();
            if (config.Discovery)
            {
                DiscoveryBuilder(tcpPort: 1, bound: null).Check();
            }
        }
        catch
        {
            _metrics.Dispose();
            ReleaseKeys();
            throw;
        }

        _feed = new UnsafeBlockFeed(_gossip);
        _recent = new RecentBlocks(time);
        _gossip.OnBlock = _recent.OnGossiped;
        _gossip.Responses = _applicationScores;
        _publisher = new BlockPublisher(
            _gossip, config.Signer, config.RollupConfig.L2ChainId, _recent, _board, new PublishMeasurements(_metrics), time, _logger);
    }

    /// <summary>Begins with a configuration: <c>Network.Builder(NetworkConfig.ForChain(10)).Build()</c>.</summary>
    public static NetworkBuilder Builder(NetworkConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new NetworkBuilder(config);
    }

    /// <summary>
    /// Listens, joins the topics, begins discovery and everything else, and returns what the host works with. Calling it again returns the
    /// same, a failure too: a network that could not start is to be disposed. Throws <see cref="Libp2pException"/> or
    /// <see cref="Discv5Exception"/> (ListenFailed both) when a port cannot be bound, and <see cref="ObjectDisposedException"/>.
    /// </summary>
    public Task<NetworkHandler> StartAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<NetworkHandler>(cancellationToken);
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            return _start ??= StartCoreAsync();
        }
    }

    /// <summary>
    /// Stops everything: the loops at once, then the rest in the reverse order of the start, each part in bounded time; one that fails to stop is
    /// logged and the others stop all the same. With the default timeouts a router and peers that have fallen silent hold it up by 2 s each, and
    /// code of the host's that is stuck by 1 s. Idempotent.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= DisposeCoreAsync());
        }
    }

    /// <summary>op-node's order (node.go NodeP2P.init): sync is there before the first peer, the dials come last.</summary>
    private async Task<NetworkHandler> StartCoreAsync()
    {
        await Task.Yield(); // Leaves the lock of StartAsync.
        Activity.Current = null; // What runs on from here is no part of whatever the host traces its start by.
        _stops.Push((NetworkPart.Gossip, _gossip.DisposeAsync));
        SyncClient? sync = StartSync();
        StartAutoNat();
        Multiaddr bound = await _gossip.StartAsync(_stopping.Token).ConfigureAwait(false);
        _board.Set(NetworkPart.Gossip, PartState.Running);
        Run(NetworkPart.Gossip, _feed.RunAsync);
        GapFiller? gaps = StartGapFiller(sync);
        StartSigning();
        DiscoverySupervisor? discovery = _config.Discovery ? await StartDiscoveryAsync(bound).ConfigureAwait(false) : null;
        StartPortMapping(bound, discovery);
        Measure(discovery, sync);
        _logger.Began(_config.RollupConfig.L2ChainId, _gossip.LocalPeerId, bound.ToString(), discovery?.Handler?.LocalEnr.ToString() ?? "off");
        return new NetworkHandler(_gossip, discovery, sync, _feed, _recent, gaps, _publisher, _signerUpdates, _board, Rpc);
    }

    private async Task<DiscoverySupervisor> StartDiscoveryAsync(Multiaddr listening)
    {
        bool isTcp = listening.TryGetTcpEndPoint(out IPEndPoint? tcp);
        Debug.Assert(isTcp, "It is the address the driver bound.");
        DiscoverySupervisor discovery = new(
            bound => DiscoveryBuilder(tcp!.Port, bound).Build(), _gossip.Gater.ListBans, _board, _time);
        _stops.Push((NetworkPart.Discovery, discovery.DisposeAsync));
        await discovery.StartAsync(_stopping.Token).ConfigureAwait(false);
        _gossip.AddBanTarget(discovery);
        Run(NetworkPart.Discovery, stopped => _gossip.DialDiscoveredAsync(discovery.Enrs, stopped));
        return discovery;
    }

    /// <summary>Runs a loop until the stop, which cancels it and waits for it.</summary>
    private void Run(NetworkPart part, Func<CancellationToken, Task> loop)
    {
        CancellationToken stopped = _stopping.Token;
        _loops.Add((part, Task.Run(() => KeepRunningAsync(part, loop, stopped), CancellationToken.None)));
    }

    /// <summary>A loop that throws is a fault of ours: it is told and begun again.</summary>
    private async Task KeepRunningAsync(NetworkPart part, Func<CancellationToken, Task> loop, CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                await loop(stopped).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _board.Fail(part, e.Message, e);
            }

            await Task.Delay(NetworkLimits.FirstRestartPause, _time, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _board.Set(part, PartState.Running);
        }
    }

    private async Task DisposeCoreAsync()
    {
        await Task.Yield(); // Leaves the lock of DisposeAsync.
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_start is not null)
        {
            await ((Task)_start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Its caller has the failure.
        }

        using (CancellationTokenSource patience = new(NetworkLimits.LoopStopTimeout, _time))
        {
            // Cancelled all at once above, they share the time to notice.
            foreach ((NetworkPart part, Task running) in _loops)
            {
                await StopAsync(part, () => new ValueTask(running.WaitAsync(patience.Token))).ConfigureAwait(false);
            }
        }

        while (_stops.TryPop(out (NetworkPart Part, Func<ValueTask> Stop) part))
        {
            await StopAsync(part.Part, part.Stop).ConfigureAwait(false);
        }

        await _gossip.DisposeAsync().ConfigureAwait(false); // Idempotent: it is there even when nothing was started.
        _feed.Complete();
        _publisher.Payloads.TryComplete();
        _signerUpdates.Writer.TryComplete();
        _metrics.Dispose();
        ReleaseKeys();
        _stopping.Dispose();
        _logger.Stopped(_config.RollupConfig.L2ChainId);
    }

    private async ValueTask StopAsync(NetworkPart part, Func<ValueTask> stop)
    {
        try
        {
            await stop().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.StopFailed(e, part);
        }

        // A part is off when the last that belongs to it is stopped.
        if (!_stops.Any(left => left.Part == part))
        {
            _board.Set(part, PartState.Off);
        }
    }

    private void ReleaseKeys()
    {
        _keyPair.Dispose();
        if (_config.NodeKey is null)
        {
            _nodeKey.Dispose();
        }
    }
}
