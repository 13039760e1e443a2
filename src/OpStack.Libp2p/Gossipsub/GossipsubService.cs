using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Gossipsub over a host: streams, queues, validation workers and the one loop that owns the router.
/// Topics are an allow-list given at construction; subscriptions to others are refused, and what peers say of others is not kept.
/// </summary>
public sealed partial class GossipsubService : IAsyncDisposable
{
    private readonly GossipsubContext _context;
    private readonly IGossipMessageHandler _handler;
    private readonly TopicTable _topics;
    private readonly Random _random;
    private readonly Ingest _ingest;
    private readonly TaskTracker _checks = new();
    private readonly TaskTracker _dialing = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly PeerDials _dials;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, bool> _subscribed = new();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDisposable? _observation;
    private Task? _loop;
    private bool _isDisposed;

    /// <summary>Creates the service; nothing runs before <see cref="StartAsync"/>.</summary>
    /// <param name="host">Streams and peers.</param>
    /// <param name="options">Parameters of the router.</param>
    /// <param name="topics">Every topic this service may ever handle: at most 64, of 1 to 256 bytes.</param>
    /// <param name="handler">The application.</param>
    /// <param name="time">The clock of all deadlines.</param>
    /// <param name="logger">Events 2000 on.</param>
    /// <param name="random">Source of every random choice; a seeded one replays them. Not used by others while the service lives.</param>
    /// <param name="score">How peers are scored; null for not at all.</param>
    /// <param name="thresholds">What the scores are held against; not used without <paramref name="score"/>.</param>
    /// <param name="directAddresses">
    /// Where to dial direct peers, each ending in /p2p/…; their peers are <see cref="GossipsubOptions.DirectPeers"/> like those named there.
    /// </param>
    /// <exception cref="ArgumentException">An option, a score parameter, an address or a topic is out of range; the message names it.</exception>
    public GossipsubService(
        IProtocolHost host,
        GossipsubOptions options,
        IEnumerable<string> topics,
        IGossipMessageHandler handler,
        TimeProvider time,
        ILogger logger,
        Random? random = null,
        PeerScoreParams? score = null,
        PeerScoreThresholds? thresholds = null,
        IReadOnlyList<Multiaddr>? directAddresses = null)
        : this(
            host,
            options,
            topics,
            handler,
            score is null ? new UnscoredPeers() : new PeerScore(score, thresholds ?? new PeerScoreThresholds()),
            time,
            logger,
            random,
            directAddresses ?? [])
    {
    }

    internal GossipsubService(
        IProtocolHost host,
        GossipsubOptions options,
        IEnumerable<string> topics,
        IGossipMessageHandler handler,
        IPeerScoring scoring,
        TimeProvider time,
        ILogger logger,
        Random? random,
        IReadOnlyList<Multiaddr> directAddresses)
    {
        if (directAddresses.FirstOrDefault(address => address.PeerId is null) is { } nameless)
        {
            throw new ArgumentException($"{nameof(directAddresses)}: {nameless} does not end in /p2p/….", nameof(directAddresses));
        }

        _context = new GossipsubContext(host, time, logger, new GossipsubCounters());
        _score = scoring as PeerScore;
        _handler = handler;
        _topics = new TopicTable(topics);
        _random = random ?? new Random();
        _started = time.GetTimestamp();
        GossipsubOptions withDirect = options with { DirectPeers = [.. options.DirectPeers, .. directAddresses.Select(address => address.PeerId!)] };
        _dials = new PeerDials(_context, directAddresses, _dialing, _stopping.Token);
        _router = new GossipsubRouter(host.LocalPeerId, withDirect, scoring, new Random(_random.Next()), Now);
        _lanes = new ValidationLanes(handler, _checks, pending => Post(() => OnChecked(pending)));
        _ingest = new Ingest(_topics, handler, this, _context.Counters, time, logger);
        _timer = time.CreateTimer(_ => Post(() => _armedFor = TimeSpan.MinValue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What was counted since construction.</summary>
    public GossipsubStatistics Statistics => _context.Counters.Snapshot();

    /// <summary>Offers the meshsub protocols and begins to open streams to connected peers. Call it before the host accepts connections:
    /// go peers look for meshsub in the first identify answer only (wire.md 14, trap 2).</summary>
    /// <exception cref="InvalidOperationException">Started already.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_loop is not null)
            {
                throw new InvalidOperationException("The gossip service was started already.");
            }

            _loop = Task.Run(RunLoopAsync, CancellationToken.None);
        }

        foreach (string protocol in PeerStreams.Protocols)
        {
            _context.Host.SetStreamHandler(protocol, HandleInboundAsync);
        }

        IDisposable observation = _context.Host.Observe(this);
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _observation = observation;
                return Task.CompletedTask;
            }
        }

        observation.Dispose(); // Disposed meanwhile, by a call that could not see it.
        return Task.CompletedTask;
    }

    /// <summary>Joins a topic's mesh and tells all peers. Idempotent; may be called before the start.</summary>
    /// <exception cref="ArgumentException">The topic is not on the allow-list.</exception>
    public void Subscribe(string topic)
    {
        Require(topic);
        _subscribed[topic] = true;
        Post(() => Handle(new RouterInput.Join(topic)));
    }

    /// <summary>Leaves a topic's mesh and tells all peers. Idempotent.</summary>
    /// <exception cref="ArgumentException">The topic is not on the allow-list.</exception>
    public void Unsubscribe(string topic)
    {
        Require(topic);
        _subscribed.TryRemove(topic, out _);
        Post(() => Handle(new RouterInput.Leave(topic)));
    }

    /// <summary>Scores a topic by these parameters from now on, whether or not it was scored before (go's SetScoreParams). Nothing happens when peers are not scored.</summary>
    /// <exception cref="ArgumentException">The topic is not on the allow-list, or a value is out of range; names it.</exception>
    public void SetTopicScoreParams(string topic, TopicScoreParams parameters)
    {
        Require(topic);
        parameters.Validate();
        Post(() => Handle(new RouterInput.SetTopicScore(topic, parameters)));
    }

    /// <summary>
    /// Ends all streams, then the loop and the calls into the handler, for which it waits at most 5 s. Idempotent; a second call waits for the first.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return new ValueTask(_disposed.Task);
            }

            _isDisposed = true;
        }

        return DisposeAsyncCore();
    }

    /// <summary>The router's state and what waits around it, read on its loop.</summary>
    public Task<RouterSnapshot> GetSnapshotAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource<RouterSnapshot> read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!Post(() => read.SetResult(_router.Snapshot() with { Backlog = Backlog() })), this);
        return read.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Tasks of streams and checks that have not ended, and the loop.</summary>
    internal int RunningTasks => _streams.Count + _checks.Count + _dialing.Count + (_loop is { IsCompleted: false } ? 1 : 0);

    private GossipsubBacklog Backlog() => new(
        [.. _peers.Select(peer => new SendQueueSnapshot(peer.Key, peer.Value.Queue.Count, peer.Value.Queue.Bytes))],
        _ingest.Frames.InUse,
        _ingest.Messages.InUse);

    private void Require(string topic)
    {
        if (!_topics.Contains(topic))
        {
            throw new ArgumentException("The topic is not on the allow-list given at construction.", nameof(topic));
        }
    }

    private async ValueTask DisposeAsyncCore()
    {
        try
        {
            _observation?.Dispose();
            await _stopping.CancelAsync().ConfigureAwait(false);
            PeerStreams[] peers = StopPeers();
            await _streams.WhenAllAsync().ConfigureAwait(false);
            _items.Writer.Complete();
            await FinishAsync(peers).WaitAsync(RpcLimits.DisposeTimeout, _context.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A call into the handler does not return; what it uses is given back when it does.
            GossipLog.HandlerStuck(_context.Logger, RpcLimits.DisposeTimeout.TotalSeconds);
        }
        finally
        {
            _disposed.SetResult();
        }
    }

    /// <summary>Ends the loop and the calls into the handler, and then gives back what they use.</summary>
    private async Task FinishAsync(PeerStreams[] peers)
    {
        await (_loop ?? RunLoopAsync()).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _checks.WhenAllAsync().ConfigureAwait(false);
        await _dialing.WhenAllAsync().ConfigureAwait(false);
        foreach (PeerStreams peer in peers)
        {
            peer.Dispose();
        }

        _router.Dispose();
        _dials.Dispose();
        _stopping.Dispose();
        _ingest.Dispose();
        _credit.Dispose();
    }
}
