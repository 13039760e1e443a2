using System.Net;

namespace OpStack.Discv5.Routing;

/// <summary>The nodes at one logarithmic distance, and those waiting for a place among them. Both count for the /24 limit.</summary>
/// <param name="subnetLimit">Most of them that may share a network.</param>
internal sealed class Bucket<TRecord>(int subnetLimit)
    where TRecord : class, INodeRecord
{
    /// <summary>The nodes, the longest known first.</summary>
    public List<TableEntry<TRecord>> Entries { get; } = [];

    /// <summary>Nodes waiting, the newest last.</summary>
    public List<TableEntry<TRecord>> Replacements { get; } = [];

    /// <summary>Their networks.</summary>
    public SubnetCounter Subnets { get; } = new(subnetLimit);

    /// <summary>Whether there is no place left.</summary>
    public bool IsFull => Entries.Count >= RoutingLimits.BucketSize;

    /// <summary>The node's entry, or null.</summary>
    public TableEntry<TRecord>? Find(NodeId node) => Find(Entries, node);

    /// <summary>The node's waiting entry, or null.</summary>
    public TableEntry<TRecord>? FindReplacement(NodeId node) => Find(Replacements, node);

    /// <summary>The nodes, waiting ones too, whose address matches.</summary>
    public IEnumerable<NodeId> At(Func<IPAddress, bool> matches) =>
        Entries.Concat(Replacements).Where(entry => matches(entry.Endpoint.Address)).Select(entry => entry.NodeId);

    private static TableEntry<TRecord>? Find(List<TableEntry<TRecord>> list, NodeId node)
    {
        foreach (TableEntry<TRecord> entry in list)
        {
            if (entry.NodeId == node)
            {
                return entry;
            }
        }

        return null;
    }
}
