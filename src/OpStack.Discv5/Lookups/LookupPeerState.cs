namespace OpStack.Discv5.Lookups;

/// <summary>What became of a node in a lookup.</summary>
internal enum LookupPeerState
{
    /// <summary>It was not asked yet.</summary>
    Known,

    /// <summary>It is being asked and counts for the parallelism.</summary>
    Asked,

    /// <summary>It is taking too long and no longer counts; it may still answer.</summary>
    Unresponsive,

    /// <summary>It answered.</summary>
    Answered,

    /// <summary>It failed to answer, or answered wrongly.</summary>
    Failed,
}
