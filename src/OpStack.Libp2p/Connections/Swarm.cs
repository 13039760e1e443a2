using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Connections.Dialing;
using OpStack.Libp2p.Connections.Naming;
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
public sealed partial class Swarm : IProtocolHost, IConnectionManager, IAsyncDisposable
{
    // Guards the connection table, tags, observers and pending dials. Observers are called under it, which keeps one peer's events in
    // order.
    private readonly Lock _gate = new();
    private readonly ConnectionTable<PeerConnection> _table;
    private readonly Dictionary<PeerId, IdentifyInfo> _identified = [];

    private readonly KeyPair _identity;
    private readonly NoiseStaticKey _staticKey;
    private readonly SwarmOptions _options;
    private readonly ConnectionLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITransport _transport;
    private readonly ConnectionUpgrader _upgrader;
    private readonly GateKeeper _keeper;
    private readonly AddressPlaces _places;
    private readonly PeerBudgets _budgets;
    private readonly AsyncSlots _slots;
    private readonly PeerDialer _dialer;
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
    /// <param name="identity">Who we are.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where logs go; null for nowhere.</param>
    /// <param name="nameResolver">Looks up the names in /dns, /dns4 and /dns6 addresses; null for the system's resolver.</param>
    /// <param name="connectionGate">Decides which connections may be; null for all.</param>
    /// <param name="textResolver">Looks up the TXT records of /dnsaddr addresses; null for a client of our own that asks the system's name
    /// servers.</param>
    public Swarm(
        KeyPair identity,
        SwarmOptions? options = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        NameResolver? nameResolver = null,
        IConnectionGate? connectionGate = null,
        TextResolver? textResolver = null)
        : this(identity, options, timeProvider, loggerFactory, nameResolver, connectionGate, textResolver, transport: null)
    {
    }

    /// <summary>The same over another transport than TCP: null for that.</summary>
    internal Swarm(
        KeyPair identity,
        SwarmOptions? options,
        TimeProvider? timeProvider,
        ILoggerFactory? loggerFactory,
        NameResolver? nameResolver,
        IConnectionGate? connectionGate,
        TextResolver? textResolver,
        ITransport? transport)
    {
        ArgumentNullException.ThrowIfNull(identity);
        _identity = identity;
        _options = options ?? new SwarmOptions();
        _options.Validate();
        _limits = _options.Limits;
        _time = timeProvider ?? TimeProvider.System;
        _stopped = _stopping.Token; // Kept, because callers may still be under way when its source is disposed.
        ILoggerFactory loggers = loggerFactory ?? NullLoggerFactory.Instance;
        _logger = loggers.CreateLogger<Swarm>();
        _tags = new PeerTags(peer => _table!.TryGetNewest(peer, out _), _limits.MaxTaggedPeers);
        _table = new ConnectionTable<PeerConnection>(identity.PeerId, _limits, _options.SimultaneousDialWindow, _tags.WorthOf);
        _staticKey = NoiseStaticKey.Generate(identity);
        _transport = transport ?? new TcpTransport(_time, loggers.CreateLogger<TcpTransport>());
        _interfaces = new InterfaceAddresses(_time);
        _keeper = new GateKeeper(connectionGate, _counters, _logger);
        _places = new AddressPlaces(_limits, _time);
        _halfOpen = new HalfOpenConnections<ITransportConnection>(_limits.MaxHalfOpenInbound, a => AddressGroup.Of(a, _limits.Ip6PrefixLength));
        _budgets = new PeerBudgets(_limits.MemoryPerPeer);
        _upgrader = new ConnectionUpgrader(
            _staticKey, _keeper, MuxerOptions(_limits), _budgets, _time, loggers.CreateLogger<YamuxConnection>());
        _slots = new AsyncSlots(_limits.MaxDials, _limits.MaxQueuedDials);
        AddressResolver resolver = new(nameResolver, textResolver, _limits.MaxDials, _time);
        _dialer = new PeerDialer(_transport, _upgrader, resolver, _keeper, _places, _slots, _options, _time, _logger);
        _identify = new IdentifyService(this, new IdentifyContext(this), _time, loggers.CreateLogger<IdentifyService>());
        _ping = new PingService(this, _time);
        _identify.Start();
        _ping.Start();
        _trimTimer = _time.CreateTimer(static swarm => ((Swarm)swarm!).Trim(), this, _limits.TrimInterval, _limits.TrimInterval);
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

    /// <inheritdoc/>
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

    private TimeSpan Now => _time.GetElapsedTime(0);

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
        await CancelAsync(_stopping).ConfigureAwait(false);
        await _trimTimer.DisposeAsync().ConfigureAwait(false);
        StopListening();
        await _identify.DisposeAsync().ConfigureAwait(false);
        PeerConnection[] open;
        lock (_gate)
        {
            open = [.. _table.All];
        }

        Task goodbyes = CloseAllAsync(_ => true, ConnectionCloseReason.Shutdown);
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

    /// <summary>
    /// With its connections cut, only code of the host that ignores its token can still run; it does not hold up the end.
    /// </summary>
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

    /// <summary>What a handler of the host's registered on its token may throw; that must not leave the rest undone.</summary>
    private async Task CancelAsync(CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            _logger.TaskFailed(e);
        }
    }

    private CancellationTokenSource Deadline(TimeSpan timeout, CancellationToken cancellationToken, out CancellationTokenSource timer)
    {
        timer = new CancellationTokenSource(timeout, _time);
        return CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken, _stopped);
    }

    /// <summary>What the muxer alone allows already; over several connections of one peer the swarm counts.</summary>
    private static YamuxOptions MuxerOptions(ConnectionLimits limits) => new()
    {
        MaxInboundStreams = Math.Min(limits.MaxInboundStreamsPerPeer, YamuxLimits.MaxInboundStreams),
        MaxOutboundStreams = Math.Min(limits.MaxOutboundStreamsPerPeer, YamuxLimits.MaxOutboundStreams),
    };
}
