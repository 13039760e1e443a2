namespace OpStack.P2P;

/// <summary>How a range ended.</summary>
public enum SyncOutcome
{
    /// <summary>Every block was handed on.</summary>
    Complete,
    /// <summary>Every connected peer that serves blocks said that it does not have the next one.</summary>
    NotFound,
    /// <summary>
    /// Every connected peer that serves blocks either has no block of the next height or has one that does not link: the range's end is likely
    /// not on the chain of these peers. Costs nobody score, since the fault may be ours.
    /// </summary>
    Unlinked,
    /// <summary>No block linked for <see cref="SyncOptions.StallTimeout"/>; there may have been no peers.</summary>
    Stalled,
    /// <summary>More bytes than <see cref="SyncOptions.MaxAscendingBytes"/>; only where a whole range is kept before it is handed on.</summary>
    TooLarge,
    /// <summary>So many ranges waited for their turn already (16) that this one was not taken.</summary>
    Busy,
    /// <summary>The client was disposed.</summary>
    Stopped,
}

/// <summary>What came of a range.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Delivered">Blocks handed on; these are the highest of the range unless it was asked for ascending.</param>
/// <param name="Missing">The highest block that is still wanted; null when none is.</param>
public readonly record struct SyncRangeResult(SyncOutcome Outcome, ulong Delivered, ulong? Missing);
