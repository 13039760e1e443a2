using System.Diagnostics.CodeAnalysis;

namespace OpStack.Discv5.Sessions;

/// <summary>
/// The sessions, by node id and endpoint: the most recently used are kept, for at most a day from their handshake. Owns them; one that is
/// dropped is disposed, so a session is not held on to between calls.
/// </summary>
internal sealed class SessionCache : IDisposable
{
    private readonly Dictionary<NodeAddress, LinkedListNode<Session>> _byAddress = [];
    private readonly LinkedList<Session> _leastRecentFirst = new();
    private readonly int _capacity;

    /// <summary>Makes an empty cache.</summary>
    internal SessionCache(int capacity = SessionLimits.MaxSessions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>Sessions kept, among them such as have expired and were not asked for since.</summary>
    internal int Count => _byAddress.Count;

    /// <summary>Finds a session, which is then the most recently used.</summary>
    internal bool TryGet(NodeAddress remote, TimeSpan now, [NotNullWhen(true)] out Session? session)
    {
        session = null;
        if (!_byAddress.TryGetValue(remote, out LinkedListNode<Session>? node))
            return false;
        if (now - node.Value.EstablishedAt >= SessionLimits.SessionLifetime)
        {
            Remove(node);
            return false;
        }

        _leastRecentFirst.Remove(node);
        _leastRecentFirst.AddLast(node);
        session = node.Value;
        return true;
    }

    /// <summary>
    /// Takes the keys of a handshake, which it then owns: as a new session, or as the new keys of the one there is. Drops the least
    /// recently used session if there are too many.
    /// </summary>
    internal Session Establish(NodeAddress remote, SessionKeys keys, TimeSpan now)
    {
        if (TryGet(remote, now, out Session? session))
        {
            session.Rekey(keys, now);
            return session;
        }

        if (_byAddress.Count == _capacity)
            Remove(_leastRecentFirst.First!);
        session = new Session(remote, keys, now);
        _byAddress.Add(remote, _leastRecentFirst.AddLast(session));
        return session;
    }

    /// <summary>Drops a session; false if there is none.</summary>
    internal bool Remove(NodeAddress remote)
    {
        if (!_byAddress.TryGetValue(remote, out LinkedListNode<Session>? node))
            return false;
        Remove(node);
        return true;
    }

    /// <summary>Drops all sessions.</summary>
    public void Dispose()
    {
        foreach (Session session in _leastRecentFirst)
            session.Dispose();
        _leastRecentFirst.Clear();
        _byAddress.Clear();
    }

    private void Remove(LinkedListNode<Session> node)
    {
        _byAddress.Remove(node.Value.Remote);
        _leastRecentFirst.Remove(node);
        node.Value.Dispose();
    }
}
