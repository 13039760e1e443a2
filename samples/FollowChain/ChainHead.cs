namespace OpStack.P2P.FollowChain;

/// <summary>
/// How far blocks reach without a gap, from the first one seen: this program has no chain of its own to know it from.
/// </summary>
internal sealed class ChainHead
{
    /// <summary>Blocks above a gap that are remembered; the lowest give way.</summary>
    private const int MaxAhead = 1024;

    private readonly SortedDictionary<ulong, ExecutionPayload> _ahead = [];

    public BlockId? Current { get; private set; }

    /// <summary>A block came, in whatever order; true when the head moved.</summary>
    public bool Add(ExecutionPayload block)
    {
        BlockId? before = Current;
        Current ??= IdOf(block);
        _ahead[block.BlockNumber] = block;
        while (_ahead.TryGetValue(Current.Value.Number + 1, out ExecutionPayload? next) && next.ParentHash == Current.Value.Hash)
        {
            Current = IdOf(next);
        }

        while (_ahead.Count > 0 && (_ahead.Keys.First() <= Current.Value.Number || _ahead.Count > MaxAhead))
        {
            _ahead.Remove(_ahead.Keys.First());
        }

        return Current != before;
    }

    private static BlockId IdOf(ExecutionPayload block) => new(block.BlockHash, block.BlockNumber);
}
