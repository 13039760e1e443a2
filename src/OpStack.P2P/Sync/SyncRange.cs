using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>Blocks to ask for, and what makes the first of them trusted.</summary>
/// <param name="First">The lowest height wanted, inclusive.</param>
/// <param name="Last">The highest height wanted, inclusive; not below <paramref name="First"/>.</param>
/// <param name="LastHash">The hash that the block at <paramref name="Last"/> must have. All trust begins here and runs down by parent hashes.</param>
public readonly record struct SyncRange(ulong First, ulong Last, Hash256 LastHash)
{
    /// <summary>How many blocks these are.</summary>
    public ulong Count => Last - First + 1;

    /// <summary>
    /// What lies between two known blocks, neither included (op-node's RequestL2Range); false when nothing does.
    /// </summary>
    /// <param name="head">The height up to which the chain is known.</param>
    /// <param name="end">A block that is trusted, as one that came signed over gossip.</param>
    /// <param name="range">The blocks between them.</param>
    public static bool TryBetween(ulong head, ExecutionPayload end, out SyncRange range)
    {
        ArgumentNullException.ThrowIfNull(end);
        bool exists = end.BlockNumber > head && end.BlockNumber - head > 1;
        range = exists ? new SyncRange(head + 1, end.BlockNumber - 1, end.ParentHash) : default;
        return exists;
    }
}
