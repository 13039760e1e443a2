namespace OpStack.Libp2p.Yamux;

/// <summary>
/// At most one ping under way, and what the answered ones say about the round trip. A ping counts as lost only when nothing at all was heard
/// for the timeout: behind a large block on a slow link the answer is late, and the peer is not dead (go-yamux pings a silent peer only).
/// </summary>
internal sealed class PingClock(TimeSpan interval, TimeSpan timeout)
{
    private TimeSpan? _sentAt;
    private TimeSpan _heardAt;
    private TimeSpan _next;
    private uint _value;

    /// <summary>The smoothed round trip (half old, half new, as go-yamux), or null before the first answer.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>When to send the next ping, or when the one under way is lost.</summary>
    public TimeSpan Deadline => _sentAt is { } sentAt ? (sentAt > _heardAt ? sentAt : _heardAt) + timeout : _next;

    /// <summary>Whether a ping under way has gone unanswered for too long.</summary>
    public bool IsLost(TimeSpan now) => _sentAt is not null && now >= Deadline;

    /// <summary>Something arrived.</summary>
    public void Hear(TimeSpan now) => _heardAt = now;

    /// <summary>Starts a ping with its value, unless one is under way.</summary>
    public bool TryStart(TimeSpan now, out uint value)
    {
        value = _value;
        if (_sentAt is not null)
        {
            return false;
        }

        _sentAt = now;
        _next = now + interval;
        return true;
    }

    /// <summary>Takes an answer; false if it answers nothing we asked.</summary>
    public bool TryFinish(uint value, TimeSpan now, out TimeSpan roundTrip)
    {
        roundTrip = default;
        if (_sentAt is not { } sentAt || value != _value)
        {
            return false;
        }

        roundTrip = now - sentAt;
        RoundTrip = RoundTrip is { } old ? (old + roundTrip) / 2 : roundTrip;
        _sentAt = null;
        _value++;
        return true;
    }
}
