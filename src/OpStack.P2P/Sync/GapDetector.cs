using OpStack.P2P.Sync;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>
/// Finds what is missing between the host's head and the blocks that came over gossip, so that it can be asked for by number. A pure core: the
/// caller brings a monotonic time and keeps its threads apart.
/// </summary>
/// <remarks>
/// A gap is told once it has been open for two block times, as often as op-node looks (gossip brings blocks out of order), and again every
/// 30 s while it stays open. Blocks got by number are to be given to <see cref="OnBlock"/> as well: they close gaps. What lies more than 12 h of
/// blocks below a known block is not asked for (op-node's rule): that is the execution layer's to fetch. At most 4,096 blocks above the head are
/// remembered; over that the lowest counts as the head.
/// </remarks>
public sealed class GapDetector
{
    private readonly TimeSpan _grace;
    private readonly ulong _longest;
    private readonly SortedDictionary<ulong, KnownBlock> _known = [];
    private BlockId? _head;

    /// <summary>Knows no head yet, and so no gap.</summary>
    /// <param name="blockTime">The chain's block time, at least 1 s.</param>
    public GapDetector(TimeSpan blockTime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockTime, TimeSpan.FromSeconds(1));
        _grace = 2 * blockTime;
        _longest = (ulong)(SyncLimits.MaxGapAge / blockTime);
    }

    /// <summary>Blocks above the head that are remembered.</summary>
    public int KnownBlocks => _known.Count;

    /// <summary>The host's chain reaches up to here now; it may also have gone back.</summary>
    public void OnHead(BlockId head)
    {
        _head = head;
        foreach (ulong number in _known.Keys.TakeWhile(number => number <= head.Number).ToArray())
        {
            _known.Remove(number);
        }
    }

    /// <summary>
    /// A block is there: accepted from gossip or got by number. Of several of one height the last counts.
    /// </summary>
    /// <param name="payload">The block.</param>
    /// <param name="now">The time.</param>
    public void OnBlock(ExecutionPayload payload, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ulong number = payload.BlockNumber;
        if (number <= _head?.Number || (_known.TryGetValue(number, out KnownBlock? known) && known.Hash == payload.BlockHash))
        {
            return;
        }

        _known[number] = new KnownBlock(payload.BlockHash, payload.ParentHash, now);
        if (_known.Count > SyncLimits.MaxKnownBlocks)
        {
            (ulong lowest, KnownBlock dropped) = _known.First();
            OnHead(new BlockId(dropped.Hash, lowest));
        }
    }

    /// <summary>The gaps that are due to be asked for, lowest first. Each is told again in 30 s if it is still open then.</summary>
    /// <param name="now">The time.</param>
    public IReadOnlyList<SyncRange> TakeDue(TimeSpan now)
    {
        List<SyncRange> due = [];
        if (_head is not { } below)
        {
            return due;
        }

        foreach ((ulong number, KnownBlock block) in _known)
        {
            if (GapBelow(number, block, below) is { } gap && block.DueAt(_grace) <= now)
            {
                block.AskedAt = now;
                due.Add(gap);
            }

            below = new BlockId(block.Hash, number);
        }

        return due;
    }

    /// <summary>
    /// What is missing directly below a block; <paramref name="below"/> is the next lower one known. When that is right below and not the parent,
    /// it alone is asked for: step by step this finds where two forks part. Down at the head, which is the host's own, it is not.
    /// </summary>
    private SyncRange? GapBelow(ulong number, KnownBlock block, BlockId below)
    {
        ulong distance = number - below.Number;
        bool isFork = distance == 1 && below.Hash != block.Parent && below.Number != _head?.Number;
        return isFork ? new SyncRange(below.Number, below.Number, block.Parent)
            : distance > 1 && distance <= _longest ? new SyncRange(below.Number + 1, number - 1, block.Parent)
            : null;
    }

    private sealed class KnownBlock(Hash256 hash, Hash256 parent, TimeSpan seen)
    {
        public Hash256 Hash => hash;

        public Hash256 Parent => parent;

        public TimeSpan? AskedAt { get; set; }

        public TimeSpan DueAt(TimeSpan grace) => AskedAt is { } asked ? asked + SyncLimits.GapRetryInterval : seen + grace;
    }
}
