namespace OpStack.P2P.Sync;

/// <summary>
/// A rate limit whose users wait for their turn (golang's rate.Limiter): so many at once, then one per interval; what is taken ahead of time is
/// owed. Full when created. A pure core, for one owner.
/// </summary>
/// <param name="burst">How many at once.</param>
/// <param name="interval">How often one more.</param>
internal sealed class RequestPacer(int burst, TimeSpan interval)
{
    // All that was taken has been made up for at this time.
    private TimeSpan _full = TimeSpan.MinValue;

    /// <summary>How long until the next may go; zero when it may now.</summary>
    public TimeSpan DelayAt(TimeSpan now)
    {
        TimeSpan wait = OwedAt(now) - (interval * (burst - 1));
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>How long it takes to make up for all that was taken.</summary>
    public TimeSpan OwedAt(TimeSpan now) => Later(_full, now) - now;

    /// <summary>Takes so many, whether or not they may go yet.</summary>
    public void Take(TimeSpan now, int count = 1) => _full = Later(_full, now) + (interval * count);

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
