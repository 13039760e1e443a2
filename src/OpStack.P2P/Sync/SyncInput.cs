namespace OpStack.P2P.Sync;

/// <summary>What the client's loop is told.</summary>
internal abstract record SyncInput
{
    private SyncInput()
    {
    }

    /// <summary>A range waits for its turn.</summary>
    internal sealed record Begin(RangeRun Run) : SyncInput;

    /// <summary>The host has all blocks of this range or wants no more of them: the next may begin.</summary>
    internal sealed record Leave(RangeRun Run) : SyncInput;

    /// <summary>The host has taken a block of this range.</summary>
    internal sealed record Taken(RangeRun Run) : SyncInput;

    /// <summary>A request has come to its end.</summary>
    internal sealed record Answered(SyncAction.Ask Ask, SyncAnswer Answer) : SyncInput;

    /// <summary>A deadline has come, or peers have come or gone: the loop looks at both anyhow.</summary>
    internal sealed record Wake : SyncInput;
}
