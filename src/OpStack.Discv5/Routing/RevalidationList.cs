namespace OpStack.Discv5.Routing;

/// <summary>
/// Nodes of which a random one is pinged at random intervals (geth's revalidation): nobody can foresee when a node is checked, and the
/// traffic does not grow with the table.
/// </summary>
internal sealed class RevalidationList<TRecord>(TimeSpan interval, Random random)
    where TRecord : class, INodeRecord
{
    private readonly List<TableEntry<TRecord>> _entries = [];

    /// <summary>When the next node is due; null while the list is empty.</summary>
    public TimeSpan? Next { get; private set; }

    /// <summary>Nodes in the list.</summary>
    public int Count => _entries.Count;

    /// <summary>Moves a node here, from its list if it has one.</summary>
    public void Take(TableEntry<TRecord> entry, TimeSpan now)
    {
        if (entry.List == this)
        {
            return;
        }

        entry.List?.Remove(entry);
        entry.List = this;
        _entries.Add(entry);
        Next ??= Schedule(now);
    }

    /// <summary>Takes a node out; the next one comes at its time all the same.</summary>
    public void Remove(TableEntry<TRecord> entry)
    {
        _entries.Remove(entry);
        entry.List = null;
        if (_entries.Count == 0)
        {
            Next = null;
        }
    }

    /// <summary>A random node that is not being pinged already, if one is due.</summary>
    public TableEntry<TRecord>? TakeDue(TimeSpan now)
    {
        if (Next is not { } due || now < due)
        {
            return null;
        }

        Next = Schedule(now);
        int first = random.Next(_entries.Count);
        for (int i = 0; i < _entries.Count; i++)
        {
            TableEntry<TRecord> entry = _entries[(first + i) % _entries.Count];
            if (!entry.IsPinging)
            {
                return entry;
            }
        }

        return null;
    }

    private TimeSpan Schedule(TimeSpan now) => now + TimeSpan.FromTicks(random.NextInt64(1, interval.Ticks));
}
