namespace OpStack.Discv5.Filter;

/// <summary>The node ids proven from one address within a time, that of a ban: never more than those that ban it.</summary>
internal sealed class KnownNodes(TimeSpan within)
{
    private readonly List<(NodeId Node, TimeSpan Seen)> _nodes = [];

    /// <summary>Notes a node and returns how many are known now.</summary>
    public int Add(NodeId node, TimeSpan now)
    {
        _nodes.RemoveAll(known => known.Node == node || now - known.Seen >= within);
        _nodes.Add((node, now));
        return _nodes.Count;
    }
}
