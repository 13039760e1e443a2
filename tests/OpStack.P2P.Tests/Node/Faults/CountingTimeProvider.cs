namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>
/// The system's clock, which tells of every time it is asked: what a node does between two awaits nearly always looks at the clock or sets a
/// timer, so whatever is to happen at every await happens there.
/// </summary>
internal sealed class CountingTimeProvider(Action<int> onUse) : TimeProvider
{
    private int _uses;

    /// <summary>Uses so far.</summary>
    public int Uses => Volatile.Read(ref _uses);

    public override DateTimeOffset GetUtcNow()
    {
        Use();
        return base.GetUtcNow();
    }

    public override long GetTimestamp()
    {
        Use();
        return base.GetTimestamp();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Use();
        return base.CreateTimer(callback, state, dueTime, period);
    }

    private void Use() => onUse(Interlocked.Increment(ref _uses));
}
