using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Identify;

/// <summary>
/// Identify and identify/push (libp2p specs, identify; wire.md section 8): answers who we are, asks every newly connected peer who it is,
/// and tells peers of changes. go-libp2p-pubsub opens no gossip stream before this exchange.
/// </summary>
internal sealed partial class IdentifyService : IPeerObserver, IAsyncDisposable
{
    /// <summary>The opener reads.</summary>
    public const string Protocol = "/ipfs/id/1.0.0";

    /// <summary>The opener writes.</summary>
    public const string PushProtocol = "/ipfs/id/push/1.0.0";

    private readonly IProtocolHost _host;
    private readonly IIdentifyContext _context;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly OwnPeerRecord _record;
    private readonly long _started;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Guards the fields below; nothing that takes another lock is called while it is held.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, IdentifyPeer> _peers = [];
    private readonly HashSet<Task> _running = [];
    private int _version;
    private bool _isPushing;
    private bool _isStopped;
    private IDisposable? _observation;

    public IdentifyService(IProtocolHost host, IIdentifyContext context, TimeProvider time, ILogger logger)
    {
        _host = host;
        _context = context;
        _time = time;
        _logger = logger;
        _record = new OwnPeerRecord(time);
        _started = time.GetTimestamp();
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    /// <summary>Serves both protocols and begins to watch peers come and go. Called once, before the host listens.</summary>
    public void Start()
    {
        _host.SetStreamHandler(Protocol, AnswerAsync);
        _host.SetStreamHandler(PushProtocol, ReceivePushAsync);
        _observation = _host.Observe(this);
    }

    /// <inheritdoc/>
    public void OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress)
    {
        IdentifyPeer state = new(peer, Now);
        lock (_gate)
        {
            _peers[peer] = state;
        }

        Run(state, QueryAsync);
    }

    /// <inheritdoc/>
    public void OnPeerDisconnected(PeerId peer)
    {
        // An exchange under way ends with the connection it runs on.
        lock (_gate)
        {
            if (_peers.Remove(peer, out IdentifyPeer? state))
            {
                state.Leave();
            }
        }
    }

    /// <inheritdoc/>
    public void OnPeerIdentified(PeerId peer, IdentifyInfo info)
    {
        // It came from us.
    }

    /// <summary>Ends all exchanges, within the time it takes them to notice. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
            running = [.. _running];
        }

        _observation?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Runs an exchange with a peer that nobody waits for. What goes wrong with the peer is logged by it, what is our fault here.</summary>
    private void Run(IdentifyPeer peer, Func<IdentifyPeer, CancellationToken, Task> exchange)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            CancellationToken stopping = _stopping.Token;
            Task task = Task.Run(() => RunGuardedAsync(peer, exchange, stopping), CancellationToken.None);
            _running.Add(task);
            task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }

    private async Task RunGuardedAsync(IdentifyPeer peer, Func<IdentifyPeer, CancellationToken, Task> exchange, CancellationToken stopping)
    {
        try
        {
            await exchange(peer, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Disposal ends exchanges this way.
        }
#pragma warning disable CA1031 // The end of a task that nobody awaits: an exception that passes here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.IdentifyFault(peer.Id, exception);
        }
    }

    /// <summary>One exchange on one stream: under the deadline, the stream disposed, and the peer's failures logged instead of thrown.</summary>
    private async Task ExchangeAsync(PeerId peer, string protocol, Func<CancellationToken, Task> exchange, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(IdentifyLimits.Deadline, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await exchange(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _logger.IdentifyFailed(peer, protocol, "deadline");
        }
        catch (Libp2pException exception)
        {
            _logger.IdentifyFailed(peer, protocol, exception.Message);
        }
    }

    private bool TryFind(PeerId peer, out IdentifyPeer state)
    {
        lock (_gate)
        {
            return _peers.TryGetValue(peer, out state!);
        }
    }

    /// <summary>
    /// Ends a stream so that the remote gets all we wrote: our side first, then wait for its side, because a reset overtakes data.
    /// The remote has nothing left to say; if it does, the stream is reset.
    /// </summary>
    private static async Task CloseAsync(IByteStream stream, CancellationToken cancellationToken)
    {
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        if (await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) != 0)
        {
            stream.Abort();
        }
    }
}
