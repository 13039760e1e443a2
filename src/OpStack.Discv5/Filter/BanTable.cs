using System.Net;

namespace OpStack.Discv5.Filter;

/// <summary>
/// Bans of one kind of key, each with its end. Bounded: when full, the ban that ends first makes room, so those without end stay.
/// </summary>
internal sealed class BanTable<TKey>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Ban> _bans = [];

    /// <summary>Bans held, those that have ended but were not asked for since included.</summary>
    public int Count => _bans.Count;

    /// <summary>
    /// Bans the key until <paramref name="now"/> plus <paramref name="duration"/> (null: for ever); a longer ban that is there stays.
    /// </summary>
    public void Add(TKey key, IPAddress? address, TimeSpan? duration, TimeSpan now)
    {
        TimeSpan end = duration is { } d && d < TimeSpan.MaxValue - now ? now + d : TimeSpan.MaxValue;
        if (_bans.TryGetValue(key, out Ban known))
        {
            _bans[key] = new Ban(end > known.End ? end : known.End, address ?? known.Address);
            return;
        }

        if (_bans.Count >= capacity)
        {
            _bans.Remove(_bans.MinBy(ban => ban.Value.End).Key);
        }

        _bans.Add(key, new Ban(end, address));
    }

    /// <summary>Lifts a ban; false if there was none.</summary>
    public bool Remove(TKey key) => _bans.Remove(key);

    /// <summary>Whether the key is banned at the time; forgets a ban that has ended.</summary>
    public bool Contains(TKey key, TimeSpan now)
    {
        if (!_bans.TryGetValue(key, out Ban ban))
        {
            return false;
        }

        if (ban.End > now)
        {
            return true;
        }

        _bans.Remove(key);
        return false;
    }

    /// <summary>The bans in force.</summary>
    public IEnumerable<(TKey Key, IPAddress? Address, TimeSpan? Remaining)> InForce(TimeSpan now) =>
        from ban in _bans
        where ban.Value.End > now
        select (ban.Key, ban.Value.Address, ban.Value.End == TimeSpan.MaxValue ? (TimeSpan?)null : ban.Value.End - now);

    private readonly record struct Ban(TimeSpan End, IPAddress? Address);
}
