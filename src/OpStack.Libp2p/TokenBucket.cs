namespace OpStack.Libp2p;

/// <summary>
/// A rate limit: a burst at once, then one per interval. Full when created.
/// A pure core: the caller brings a monotonic time and, if there is more than one, keeps its threads apart.
/// </summary>
internal sealed class TokenBucket
{
    private readonly int _burst;
    private readonly TimeSpan _interval;
    private int _tokens;
    private TimeSpan _refilled;

    public TokenBucket(int burst, TimeSpan interval, TimeSpan now)
    {
        _burst = burst;
        _interval = interval;
        _tokens = burst;
        _refilled = now;
    }

    /// <summary>Takes a token if there is one.</summary>
    public bool TryTake(TimeSpan now)
    {
        Refill(now);
        if (_tokens == 0)
        {
            return false;
        }

        _tokens--;
        return true;
    }

    /// <summary>How long until there is a token; zero when there is one.</summary>
    public TimeSpan NextIn(TimeSpan now)
    {
        Refill(now);
        return _tokens > 0 ? TimeSpan.Zero : _refilled + _interval - now;
    }

    private void Refill(TimeSpan now)
    {
        long gained = (now - _refilled).Ticks / _interval.Ticks;
        if (gained >= _burst - _tokens)
        {
            // A full bucket gains nothing: the next interval begins when a token is taken.
            (_tokens, _refilled) = (_burst, now);
        }
        else
        {
            _tokens += (int)gained;
            _refilled += gained * _interval;
        }
    }
}
