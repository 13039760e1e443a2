namespace OpStack.P2P.Discovery;

/// <summary>
/// What is banned and until when; at most <see cref="DiscoveryLimits.MaxBans"/>, the one that ends first making room. The network drops
/// packets by itself; this is for records that come through others. One thread at a time.
/// </summary>
internal sealed class BanList<T>(TimeProvider time)
    where T : notnull
{
    private readonly Dictionary<T, DateTimeOffset> _ends = [];

    /// <summary>Bans for so long from now; a ban that ends later stays as it is.</summary>
    public void Add(T banned, TimeSpan duration)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset end = duration < DateTimeOffset.MaxValue - now ? now + duration : DateTimeOffset.MaxValue;
        if (_ends.TryGetValue(banned, out DateTimeOffset known) && known >= end)
        {
            return;
        }

        if (_ends.Count >= DiscoveryLimits.MaxBans && !_ends.ContainsKey(banned))
        {
            _ends.Remove(_ends.MinBy(e => e.Value).Key);
        }

        _ends[banned] = end;
    }

    /// <summary>Whether a ban holds now.</summary>
    public bool Contains(T candidate)
    {
        if (!_ends.TryGetValue(candidate, out DateTimeOffset end))
        {
            return false;
        }

        if (end > time.GetUtcNow())
        {
            return true;
        }

        _ends.Remove(candidate);
        return false;
    }
}
