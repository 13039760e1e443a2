using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Yamux;

/// <summary>What a stream asks of its connection's loop. Requests add up until the loop takes them.</summary>
[Flags]
internal enum StreamRequests
{
    None = 0,
    /// <summary>Bytes were read; their number is beside this.</summary>
    Consumed = 1,
    CloseWrite = 2,
    Reset = 4,
}

/// <summary>
/// One stream of a connection. Reading and writing follow <see cref="IByteStream"/>, and:
/// <list type="bullet">
/// <item>after the peer's FIN the bytes before it stay readable, whatever follows; a reset before it throws them away;</item>
/// <item>when the connection ends, what had arrived stays readable, then <see cref="Libp2pError.ConnectionClosed"/> is thrown;</item>
/// <item>a cancelled read loses nothing; a cancelled write that has sent a part resets the stream, one that has sent nothing leaves it as it was;</item>
/// <item>disposing a stream that both sides finished tells the peer nothing; any other is reset, so read to the end before disposing;</item>
/// <item>a stream may be idle for as long as its connection lives.</item>
/// </list>
/// </summary>
internal sealed partial class YamuxStream : IByteStream
{
    private readonly Lock _gate = new();
    private readonly YamuxConnection _connection;
    private readonly YamuxOutbox _outbox;
    private readonly SendWindow _window;
    private readonly WriteTurn _turn;
    private readonly AsyncSignal _readable = new();
    private readonly ReceiveBuffer _received;
    private Libp2pError? _ended;
    private bool _endedLocally;
    private StreamRequests _requests;
    private long _bytesReceived;
    private uint _consumed;
    private uint _reportAt = YamuxLimits.InitialWindow / 2;

    public YamuxStream(YamuxConnection connection, YamuxOutbox outbox, uint id, bool isInbound, SendWindow window, ReceiveBuffer received)
    {
        _connection = connection;
        _outbox = outbox;
        _window = window;
        _received = received;
        _turn = new WriteTurn(id);
        Id = id;
        IsInbound = isInbound;
    }

    /// <summary>The id on the wire.</summary>
    public uint Id { get; }

    /// <summary>Whether the peer opened it.</summary>
    public bool IsInbound { get; }

    /// <summary>Whether either side reset it.</summary>
    public bool IsReset
    {
        get
        {
            lock (_gate)
            {
                return _ended == Libp2pError.StreamReset;
            }
        }
    }

    /// <summary>Bytes of the stream that arrived, without frame headers. Readable after the end too.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Bytes of the stream handed to the connection for sending, as <see cref="BytesReceived"/>.</summary>
    public long BytesSent => _window.Spent;

    /// <summary>Bytes received and not read yet.</summary>
    public int Buffered
    {
        get
        {
            lock (_gate)
            {
                return _received.Length;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_writeClosed || _ended is not null)
            {
                return default;
            }

            _writeClosed = true;
        }

        Post(StreamRequests.CloseWrite);
        return default;
    }

    /// <inheritdoc/>
    public void Abort()
    {
        if (End(Libp2pError.StreamReset, locally: true))
        {
            Post(StreamRequests.Reset);
        }
    }

    /// <summary>As <see cref="Abort"/>: silent on the wire if both sides had finished.</summary>
    public ValueTask DisposeAsync()
    {
        Abort();
        return default;
    }

    /// <summary>The peer reset the stream.</summary>
    internal void OnReset() => End(Libp2pError.StreamReset, locally: false);

    /// <summary>The connection is over.</summary>
    internal void OnConnectionClosed() => End(Libp2pError.ConnectionClosed, locally: false);

    /// <summary>The loop takes what the stream asked for since the last time.</summary>
    internal StreamRequests TakeRequests(out uint consumed)
    {
        lock (_gate)
        {
            StreamRequests requests = _requests;
            consumed = _consumed;
            _requests = StreamRequests.None;
            _consumed = 0;
            return requests;
        }
    }

    /// <summary>False if the stream had been ended locally before: nothing is left to give up.</summary>
    private bool End(Libp2pError error, bool locally)
    {
        lock (_gate)
        {
            if (_endedLocally || (_ended is not null && !locally))
            {
                return false;
            }

            _ended ??= error;
            _endedLocally = locally;
            _turn.Revoked = true;
            if (locally || (error == Libp2pError.StreamReset && !_remoteFin))
            {
                _received.Clear();
            }
        }

        _outbox.Leave(_turn);
        _readable.Set();
        _turn.Signal.Set();
        return true;
    }

    /// <summary>Puts the stream before the loop, once until the loop takes its requests: the loop's queue is bounded by the number of streams.</summary>
    private void Post(StreamRequests request)
    {
        lock (_gate)
        {
            bool posted = _requests != StreamRequests.None;
            _requests |= request;
            if (posted)
            {
                return;
            }
        }

        _connection.Post(this);
    }

    private Libp2pException Ended(Libp2pError error) => new(error, error == Libp2pError.StreamReset
        ? _endedLocally ? $"stream {Id} was reset by us" : $"stream {Id} was reset by the peer"
        : $"the connection of stream {Id} is closed")
    {
        IsLocal = error == Libp2pError.StreamReset ? _endedLocally : _connection.IsClosedLocally,
    };
}
