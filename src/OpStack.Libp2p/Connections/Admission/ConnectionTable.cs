using System.Diagnostics.CodeAnalysis;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>What became of a connection offered to the table.</summary>
/// <param name="Refusal">Why it did not enter; null when it did.</param>
/// <param name="IsFirst">It is the first connection to its peer.</param>
/// <param name="Leaving">The connection that has to leave for it, for the caller to remove and close; null for none.</param>
/// <param name="LeavingBecause">Why that one has to leave.</param>
internal readonly record struct TableAdmission<T>(
    RefusalReason? Refusal, bool IsFirst = false, T? Leaving = null, ConnectionCloseReason LeavingBecause = default)
    where T : class;

/// <summary>
/// Which connections exist, how many there may be, and which of two simultaneous ones is kept. Pure data, owned by the swarm's lock.
/// The newest connection to a peer carries its new streams: when a peer comes back, the older one is likely dead.
/// </summary>
internal sealed class ConnectionTable<T>(PeerId local, ConnectionLimits limits, TimeSpan simultaneousWindow, Func<PeerId, PeerWorth> worthOf)
    where T : class, ITableEntry
{
    private readonly Dictionary<PeerId, List<T>> _byPeer = [];

    public int Total => Inbound + Outbound;

    /// <summary>Connections that remotes dialled.</summary>
    public int Inbound { get; private set; }

    /// <summary>Connections that we dialled.</summary>
    public int Outbound { get; private set; }

    public IReadOnlyCollection<PeerId> Peers => _byPeer.Keys;

    public IEnumerable<T> All => _byPeer.Values.SelectMany(list => list);

    public bool TryGetNewest(PeerId peer, [NotNullWhen(true)] out T? connection)
    {
        connection = _byPeer.TryGetValue(peer, out List<T>? list) ? list[^1] : null;
        return connection is not null;
    }

    public IReadOnlyList<T> Of(PeerId peer) => _byPeer.TryGetValue(peer, out List<T>? list) ? [.. list] : [];

    /// <summary>
    /// Whether there is room for one more connection in this direction now, or could be made if its peer were worth enough. For turning
    /// sockets away before they cost a handshake; <see cref="Add"/> decides.
    /// </summary>
    public bool HasRoomFor(ConnectionDirection direction, TimeSpan now) =>
        IsRoomFree(direction) || (MayDisplace(direction) && All.Any(c => TrimPolicy.MayMakeRoom(c, worthOf, limits, now)));

    /// <summary>
    /// Adds a connection, if the limits allow or another has to make room. Its peer stays connected throughout if it was.
    /// </summary>
    public TableAdmission<T> Add(T connection)
    {
        IReadOnlyList<T> ofPeer = Of(connection.Peer);
        T? rival = ofPeer.FirstOrDefault(e => e.Direction != connection.Direction && connection.OpenedAt - e.OpenedAt < simultaneousWindow);
        if (rival is not null)
        {
            // One for one: how many there may be is no question.
            return connection.Direction == KeptDirection(connection.Peer)
                ? new TableAdmission<T>(null, Enter(connection), rival, ConnectionCloseReason.Duplicate)
                : new TableAdmission<T>(RefusalReason.Duplicate);
        }

        if (ofPeer.Count >= limits.MaxPerPeer)
        {
            return new TableAdmission<T>(RefusalReason.PeerLimit);
        }

        if (IsRoomFree(connection.Direction))
        {
            return new TableAdmission<T>(null, Enter(connection));
        }

        T? displaced = MayDisplace(connection.Direction)
            ? TrimPolicy.Displaced(All, worthOf(connection.Peer), worthOf, limits, connection.OpenedAt)
            : null;
        return displaced is null
            ? new TableAdmission<T>(RefusalReason.TotalLimit)
            : new TableAdmission<T>(null, Enter(connection), displaced, ConnectionCloseReason.Displaced);
    }

    /// <summary>Removes a connection; true when it was there, with <paramref name="last"/> telling whether its peer is gone now.</summary>
    public bool Remove(T connection, out bool last)
    {
        last = false;
        if (!_byPeer.TryGetValue(connection.Peer, out List<T>? list) || !list.Remove(connection))
        {
            return false;
        }

        Count(connection.Direction, -1);
        if (list.Count == 0)
        {
            _byPeer.Remove(connection.Peer);
            last = true;
        }

        return true;
    }

    private bool IsRoomFree(ConnectionDirection direction) =>
        Total < limits.MaxConnections && (direction == ConnectionDirection.Inbound ? Inbound < limits.MaxInbound : Outbound < limits.MaxOutbound);

    /// <summary>Only inbound connections make room, which is of no help against the limit of our own.</summary>
    private bool MayDisplace(ConnectionDirection direction) => direction == ConnectionDirection.Inbound || Outbound < limits.MaxOutbound;

    private bool Enter(T connection)
    {
        bool isFirst = !_byPeer.TryGetValue(connection.Peer, out List<T>? list);
        if (isFirst)
        {
            _byPeer[connection.Peer] = list = [];
        }

        list!.Add(connection);
        Count(connection.Direction, 1);
        return isFirst;
    }

    private void Count(ConnectionDirection direction, int change)
    {
        if (direction == ConnectionDirection.Inbound)
        {
            Inbound += change;
        }
        else
        {
            Outbound += change;
        }
    }

    /// <summary>The connection dialled by the lower peer id survives: both ends come to the same answer without talking.</summary>
    private ConnectionDirection KeptDirection(PeerId remote) =>
        local.CompareTo(remote) < 0 ? ConnectionDirection.Outbound : ConnectionDirection.Inbound;
}
