namespace OpStack.Libp2p.Yamux;

/// <summary>
/// One side of a yamux session (wire.md section 5) as a state machine: received bytes and commands in, events and control frames out, times given.
/// Data frames are not built here: the stream's writer sends what its <see cref="SendWindow"/> allows.
/// Not thread-safe; one loop owns it. After every call, take the frames with <see cref="TryDequeue"/>.
/// </summary>
internal sealed partial class YamuxSession
{
    private readonly YamuxOptions _options;
    private readonly Dictionary<uint, StreamState> _streams = [];
    private readonly Queue<YamuxHeader> _output = new();
    private readonly InboundIds _remoteIds = new();
    private readonly PingClock _pings;
    private readonly WindowBudget _windows;
    private readonly uint _localParity;
    private ResetBudget _resets;
    private ulong _nextId;
    private int _unacknowledged;
    private bool _localGoAway;

    /// <summary>Begins a session.</summary>
    /// <param name="isInitiator">Whether our stream ids are odd.</param>
    /// <param name="options">Validated by the caller.</param>
    /// <param name="windows">Shared with other sessions; null gives this one the budget of the options for itself.</param>
    public YamuxSession(bool isInitiator, YamuxOptions options, WindowBudget? windows = null)
    {
        _options = options;
        _windows = windows ?? new WindowBudget(options.ReceiveBudget);
        _pings = new PingClock(options.KeepAliveInterval, options.PingTimeout);
        _localParity = isInitiator ? 1u : 0u;
        _nextId = isInitiator ? 1u : 2u;
    }

    /// <summary>Live streams that the peer opened. A stream lives until it is reset, or both sides finished and all was consumed.</summary>
    public int InboundStreams { get; private set; }

    /// <summary>Live streams that we opened.</summary>
    public int OutboundStreams { get; private set; }

    /// <summary>Bytes thrown away because their stream was unknown or finished.</summary>
    public long DiscardedBytes { get; private set; }

    /// <summary>Pongs thrown away because we asked nothing they answer.</summary>
    public long IgnoredPongs { get; private set; }

    /// <summary>The code of the peer's GoAway, if it sent one.</summary>
    public uint? RemoteGoAway { get; private set; }

    /// <summary>The rule the peer broke, if it did; no input is taken after that.</summary>
    public YamuxViolation Violation { get; private set; }

    /// <summary>The smoothed round trip, or null before the first pong.</summary>
    public TimeSpan? RoundTrip => _pings.RoundTrip;

    /// <summary>When to call <see cref="Advance"/> next.</summary>
    public TimeSpan NextDeadline => _pings.Deadline;

    /// <summary>Whether the session still counts the stream.</summary>
    public bool Contains(uint streamId) => _streams.ContainsKey(streamId);

    /// <summary>The send window of a live stream.</summary>
    public SendWindow SendWindowOf(uint streamId) => _streams[streamId].Send;

    /// <summary>Takes the next control frame to send, in order.</summary>
    public bool TryDequeue(out YamuxHeader frame) => _output.TryDequeue(out frame);

    /// <summary>The session is over, however it ended: its streams are gone and hold no budget.</summary>
    public void End()
    {
        foreach (StreamState stream in _streams.Values)
        {
            Drop(stream);
        }
    }

    /// <summary>A stream whose window was taken from the budget.</summary>
    private StreamState Add(uint id, bool isInbound, TimeSpan now)
    {
        StreamState stream = new(id, isInbound, now);
        _streams.Add(id, stream);
        if (isInbound)
        {
            InboundStreams++;
        }
        else
        {
            OutboundStreams++;
            _unacknowledged++;
        }

        return stream;
    }

    private void Drop(StreamState stream)
    {
        stream.Dropped = true;
        _streams.Remove(stream.Id);
        _windows.Return(stream.Window);
        if (stream.IsInbound)
        {
            InboundStreams--;
        }
        else
        {
            OutboundStreams--;
            _unacknowledged -= stream.Acknowledged ? 0 : 1;
        }
    }

    /// <summary>Both sides are done and nothing waits for the reader: only then does the stream stop counting against the peer.</summary>
    private void DropIfDone(StreamState stream)
    {
        if (stream is { LocalFin: true, RemoteFin: true, Unread: 0, Dropped: false })
        {
            Drop(stream);
        }
    }

    private void Send(YamuxFrameType type, YamuxFlags flags, uint streamId, uint length = 0)
        => _output.Enqueue(new YamuxHeader(type, flags, streamId, length));
}
