using System.Net;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>
/// Inbound connections whose handshake has not ended. When there are too many, the oldest of the address that has most of them goes: honest
/// handshakes are over in a few round trips, and one address that floods the list makes room out of its own. A pure core, owned by the
/// swarm's lock.
/// </summary>
/// <param name="limit">The most held at once.</param>
/// <param name="groupOf">What counts as one address.</param>
internal sealed class HalfOpenConnections<T>(int limit, Func<IPAddress, AddressGroup> groupOf)
    where T : class
{
    private readonly List<Entry> _byAge = [];

    public int Count => _byAge.Count;

    /// <summary>Enters a connection; <paramref name="dropped"/> is the one that made room for it.</summary>
    public Entry Add(T connection, IPAddress address, out T? dropped)
    {
        dropped = null;
        if (_byAge.Count >= limit)
        {
            Entry victim = Victim();
            _byAge.Remove(victim);
            victim.IsDropped = true;
            dropped = victim.Connection;
        }

        Entry entry = new(connection, address, groupOf(address));
        _byAge.Add(entry);
        return entry;
    }

    /// <summary>Takes a connection out; nothing happens when it is out already.</summary>
    public void Remove(Entry entry) => _byAge.Remove(entry);

    /// <summary>Takes out all whose address fits.</summary>
    public IReadOnlyList<T> RemoveAll(Func<IPAddress, bool> isMeant)
    {
        Entry[] meant = [.. _byAge.Where(e => isMeant(e.Address))];
        foreach (Entry entry in meant)
        {
            _byAge.Remove(entry);
            entry.IsDropped = true;
        }

        return [.. meant.Select(e => e.Connection)];
    }

    private Entry Victim()
    {
        // Oldest first, so that of equal groups the one with the oldest connection is taken.
        Dictionary<AddressGroup, int> counts = [];
        foreach (Entry entry in _byAge)
        {
            counts[entry.Group] = counts.GetValueOrDefault(entry.Group) + 1;
        }

        return _byAge.MaxBy(e => counts[e.Group])!;
    }

    /// <summary>A connection in the list.</summary>
    internal sealed class Entry(T connection, IPAddress address, AddressGroup group)
    {
        public T Connection { get; } = connection;

        public IPAddress Address { get; } = address;

        public AddressGroup Group { get; } = group;

        /// <summary>Whether it was taken out before its handshake had ended.</summary>
        public bool IsDropped { get; set; }
    }
}
