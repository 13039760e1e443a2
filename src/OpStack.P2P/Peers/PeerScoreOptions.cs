using System.Net;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P;

/// <summary>
/// How gossip peers are scored. The values are op-node's (peer_params.go; op-stack-p2p.md 1.12), with a slot being the chain's block time and an
/// epoch six slots; those of the topics are the ones op-node had until 2024.
/// </summary>
public sealed record PeerScoreOptions
{
    private const int SlotsPerEpoch = 6;
    private const double DecayToZero = 0.01;

    /// <summary>Default Light, as at op-node.</summary>
    public PeerScoreLevel Level { get; init; } = PeerScoreLevel.Light;

    /// <summary>
    /// Whether an invalid block costs its senders score (P4); default true. op-node stopped it in 2025 together with all topic scores, and since
    /// then an invalid block costs its sender nothing there.
    /// </summary>
    public bool ScoreInvalidBlocks { get; init; } = true;

    /// <summary>
    /// Whether deliveries count (P1, P2, P3 and P3b); default false, as at op-node and kona. On a topic without traffic they never count:
    /// nobody could deliver anything there.
    /// </summary>
    public bool ScoreDeliveries { get; init; }

    /// <summary>
    /// The application's own score of a peer (P5), weight 1. Called on gossip's loop every slot: it must return at once. Default null, for 0.
    /// </summary>
    public Func<PeerId, double>? ApplicationScore { get; init; }

    /// <summary>Networks whose peers may be many at one address (P6). Default none.</summary>
    public IReadOnlyList<IPNetwork> ColocationWhitelist { get; init; } = [];

    /// <summary>The thresholds of level Light (op-node, kona DEFAULT_PEER_SCORE_THRESHOLDS).</summary>
    public static PeerScoreThresholds LightThresholds { get; } = new()
    {
        Gossip = -10,
        Publish = -40,
        Graylist = -40,
        AcceptPeerExchange = 20,
        OpportunisticGraft = 0.05,
    };

    /// <summary>The parameters for a chain's topics; null for <see cref="PeerScoreLevel.Off"/>.</summary>
    /// <param name="topics">The block topics.</param>
    /// <param name="slot">The block time; at least 1 s.</param>
    /// <param name="seenTtl">How long gossip remembers a message.</param>
    internal PeerScoreParams? ToParams(IEnumerable<string> topics, TimeSpan slot, TimeSpan seenTtl) => Level == PeerScoreLevel.Off ? null : new()
    {
        Topics = ScoreInvalidBlocks || ScoreDeliveries ? topics.ToDictionary(topic => topic, _ => TopicParams(slot)) : [],
        TopicScoreCap = ScoreDeliveries ? 34 : 0,
        AppSpecificScore = ApplicationScore,
        AppSpecificWeight = 1,
        IPColocationFactorWeight = -35,
        IPColocationFactorThreshold = 10,
        IPColocationFactorWhitelist = ColocationWhitelist,
        BehaviourPenaltyWeight = -16,
        BehaviourPenaltyThreshold = 6,
        BehaviourPenaltyDecay = Decay(epochs: 10),
        DecayInterval = slot,
        DecayToZero = DecayToZero,
        RetainScore = slot * (100 * SlotsPerEpoch),
        SeenMessageTtl = seenTtl,
    };

    private TopicScoreParams TopicParams(TimeSpan slot)
    {
        double inMeshCap = TimeSpan.FromHours(1) / slot;
        TopicScoreParams deliveries = !ScoreDeliveries ? new() : new()
        {
            TimeInMeshWeight = 10 / inMeshCap,
            TimeInMeshQuantum = slot,
            TimeInMeshCap = inMeshCap,
            FirstMessageDeliveriesWeight = 1,
            FirstMessageDeliveriesDecay = Decay(epochs: 20),
            FirstMessageDeliveriesCap = 23,
            MeshMessageDeliveriesWeight = -0.7,
            MeshMessageDeliveriesDecay = Decay(epochs: 5),
            MeshMessageDeliveriesCap = 30,
            MeshMessageDeliveriesThreshold = 3,
            MeshMessageDeliveriesWindow = TimeSpan.FromSeconds(2),
            MeshMessageDeliveriesActivation = slot * (4 * SlotsPerEpoch),
            MeshFailurePenaltyWeight = -0.7,
            MeshFailurePenaltyDecay = Decay(epochs: 5),
            IdleAfter = slot * 3,
        };
        return deliveries with
        {
            TopicWeight = 0.8,
            InvalidMessageDeliveriesWeight = ScoreInvalidBlocks ? -140.4475 : 0,
            InvalidMessageDeliveriesDecay = Decay(epochs: 50),
        };
    }

    /// <summary>What is left of a counter after one slot so that 1 has decayed to 0.01 after so many epochs.</summary>
    private static double Decay(int epochs) => Math.Pow(DecayToZero, 1.0 / (epochs * SlotsPerEpoch));
}
