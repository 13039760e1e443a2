using OpStack.Discv5;

namespace OpStack.P2P;

/// <summary>Counters of discovery since the driver was built.</summary>
public sealed record DiscoveryMetrics
{
    /// <summary>Those of the protocol.</summary>
    public required Discv5Metrics Protocol { get; init; }

    /// <summary>Records given to the host, the dropped ones included.</summary>
    public required long Forwarded { get; init; }

    /// <summary>Records dropped because the host did not read <see cref="Discv5Handler.Enrs"/> in time.</summary>
    public required long Dropped { get; init; }

    /// <summary>Records not given to the host, by reason; every reason is there.</summary>
    public required IReadOnlyDictionary<EnrRejection, long> Rejected { get; init; }

    /// <summary>Lookups of the driver's that were begun.</summary>
    public required long Lookups { get; init; }

    /// <summary>Table entries evicted at random.</summary>
    public required long Evictions { get; init; }

    /// <summary>Records in the boot store at its last look.</summary>
    public required int StoredRecords { get; init; }
}
