namespace OpStack.P2P;

/// <summary>What <see cref="SyncClient"/> did since it was made, and holds now.</summary>
public sealed record SyncStatistics
{
    /// <summary>Peers that may be asked now.</summary>
    public int Peers { get; init; }

    /// <summary>Requests under way now; at most 16.</summary>
    public int InFlight { get; init; }

    /// <summary>Blocks held now until they link or are taken; at most 100.</summary>
    public int Quarantined { get; init; }

    /// <summary>Bytes of <see cref="Quarantined"/>.</summary>
    public long QuarantinedBytes { get; init; }

    /// <summary>Requests made.</summary>
    public long Requests { get; init; }

    /// <summary>Blocks that linked and were handed on.</summary>
    public long Blocks { get; init; }

    /// <summary>Answers "not found", which cost nobody anything.</summary>
    public long NotFound { get; init; }

    /// <summary>Requests that failed by the fault of the peer: other codes, broken or late answers, a block that is not what was asked for.</summary>
    public long Errors { get; init; }

    /// <summary>Blocks that were whole but not of the chain, proven by one that links.</summary>
    public long Rejected { get; init; }

    /// <summary>The height asked for last; null before the first request.</summary>
    public ulong? LastRequested { get; init; }
}
