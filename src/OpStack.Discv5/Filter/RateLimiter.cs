namespace OpStack.Discv5.Filter;

/// <summary>
/// A rate limit per key, for a bounded number of keys. A flood under ever new (spoofed) keys forgets the oldest ones, which only gives each
/// of them a full allowance again; the budget of WHOAREYOUs then bounds what all of them together can cause.
/// </summary>
/// <param name="perSecond">Events per second and key, and at once, at least 1.</param>
/// <param name="capacity">Keys kept at most.</param>
internal sealed class RateLimiter<TKey>(int perSecond, int capacity)
    where TKey : notnull
{
    private readonly LruMap<TKey, Gcra> _keys = new(capacity);

    /// <summary>Keys held.</summary>
    public int Count => _keys.Count;

    /// <summary>Takes one event of <paramref name="key"/>; false if the key is over its rate.</summary>
    public bool TryTake(TKey key, TimeSpan now) => _keys.Use(key).TryTake(perSecond, now);
}
