namespace OpStack.P2P.TestKit;

/// <summary>Real time, but with the wall clock at another date: for messages captured in the past, and for clocks that are set.</summary>
public sealed class ShiftedTimeProvider(DateTimeOffset now) : TimeProvider
{
    private long _shift = (now - DateTimeOffset.UtcNow).Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _shift));

    /// <summary>Sets the wall clock; timestamps and timers go on as they were.</summary>
    public void Set(DateTimeOffset now) => Volatile.Write(ref _shift, (now - DateTimeOffset.UtcNow).Ticks);
}
