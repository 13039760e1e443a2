using OpStack.Libp2p.Connections;
using OpStack.P2P.Metrics;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Discovery;

/// <summary>The checked settings of a <see cref="Discv5Driver"/>; <see cref="Discv5Builder"/> documents each.</summary>
internal sealed record DiscoverySettings
{
    public required LocalNode LocalNode { get; init; }

    public required ulong ChainId { get; init; }

    public required TimeSpan Interval { get; init; }

    public required TimeSpan? RandomizeInterval { get; init; }

    public required TimeSpan StoreInterval { get; init; }

    public required BootNodes BootNodes { get; init; }

    public required BootStoreFile? StoreFile { get; init; }

    public required bool Forward { get; init; }

    public required bool AllowPrivateAddresses { get; init; }

    public required NameResolver Resolver { get; init; }

    /// <summary>Told how long the boot store took; null for nobody.</summary>
    public MetricHistogram? StoreTime { get; init; }
}
