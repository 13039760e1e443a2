using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Ping;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Connections;

/// <summary>
/// The libp2p host: listens, dials, upgrades (noise, yamux), keeps the table of connections, and hands streams to protocols.
/// Identify and ping are built in. Safe for use from any thread.
/// </summary>
public sealed partial class Swarm : IProtocolHost, IAsyncDisposable
{
    // Guards the connection table, observers and pending dials. Observers are called under it, which keeps one peer's events in order.
    private readonly Lock _gate = new();
    private readonly ConnectionTable<PeerConnection> _table;
    private readonly Dictionary<PeerId, IdentifyInfo> _identified = [];
    private readonly List<IPeerObserver> _observers = [];

    private readonly KeyPair _identity;
    private readonly NoiseStaticKey _staticKey;
    private readonly SwarmOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TcpTransport _transport;
    private readonly ConnectionUpgrader _upgrader;
    private readonly AddressResolver _resolver;
    private readonly TaskTracker _tasks = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly IdentifyService _identify;
    private readonly PingService _ping;
    private Task? _disposal;

    /// <summary>
    /// Creates a host that neither listens nor dials yet. The key pair stays the caller's to dispose, after the swarm.
    /// Throws <see cref="ArgumentException"/> naming a setting that is out of range.
    /// </summary>
    public Swarm(
        KeyPair identity,
        SwarmOptions? options = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        NameResolver? nameResolver = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        _identity = identity;
        _options = options ?? new SwarmOptions();
        _options.Validate();
        _time = timeProvider ?? TimeProvider.System;
        _stopped = _stopping.Token; // Kept, because callers may still be under way when its source is disposed.
        ILoggerFactory loggers = loggerFactory ?? NullLoggerFactory.Instance;
        _logger = loggers.CreateLogger<Swarm>();
        _table = new ConnectionTable<PeerConnection>(identity.PeerId, _options.SimultaneousDialWindow);
        _staticKey = NoiseStaticKey.Generate(identity);
        _transport = new TcpTransport(_time, loggers.CreateLogger<TcpTransport>());
        _resolver = new AddressResolver(nameResolver);
        _interfaces = new InterfaceAddresses(_time);
        _upgrader = new ConnectionUpgrader(_staticKey, YamuxOptions.Default, _time, loggers.CreateLogger<YamuxConnection>());
        _identify = new IdentifyService(this, new IdentifyContext(this), _time, loggers.CreateLogger<IdentifyService>());
        _ping = new PingService(this, _time);
        _identify.Start();
        _ping.Start();
    }

    /// <inheritdoc/>
    public PeerId LocalPeerId => _identity.PeerId;

    /// <summary>The peers connected now, each once.</summary>
    public IReadOnlyList<PeerId> ConnectedPeers
    {
        get
        {
            lock (_gate)
            {
                return [.. _table.Peers];
            }
        }
    }

    /// <summary>The connections open now.</summary>
    public IReadOnlyList<ConnectionInfo> Connections
    {
        get
        {
            lock (_gate)
            {
                return [.. _table.All.Select(c => c.ToInfo())];
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ConnectionInfo> GetConnections(PeerId peer)
    {
        lock (_gate)
        {
            return [.. _table.Of(peer).Select(c => c.ToInfo())];
        }
    }

    /// <inheritdoc/>
    public IdentifyInfo? GetIdentifyInfo(PeerId peer)
    {
        lock (_gate)
        {
            return _identified.GetValueOrDefault(peer);
        }
    }

    /// <summary>
    /// Measures the round trip to a connected peer over /ipfs/ping/1.0.0.
    /// Throws <see cref="Libp2pException"/>: NotConnected, NegotiationFailed, Timeout, ProtocolViolation, ConnectionClosed.
    /// </summary>
    public ValueTask<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken = default) => _ping.PingAsync(peer, cancellationToken);

    /// <summary>Closes every connection to <paramref name="peer"/>; returns once they are closed. Nothing happens when there is none.</summary>
    public async ValueTask DisconnectAsync(PeerId peer)
    {
        IReadOnlyList<PeerConnection> connections;
        lock (_gate)
        {
            connections = _table.Of(peer);
        }

        // All leave the table at once: a peer that does not answer the first goodbye must not go on over the others.
        await Task.WhenAll(connections.Select(c => CloseAsync(c).AsTask())).ConfigureAwait(false);
    }

    /// <summary>
    /// Stops listening, says goodbye to every peer, and waits for all tasks: at most <see cref="SwarmOptions.CloseTimeout"/>
    /// for the goodbyes, after which connections are cut, and as long again for stream handlers to notice. Idempotent.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= DisposeCoreAsync());
        }
    }

    private async Task DisposeCoreAsync()
    {
        await Task.Yield(); // Leaves the lock of DisposeAsync.
        await _stopping.CancelAsync().ConfigureAwait(false);
        StopListening();
        await _identify.DisposeAsync().ConfigureAwait(false);
        PeerConnection[] open;
        lock (_gate)
        {
            open = [.. _table.All];
        }

        Task goodbyes = Task.WhenAll(open.Select(c => CloseAsync(c).AsTask()));
        Task all = Task.WhenAll(goodbyes, _tasks.WhenAllAsync());
        try
        {
            await all.WaitAsync(_options.CloseTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _logger.CloseTimedOut(_options.CloseTimeout);
            Array.ForEach(open, c => c.Muxer.Abort());
            await WaitForHandlersAsync(all).ConfigureAwait(false);
        }

        _staticKey.Dispose();
        _stopping.Dispose();
    }

    /// <summary>With its connections cut, only code of the host that ignores its token can still run; it does not hold up the end.</summary>
    private async Task WaitForHandlersAsync(Task all)
    {
        try
        {
            await all.WaitAsync(_options.CloseTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _logger.HandlersStuck(_tasks.Count);
        }
    }

    private CancellationTokenSource Deadline(TimeSpan timeout, CancellationToken cancellationToken, out CancellationTokenSource timer)
    {
        timer = new CancellationTokenSource(timeout, _time);
        return CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken, _stopped);
    }
}
