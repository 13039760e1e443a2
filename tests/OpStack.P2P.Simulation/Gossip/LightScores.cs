using OpStack.Libp2p.Gossipsub.Scoring;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>The scores of level Light: op-node's, with P4 on the block topics.</summary>
internal static class LightScores
{
    /// <summary>Slots until a P4 counter of 1 has decayed: op-node's 50 epochs of 6 slots.</summary>
    private const int InvalidMessageSlots = 300;

    public static PeerScoreThresholds Thresholds { get; } = new()
    {
        Gossip = -10,
        Publish = -40,
        Graylist = -40,
        AcceptPeerExchange = 20,
        OpportunisticGraft = 0.05,
    };

    public static PeerScoreParams Params { get; } = new()
    {
        Topics = GossipNode.Topics.ToDictionary(topic => topic, _ => new TopicScoreParams
        {
            TopicWeight = 0.8,
            InvalidMessageDeliveriesWeight = -140.4475,
            InvalidMessageDeliveriesDecay = Math.Pow(0.01, 1.0 / InvalidMessageSlots),
        }),
    };

    public static IPeerScoring Create() => new PeerScore(Params, Thresholds);
}
