namespace OpStack.P2P.Rpc;

/// <summary>What the RPC asks and changes of a running node.</summary>
/// <param name="ChainId">The L2 chain id.</param>
/// <param name="Gossip">Gossip, peers, connections.</param>
/// <param name="Discovery">Discovery; null when it is off, and while it is begun anew.</param>
/// <param name="ApplicationScores">How peers answered requests by number.</param>
/// <param name="PostUnsafePayload">
/// Hands a block of the operator's to the host; what is wrong with it is an <see cref="OpStackP2PException"/>.
/// </param>
/// <param name="Time">Counts deadlines.</param>
internal sealed record NodeParts(
    ulong ChainId,
    GossipDriver Gossip,
    Func<Discv5Handler?> Discovery,
    ApplicationScores ApplicationScores,
    Func<OpNetworkPayloadEnvelope, CancellationToken, ValueTask> PostUnsafePayload,
    TimeProvider Time);
