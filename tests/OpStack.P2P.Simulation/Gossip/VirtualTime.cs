namespace OpStack.P2P.Simulation.Gossip;

/// <summary>Virtual time on one thread: what is due runs in order of its time, and what is due at the same time in the order it was asked for.</summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> _queue = new();
    private long _order;

    public TimeSpan Now { get; private set; }

    /// <summary>The run has ended: nothing new is to begin.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Actions run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Runs the action at a time; at once, after what is due already, when that is past.</summary>
    public void At(TimeSpan due, Action action) => _queue.Enqueue(action, (due < Now ? Now : due, _order++));

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    /// <summary>Runs the action every so often, until <see cref="Finish"/>.</summary>
    public void Every(TimeSpan first, TimeSpan interval, Action action) => At(first, () =>
    {
        if (!IsOver)
        {
            action();
            Every(Now + interval, interval, action);
        }
    });

    /// <summary>Runs what is left, which must not ask for more without end.</summary>
    public void Finish()
    {
        IsOver = true;
        RunTo(TimeSpan.MaxValue);
    }

    public void RunTo(TimeSpan end)
    {
        while (_queue.TryPeek(out _, out (TimeSpan Due, long Order) next) && next.Due <= end)
        {
            Action action = _queue.Dequeue();
            Now = next.Due;
            Steps++;
            action();
        }

        Now = end;
    }
}

/// <summary>A node's wall clock over virtual time, which may be wrong by <paramref name="skew"/>.</summary>
internal sealed class VirtualClock(VirtualTime time, TimeSpan skew) : TimeProvider
{
    /// <summary>What the wall clock shows at virtual time zero: a whole second.</summary>
    public static readonly DateTimeOffset Epoch = DateTimeOffset.FromUnixTimeSeconds(1_764_691_200);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Epoch + time.Now + skew;

    public override long GetTimestamp() => time.Now.Ticks;
}
