namespace OpStack.P2P.Node;

/// <summary>What a network's metrics are read from.</summary>
/// <param name="ChainId">The L2 chain id.</param>
/// <param name="Gossip">Gossip, peers and connections.</param>
/// <param name="Discovery">Null when it is off.</param>
/// <param name="Sync">Null when blocks are not fetched by number.</param>
/// <param name="Server">Null when none are served.</param>
/// <param name="ApplicationScores">The counts of sync answers.</param>
/// <param name="Board">How the parts do.</param>
internal sealed record MeasuredParts(
    ulong ChainId,
    GossipDriver Gossip,
    DiscoverySupervisor? Discovery,
    SyncClient? Sync,
    PayloadServer? Server,
    ApplicationScores ApplicationScores,
    PartBoard Board);
