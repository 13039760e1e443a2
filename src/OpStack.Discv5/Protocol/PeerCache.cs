namespace OpStack.Discv5.Protocol;

/// <summary>Peers that have or had a session; the one used longest ago makes room. As many as there may be sessions.</summary>
internal sealed class PeerCache(int capacity)
{
    private readonly Dictionary<NodeAddress, LinkedListNode<Peer>> _byAddress = [];
    private readonly LinkedList<Peer> _leastRecentFirst = new();

    /// <summary>All of them, least recently used first; a copy.</summary>
    public Peer[] All() => [.. _leastRecentFirst];

    /// <summary>The peer, which is then the most recently used.</summary>
    public Peer? Find(NodeAddress address)
    {
        if (!_byAddress.TryGetValue(address, out LinkedListNode<Peer>? node))
            return null;
        _leastRecentFirst.Remove(node);
        _leastRecentFirst.AddLast(node);
        return node.Value;
    }

    /// <summary>Adds a peer that is not there.</summary>
    public void Add(Peer peer)
    {
        if (_byAddress.Count == capacity)
            Remove(_leastRecentFirst.First!.Value.Address);
        _byAddress.Add(peer.Address, _leastRecentFirst.AddLast(peer));
    }

    public void Remove(NodeAddress address)
    {
        if (_byAddress.Remove(address, out LinkedListNode<Peer>? node))
            _leastRecentFirst.Remove(node);
    }
}
