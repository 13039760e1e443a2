using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Yamux;

/// <summary>
/// Many streams over one. One loop owns the <see cref="YamuxSession"/>: it reads the transport, hands bodies to the streams, and takes what streams and callers ask.
/// A second loop writes what the streams and the session put into the <see cref="YamuxOutbox"/>. Owns the transport.
/// </summary>
internal sealed partial class YamuxConnection : IAsyncDisposable
{
    private readonly IByteStream _inner;
    private readonly YamuxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly YamuxSession _session;
    private readonly YamuxOutbox _outbox;
    private readonly AsyncSignal _wake = new();
    private readonly AsyncSignal _wakeWriter = new();
    private readonly ConcurrentQueue<YamuxStream> _posted = new();
    private readonly Channel<YamuxRequest> _requests = Channel.CreateBounded<YamuxRequest>(
        new BoundedChannelOptions(YamuxLimits.RequestQueue) { SingleReader = true });

    private readonly Channel<YamuxStream> _accepted;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _deadline;
    private readonly ITimer _writeDeadline;
    private readonly long _startedAt;
    private YamuxEnd? _end;
    private long _bytesReceived;
    private long _bytesSent;
    private long _roundTripTicks = -1;
    private bool _deadlineCame;
    private bool _heldUp;

    private YamuxConnection(IByteStream inner, bool isInitiator, YamuxOptions options, TimeProvider time, ILogger logger, WindowBudget? windows)
    {
        _inner = inner;
        _options = options;
        _time = time;
        _logger = logger;
        _startedAt = time.GetTimestamp();
        _session = new YamuxSession(isInitiator, options, windows);
        _outbox = new YamuxOutbox(options.Pool, _wakeWriter, _wake.Set);
        _accepted = Channel.CreateBounded<YamuxStream>(options.MaxInboundStreams);
        _onRead = OnRead;
        _deadline = time.CreateTimer(static c => ((YamuxConnection)c!).OnDeadline(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _writeDeadline = time.CreateTimer(static c => ((YamuxConnection)c!).OnWriteTimeout(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes over <paramref name="inner"/> and starts the loops.</summary>
    /// <param name="inner">The secured connection; disposed when this one ends.</param>
    /// <param name="isInitiator">Whether we initiated the noise handshake: our stream ids are odd then.</param>
    /// <param name="options">Validated here.</param>
    /// <param name="time">For deadlines and round trips.</param>
    /// <param name="logger">Events 1200-1299.</param>
    /// <param name="windows">The memory that this connection's streams may take together with the other connections of the peer; null: its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static YamuxConnection Start(
        IByteStream inner, bool isInitiator, YamuxOptions options, TimeProvider time, ILogger logger, WindowBudget? windows = null)
    {
        options.Validate();
        YamuxConnection connection = new(inner, isInitiator, options, time, logger, windows);
        _ = Task.Run(connection.RunAsync);
        return connection;
    }

    /// <summary>Ends when the connection is over and its transport disposed. Never faults.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Why the connection is ending or has ended; null while it lives.</summary>
    public YamuxEnd? CloseReason => Volatile.Read(ref _end);

    /// <summary>Whether it ended because our side closed it.</summary>
    public bool IsClosedLocally => CloseReason is { Reason: YamuxCloseReason.ClosedLocally };

    /// <summary>The smoothed round trip, or null before the first pong.</summary>
    public TimeSpan? Rtt => Volatile.Read(ref _roundTripTicks) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>Live streams the peer opened.</summary>
    public int InboundStreams => _session.InboundStreams;

    /// <summary>Live streams we opened.</summary>
    public int OutboundStreams => _session.OutboundStreams;

    /// <summary>Bytes read from the transport: those of the streams and of all frame headers. Readable after the end too.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Bytes written to the transport, as <see cref="BytesReceived"/>.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Whether we have stopped reading until the peer takes our answers.</summary>
    public bool IsHeldUp => Volatile.Read(ref _heldUp);

    private TimeSpan Now => _time.GetElapsedTime(_startedAt);

    /// <summary>Opens a stream; it can be written at once.</summary>
    /// <exception cref="Libp2pException">ConnectionClosed (also after a GoAway of either side), or LimitReached: 256 streams of ours are open or the peer does not read.</exception>
    public async ValueTask<YamuxStream> OpenStreamAsync(CancellationToken cancellationToken)
    {
        OpenRequest request = new();
        return await SubmitAsync(request, request.Result, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The next stream the peer opened, in order, skipping those it has reset since. Once the connection is over, what was opened before (its bytes are readable), then null.
    /// </summary>
    public async ValueTask<YamuxStream?> AcceptStreamAsync(CancellationToken cancellationToken)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out YamuxStream? stream))
            {
                if (!stream.IsReset)
                {
                    return stream;
                }

                // What came before the peer's FIN outlives its reset and would wait for a reader for ever.
                stream.Abort();
            }
        }

        return null;
    }

    /// <summary>Measures a round trip; joins the ping under way if there is one.</summary>
    /// <exception cref="Libp2pException">ConnectionClosed, or LimitReached: 32 callers wait already.</exception>
    public async ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken)
    {
        PingRequest request = new();
        return await SubmitAsync(request, request.Result, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes what the streams have handed over, says GoAway, ends our side and waits for the peer's end. Open streams die. Takes at most twice
    /// <see cref="YamuxOptions.CloseTimeout"/>, then aborts; cancelling only stops the waiting.
    /// </summary>
    public async ValueTask CloseAsync(YamuxGoAwayCode code, CancellationToken cancellationToken)
    {
        TryEnd(new YamuxEnd(YamuxCloseReason.ClosedLocally, code));
        await Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the connection at once, telling the peer nothing. Never blocks.</summary>
    public void Abort()
    {
        TryEnd(new YamuxEnd(YamuxCloseReason.AbortedLocally));
        _inner.Abort();
    }

    /// <summary>As <see cref="CloseAsync"/> with "normal", and gives up streams that nobody accepted. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(YamuxGoAwayCode.Normal, CancellationToken.None).ConfigureAwait(false);
        while (_accepted.Reader.TryRead(out YamuxStream? stream))
        {
            stream.Abort();
        }

        await _deadline.DisposeAsync().ConfigureAwait(false);
        await _writeDeadline.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A stream has something for the loop.</summary>
    internal void Post(YamuxStream stream)
    {
        _posted.Enqueue(stream);
        _wake.Set();
    }

    /// <summary>Sets the reason if this is the first one, and wakes the loop.</summary>
    private bool TryEnd(YamuxEnd end)
    {
        bool first = Interlocked.CompareExchange(ref _end, end, null) is null;
        _wake.Set();
        return first;
    }
}
