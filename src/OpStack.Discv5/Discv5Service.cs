using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Udp;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5;

/// <summary>
/// Discovery v5.1 on UDP: sockets, the timer and the one loop that owns the protocol core. Public members may be called by any
/// thread. The service may be disposed before it was started, and cannot be started again.
/// </summary>
public sealed partial class Discv5Service : IAsyncDisposable
{
    private readonly Discv5Options _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Discv5Protocol _core;
    private readonly Channel<Discv5Event> _events;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private IReadOnlyList<IUdpTransport> _transports;
    private Task? _loop;
    private Task[] _readers = [];
    private bool _isDisposed;
    private Enr _localEnr;
    private long _eventsDropped;

    /// <summary>Creates the service; no socket is bound before <see cref="StartAsync"/>.</summary>
    /// <param name="key">The identity key. Not disposed by the service, and to be kept until the service is disposed.</param>
    /// <param name="localEnr">Our record, signed by <paramref name="key"/>.</param>
    /// <param name="options">Parameters; the defaults when null.</param>
    /// <param name="logger">Events 3000 on.</param>
    /// <param name="time">The clock of all deadlines; the system's when null.</param>
    /// <param name="random">Source of every choice, key and nonce; a seeded one is for tests alone. The system's secure one when null.</param>
    /// <param name="transports">
    /// Stand-ins for the sockets, owned by the service from here on; sockets on <see cref="Discv5Options.ListenAddresses"/> when null.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range (the message names it), or the record is of another key.</exception>
    public Discv5Service(
        Secp256k1PrivateKey key,
        Enr localEnr,
        Discv5Options? options = null,
        ILogger? logger = null,
        TimeProvider? time = null,
        Random? random = null,
        IReadOnlyList<IUdpTransport>? transports = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(localEnr);
        _options = options ?? new Discv5Options();
        _options.Validate();
        _logger = logger ?? NullLogger.Instance;
        _time = time ?? TimeProvider.System;
        _started = _time.GetTimestamp();
        _localEnr = localEnr;
        _transports = transports ?? [];
        _core = new Discv5Protocol(key, localEnr, _options, random ?? new SecureRandom(), Now);
        _events = Channel.CreateBounded<Discv5Event>(
            new BoundedChannelOptions(Discv5Limits.MaxEvents) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _eventsDropped));
        _timer = _time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Our record as it is now.</summary>
    public Enr LocalEnr => Volatile.Read(ref _localEnr);

    /// <summary>The bound addresses with their actual ports; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints => [.. Volatile.Read(ref _transports).Select(t => t.LocalEndPoint)];

    /// <summary>
    /// What happened, in order; several readers share it. At most 1,024 events wait, the oldest is dropped and counted
    /// (<see cref="Discv5Metrics.EventsDropped"/>). Completes when the service is disposed.
    /// </summary>
    public ChannelReader<Discv5Event> Events => _events.Reader;

    /// <summary>Binds the sockets and starts to answer.</summary>
    /// <exception cref="Discv5Exception">An address cannot be bound (<see cref="Discv5Error.ListenFailed"/>).</exception>
    /// <exception cref="InvalidOperationException">Started already.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_loop is not null)
                throw new InvalidOperationException("The discovery service was started already.");

            if (_transports.Count == 0)
                Volatile.Write(ref _transports, UdpSocketTransport.BindAll(_options.ListenAddresses));

            _loop = Task.Run(RunLoopAsync, CancellationToken.None);
            _readers = [.. _transports.Select(transport => Task.Run(() => ReceiveAsync(transport), CancellationToken.None))];
            StartWatchdog();
        }

        foreach (IPEndPoint endPoint in LocalEndPoints)
            Discv5Log.Listening(_logger, endPoint, LocalEnr.NodeId);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Ends the loop and the readers, closes the sockets and waits up to 5 s for talk handlers. Commands in flight fail with
    /// <see cref="Discv5Error.Stopped"/>. Idempotent; a second call waits for the first.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return new ValueTask(_disposed.Task);
            _isDisposed = true;
        }

        return DisposeAsyncCore();
    }

    /// <summary>Tasks of ours that have not ended.</summary>
    internal int RunningTasks => _readers.Append(_loop).Count(task => task is { IsCompleted: false })
        + (Discv5Limits.MaxTalkHandlers - _talkSlots.CurrentCount);

    private async ValueTask DisposeAsyncCore()
    {
        try
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            _items.Writer.TryComplete();
            await (_loop ?? Task.CompletedTask).ConfigureAwait(false);
            FailItemsLeft();
            foreach (IUdpTransport transport in _transports)
                await transport.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(_readers).ConfigureAwait(false);
            await _timer.DisposeAsync().ConfigureAwait(false);
            await (_watchdog?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
            await WaitForTalkHandlersAsync().ConfigureAwait(false);
            _core.Dispose();
            _stopping.Dispose();
        }
        finally
        {
            _events.Writer.TryComplete();
            _disposed.SetResult();
        }
    }
}
