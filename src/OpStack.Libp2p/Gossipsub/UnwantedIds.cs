namespace OpStack.Libp2p.Gossipsub;

/// <summary>Ids one peer does not want (IDONTWANT): so many per heartbeat, each for <see cref="GossipsubLimits.IDontWantHeartbeats"/>.</summary>
internal sealed class UnwantedIds
{
    /// <summary>A set that held more gives its memory back when it is emptied.</summary>
    private const int KeptCapacity = 64;

    private readonly HashSet<MessageId>[] _heartbeats = new HashSet<MessageId>[GossipsubLimits.IDontWantHeartbeats];
    private int _newest;
    private int _taken;

    public UnwantedIds()
    {
        for (int i = 0; i < _heartbeats.Length; i++)
        {
            _heartbeats[i] = [];
        }
    }

    /// <summary>Ids held.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (HashSet<MessageId> ids in _heartbeats)
            {
                count += ids.Count;
            }

            return count;
        }
    }

    /// <summary>True for an id that is held.</summary>
    public bool Contains(MessageId id)
    {
        foreach (HashSet<MessageId> ids in _heartbeats)
        {
            if (ids.Contains(id))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes an id, named before or not; false when the heartbeat's number is used up.</summary>
    public bool TryAdd(MessageId id)
    {
        if (_taken >= GossipsubLimits.MaxIDontWantIds)
        {
            return false;
        }

        _taken++;
        _heartbeats[_newest].Add(id);
        return true;
    }

    /// <summary>A heartbeat passed: the oldest ids are forgotten.</summary>
    public void OnHeartbeat()
    {
        _taken = 0;
        _newest = (_newest + 1) % _heartbeats.Length;
        if (_heartbeats[_newest].Count > KeptCapacity)
        {
            _heartbeats[_newest] = [];
        }
        else
        {
            _heartbeats[_newest].Clear();
        }
    }
}
