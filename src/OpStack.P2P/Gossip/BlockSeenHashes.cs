using OpStack.Primitives;

namespace OpStack.P2P.Gossip;

/// <summary>
/// The hashes of the blocks accepted on one topic, by height: the least recently asked-for height goes when there are too many.
/// </summary>
internal sealed class BlockSeenHashes
{
    private readonly Dictionary<ulong, LinkedListNode<Height>> _heights = [];

    // The least recently asked-for first.
    private readonly LinkedList<Height> _byUse = new();

    /// <summary>Heights remembered.</summary>
    public int Count => _heights.Count;

    /// <summary>
    /// Applies the rules of op-node's seenBlocks and remembers the block if it is new. The count comes first: above it, a known block is
    /// rejected too.
    /// </summary>
    public BlockInvalidReason Add(ulong number, Hash256 hash)
    {
        List<Hash256> hashes = GetOrAdd(number).Hashes;
        if (hashes.Count > GossipLimits.MaxBlocksToKeep)
        {
            return BlockInvalidReason.TooManyBlocks;
        }

        if (hashes.Contains(hash))
        {
            return BlockInvalidReason.BlockSeen;
        }

        hashes.Add(hash);
        return BlockInvalidReason.None;
    }

    private Height GetOrAdd(ulong number)
    {
        if (_heights.TryGetValue(number, out LinkedListNode<Height>? node))
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value;
        }

        if (_heights.Count == GossipLimits.SeenHashCacheSize && _byUse.First is { } oldest)
        {
            _byUse.Remove(oldest);
            _heights.Remove(oldest.Value.Number);
        }

        Height height = new(number, []);
        _heights.Add(number, _byUse.AddLast(height));
        return height;
    }

    private sealed record Height(ulong Number, List<Hash256> Hashes);
}
