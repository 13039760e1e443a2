using System.Diagnostics.CodeAnalysis;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections;

/// <summary>What became of a connection offered to the table.</summary>
internal enum ConnectionAdmission
{
    /// <summary>The first connection to its peer.</summary>
    First,
    /// <summary>One more connection to a connected peer; it may have displaced another.</summary>
    Additional,
    /// <summary>The losing half of a simultaneous dial.</summary>
    Duplicate,
    /// <summary>A limit of <see cref="SwarmLimits"/> is reached.</summary>
    LimitReached,
}

/// <summary>What the table needs to know of a connection.</summary>
internal interface ITableEntry
{
    PeerId Peer { get; }

    ConnectionDirection Direction { get; }

    /// <summary>Monotonic time of the end of the handshake.</summary>
    TimeSpan OpenedAt { get; }
}

/// <summary>
/// Which connections exist, and which of two simultaneous ones is kept. Pure data, owned by the swarm's lock.
/// The newest connection to a peer carries its new streams: when a peer comes back, the older one is likely dead.
/// </summary>
internal sealed class ConnectionTable<T>(PeerId local, TimeSpan simultaneousWindow)
    where T : class, ITableEntry
{
    private readonly Dictionary<PeerId, List<T>> _byPeer = [];

    public int Count { get; private set; }

    public IReadOnlyCollection<PeerId> Peers => _byPeer.Keys;

    public IEnumerable<T> All => _byPeer.Values.SelectMany(list => list);

    public bool TryGetNewest(PeerId peer, [NotNullWhen(true)] out T? connection)
    {
        connection = _byPeer.TryGetValue(peer, out List<T>? list) ? list[^1] : null;
        return connection is not null;
    }

    public IReadOnlyList<T> Of(PeerId peer) => _byPeer.TryGetValue(peer, out List<T>? list) ? [.. list] : [];

    /// <summary>Adds a connection; <paramref name="displaced"/> is the one it replaces, already removed, for the caller to close.</summary>
    public ConnectionAdmission Add(T connection, out T? displaced)
    {
        displaced = null;
        if (!_byPeer.TryGetValue(connection.Peer, out List<T>? list))
        {
            if (Count >= SwarmLimits.Connections)
            {
                return ConnectionAdmission.LimitReached;
            }

            _byPeer[connection.Peer] = [connection];
            Count++;
            return ConnectionAdmission.First;
        }

        T? rival = list.Find(e => e.Direction != connection.Direction && connection.OpenedAt - e.OpenedAt < simultaneousWindow);
        if (rival is not null && connection.Direction != KeptDirection(connection.Peer))
        {
            return ConnectionAdmission.Duplicate;
        }

        if (rival is not null)
        {
            list.Remove(rival);
            Count--;
            displaced = rival;
        }
        else if (list.Count >= SwarmLimits.ConnectionsPerPeer || Count >= SwarmLimits.Connections)
        {
            return ConnectionAdmission.LimitReached;
        }

        list.Add(connection);
        Count++;
        return ConnectionAdmission.Additional;
    }

    /// <summary>Removes a connection; true when it was there, with <paramref name="last"/> telling whether its peer is gone now.</summary>
    public bool Remove(T connection, out bool last)
    {
        last = false;
        if (!_byPeer.TryGetValue(connection.Peer, out List<T>? list) || !list.Remove(connection))
        {
            return false;
        }

        Count--;
        if (list.Count == 0)
        {
            _byPeer.Remove(connection.Peer);
            last = true;
        }

        return true;
    }

    /// <summary>The connection dialled by the lower peer id survives: both ends come to the same answer without talking.</summary>
    private ConnectionDirection KeptDirection(PeerId remote) =>
        local.CompareTo(remote) < 0 ? ConnectionDirection.Outbound : ConnectionDirection.Inbound;
}
