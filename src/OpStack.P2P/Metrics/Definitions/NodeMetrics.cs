namespace OpStack.P2P.Metrics.Definitions;

/// <summary>Metrics of the node's parts and of its RPC.</summary>
internal static class NodeMetrics
{
    /// <summary>In the order of NetworkPart, which is a higher room's.</summary>
    public static readonly MetricLabel Part = new("part", ["gossip", "discovery", "nat", "signer", "signer_source", "sync"]);

    /// <summary>The methods there are, in op-node's spelling, and one for whatever else is called.</summary>
    public static readonly MetricLabel Method = new(
        "method",
        [
            "opp2p_self", "opp2p_peers", "opp2p_peerStats", "opp2p_peerCount", "opp2p_discoveryTable", "opp2p_blockPeer", "opp2p_unblockPeer",
            "opp2p_listBlockedPeers", "opp2p_blockAddr", "opp2p_unblockAddr", "opp2p_listBlockedAddrs", "opp2p_blockSubnet", "opp2p_unblockSubnet",
            "opp2p_listBlockedSubnets", "opp2p_protectPeer", "opp2p_unprotectPeer", "opp2p_connectPeer", "opp2p_disconnectPeer",
            "opp2p_explainScore", "opp2p_bans", "opp2p_mesh", "opp2p_bandwidth", "admin_postUnsafePayload", "other",
        ]);

    public static readonly MetricDefinition State = MetricDefinition.Latest(
        "part.state", "{state}", "How a part does: 0 off, 1 running, 2 failing.", Part);

    public static readonly MetricDefinition Faults = MetricDefinition.Counter("part.faults", "{fault}", "Failures of a part.", Part);

    public static readonly MetricDefinition RpcCalls = MetricDefinition.Counter(
        "rpc.calls", "{call}", "RPC calls that ended.", Method, MetricLabel.Of<RpcOutcome>("outcome"));

    public static readonly MetricDefinition RpcTime = MetricDefinition.Histogram(
        "rpc.duration", "s", "How long RPC calls took.", MetricBuckets.Call, Method);

    public static IReadOnlyList<MetricDefinition> All { get; } = [State, Faults, RpcCalls, RpcTime];
}
