namespace OpStack.P2P;

/// <summary>What <see cref="PayloadServer"/> did since it was made.</summary>
public sealed record PayloadServerStatistics
{
    /// <summary>Requests being served now, those that wait for their turn included.</summary>
    public int Active { get; init; }

    /// <summary>Blocks sent whole.</summary>
    public long Served { get; init; }

    /// <summary>Bytes of those, compressed.</summary>
    public long BytesSent { get; init; }

    /// <summary>Answers with code 1: the host has no such block.</summary>
    public long NotFound { get; init; }

    /// <summary>Answers with code 2: before genesis or after what the clock allows.</summary>
    public long InvalidRequests { get; init; }

    /// <summary>Answers with code 3 because the peer, or all together, asked faster than the rate limits allow.</summary>
    public long Throttled { get; init; }

    /// <summary>Requests that failed otherwise: none came in time, the host failed, or the peer did not take the answer.</summary>
    public long Failed { get; init; }

    /// <summary>The height served last; null before the first.</summary>
    public ulong? LastServed { get; init; }
}
