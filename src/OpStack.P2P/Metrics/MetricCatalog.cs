using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Metrics;

/// <summary>Every metric of this library. docs/metrics.md says the same, and a test holds one against the other.</summary>
internal static class MetricCatalog
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "OpStack.P2P";

    /// <summary>The tag of the meter that tells the networks of one process apart: the L2 chain id, decimal.</summary>
    public const string ChainTag = "chain_id";

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        .. ConnectionMetrics.All, .. PeerMetrics.All, .. GossipMetrics.All, .. BlockMetrics.All, .. DiscoveryDefinitions.All, .. SyncMetrics.All,
        .. NodeMetrics.All,
    ];
}
