using OpStack.Discv5;
using OpStack.Discv5.Records;

namespace OpStack.P2P.Peers;

/// <summary>
/// The records to begin with next time: the newest of each node, at most 2,048, the one not seen for longest leaving first.
/// One thread at a time.
/// </summary>
public sealed class BootStore
{
    private readonly LinkedList<Enr> _order = new();
    private readonly Dictionary<NodeId, LinkedListNode<Enr>> _byNode = [];

    /// <summary>Records held.</summary>
    public int Count => _byNode.Count;

    /// <summary>The records, those seen last at the end.</summary>
    public IReadOnlyList<Enr> Records => [.. _order];

    /// <summary>Whether a record was added or replaced since <see cref="MarkSaved"/>.</summary>
    public bool HasChanges { get; private set; }

    /// <summary>Keeps a record, unless one as new of the same node is there. True when it was added or replaced an older one.</summary>
    public bool Add(Enr record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (_byNode.TryGetValue(record.NodeId, out LinkedListNode<Enr>? known))
        {
            _order.Remove(known);
            _order.AddLast(known);
            if (record.Sequence <= known.Value.Sequence)
            {
                return false;
            }

            known.Value = record;
        }
        else
        {
            if (_byNode.Count == PeerLimits.MaxStoredRecords)
            {
                _byNode.Remove(_order.First!.Value.NodeId);
                _order.RemoveFirst();
            }

            _byNode[record.NodeId] = _order.AddLast(record);
        }

        HasChanges = true;
        return true;
    }

    /// <summary>Takes a node's record out; true if there was one.</summary>
    public bool Remove(NodeId node)
    {
        if (!_byNode.Remove(node, out LinkedListNode<Enr>? known))
        {
            return false;
        }

        _order.Remove(known);
        HasChanges = true;
        return true;
    }

    /// <summary>Tells that what is here is on the disk.</summary>
    public void MarkSaved() => HasChanges = false;
}
