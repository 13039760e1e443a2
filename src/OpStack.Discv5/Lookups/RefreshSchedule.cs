namespace OpStack.Discv5.Lookups;

/// <summary>
/// When the table is refreshed by lookups: at the start, then every 15 to 30 minutes at random, and every 10 s while it is empty.
/// </summary>
/// <param name="random">Spreads the refreshes.</param>
/// <param name="start">When the first one is due.</param>
internal sealed class RefreshSchedule(Random random, TimeSpan start)
{
    private TimeSpan? _last;
    private TimeSpan _next = start;

    /// <summary>When the next refresh is due.</summary>
    public TimeSpan Next(bool tableIsEmpty)
    {
        TimeSpan early = tableIsEmpty && _last is { } last ? last + LookupLimits.EmptyRefreshInterval : _next;
        return early < _next ? early : _next;
    }

    /// <summary>Whether a refresh is due; if so it counts as begun.</summary>
    public bool TryBegin(bool tableIsEmpty, TimeSpan now)
    {
        if (now < Next(tableIsEmpty))
        {
            return false;
        }

        long spread = (LookupLimits.MaxRefreshInterval - LookupLimits.MinRefreshInterval).Ticks;
        _last = now;
        _next = now + LookupLimits.MinRefreshInterval + TimeSpan.FromTicks(random.NextInt64(spread));
        return true;
    }
}
