namespace OpStack.Discv5.Filter;

/// <summary>
/// One generic cell rate limiter: so many events per second on average, and as many at once after a pause. Its whole state is one time,
/// that at which everything taken so far would have been earned at the even pace.
/// </summary>
internal struct Gcra
{
    private long _earned;

    /// <summary>
    /// Takes <paramref name="count"/> events at the time <paramref name="now"/> (0 or more, never going back); false if that is too soon, and then
    /// it costs nothing.
    /// </summary>
    public bool TryTake(int perSecond, TimeSpan now, int count = 1)
    {
        long interval = TimeSpan.TicksPerSecond / perSecond;
        long start = Math.Max(_earned, now.Ticks);
        if (start - now.Ticks > interval * (perSecond - count))
        {
            return false;
        }

        _earned = start + (interval * count);
        return true;
    }
}
