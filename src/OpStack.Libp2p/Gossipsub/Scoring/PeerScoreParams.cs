using System.Collections.ObjectModel;
using System.Net;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Gossipsub.Scoring.ScoreParamRules;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// How peers are scored (gossipsub 1.1; wire.md 9.15): the topics' sum, at most <see cref="TopicScoreCap"/>, plus P5, P6, P7 and rust-libp2p's
/// slow-peer term, each times its weight. Defaults are op-node's level "light" for blocks every 2 s (op-stack-p2p.md 1.12).
/// </summary>
public sealed record PeerScoreParams
{
    /// <summary>Topics that count. What happens on others costs and earns nothing. Default none.</summary>
    public IReadOnlyDictionary<string, TopicScoreParams> Topics { get; init; } = ReadOnlyDictionary<string, TopicScoreParams>.Empty;

    /// <summary>Most that all topics together add; they may subtract any amount. At least 0; 0 for no cap. Default 0.</summary>
    public double TopicScoreCap { get; init; }

    /// <summary>
    /// P5, the application's score of a peer. Asked on the router's loop, once when the peer connects and once per <see cref="DecayInterval"/> while it
    /// is connected; the last answer holds. It must return at once and must not call back. What it throws and answers that are no
    /// finite number count as 0. Default null: 0.
    /// </summary>
    public Func<PeerId, double>? AppSpecificScore { get; init; }

    /// <summary>P5: weight; at least 0, because the score itself has a sign. Default 1.</summary>
    public double AppSpecificWeight { get; init; } = 1;

    /// <summary>
    /// P6, peers at one address: for each address of the peer the square of the number of peers beyond
    /// <see cref="IPColocationFactorThreshold"/>. Peers that are gone count as long as their score is kept. IPv6 addresses count alone and with
    /// their /64; loopback never counts. Weight at most 0. Default -35.
    /// </summary>
    public double IPColocationFactorWeight { get; init; } = -35;

    /// <summary>P6: peers at one address that cost nothing; at least 1. Default 10.</summary>
    public int IPColocationFactorThreshold { get; init; } = 10;

    /// <summary>P6: networks whose addresses do not count. A /64 is exempt if a network holds all of it. Default none.</summary>
    public IReadOnlyList<IPNetwork> IPColocationFactorWhitelist { get; init; } = [];

    /// <summary>
    /// P7, bad behaviour that the router saw (GRAFT during backoff, messages advertised and not sent): the square of what the counter is above
    /// <see cref="BehaviourPenaltyThreshold"/>. Weight at most 0. Default -16.
    /// </summary>
    public double BehaviourPenaltyWeight { get; init; } = -16;

    /// <summary>P7: events that cost nothing; at least 0. Default 6.</summary>
    public double BehaviourPenaltyThreshold { get; init; } = 6;

    /// <summary>P7: what is left of the counter after a decay interval; above 0, below 1. Default 0.01^(1/60): gone after 60 slots.</summary>
    public double BehaviourPenaltyDecay { get; init; } = 0.9261187281287935;

    /// <summary>
    /// rust-libp2p's slow-peer term: what the counter of messages dropped, because the peer did not read them, is above
    /// <see cref="SlowPeerThreshold"/>. Weight at most 0. Default 0, off (rust: -0.2): a full queue may be the fault of our own uplink.
    /// </summary>
    public double SlowPeerWeight { get; init; }

    /// <summary>Slow peer: messages that cost nothing; at least 0. Default 0.</summary>
    public double SlowPeerThreshold { get; init; }

    /// <summary>Slow peer: what is left of the counter after a decay interval; above 0, below 1. Default 0.2.</summary>
    public double SlowPeerDecay { get; init; } = 0.2;

    /// <summary>Time between decays of the counters of connected peers; at least 1 s. Default 2 s.</summary>
    public TimeSpan DecayInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A counter that decays below it becomes 0; above 0, below 1. Default 0.01.</summary>
    public double DecayToZero { get; init; } = 0.01;

    /// <summary>
    /// How long the score of a peer that left is kept, unchanged, if it is not positive; positive ones are forgotten. 0 to 30 days; 0 for not
    /// beyond the next decay. Default 20 min.
    /// </summary>
    public TimeSpan RetainScore { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>
    /// How long it is remembered who sent a message; above 0. Best the router's <see cref="GossipsubOptions.SeenTtl"/>: a message that is judged
    /// again while it is still remembered costs its sender nothing. Default 120 s (go-libp2p-pubsub, rust-libp2p).
    /// </summary>
    public TimeSpan SeenMessageTtl { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// What must be left of a counter after each interval so that 1 has decayed to <paramref name="decayToZero"/> when <paramref name="duration"/> is
    /// over: decayToZero^(1/n) for n whole intervals (go's ScoreParameterDecay).
    /// </summary>
    /// <exception cref="ArgumentException">The duration is shorter than the interval, or a value is out of range; names the parameter.</exception>
    public static double DecayFactor(TimeSpan duration, TimeSpan interval, double decayToZero)
    {
        Require(interval > TimeSpan.Zero, nameof(interval), "must be above 0");
        Require(duration >= interval, nameof(duration), "must be at least the interval");
        Fraction(decayToZero, nameof(decayToZero));
        return Math.Pow(decayToZero, 1.0 / (duration.Ticks / interval.Ticks));
    }

    /// <summary>
    /// Throws <see cref="ArgumentException"/>, naming the field, if one has the wrong sign, is out of range or no number; a topic's field as
    /// <c>Topics[name].field</c>.
    /// </summary>
    public void Validate()
    {
        foreach ((string topic, TopicScoreParams parameters) in Topics)
        {
            Require(parameters is not null, $"Topics[{topic}]", "must not be null");
            parameters.Validate($"Topics[{topic}].");
        }

        NotNegative(TopicScoreCap, nameof(TopicScoreCap));
        NotNegative(AppSpecificWeight, nameof(AppSpecificWeight));
        NotPositive(IPColocationFactorWeight, nameof(IPColocationFactorWeight));
        Require(IPColocationFactorThreshold >= 1, nameof(IPColocationFactorThreshold), "must be at least 1");
        NotPositive(BehaviourPenaltyWeight, nameof(BehaviourPenaltyWeight));
        NotNegative(BehaviourPenaltyThreshold, nameof(BehaviourPenaltyThreshold));
        Fraction(BehaviourPenaltyDecay, nameof(BehaviourPenaltyDecay));
        NotPositive(SlowPeerWeight, nameof(SlowPeerWeight));
        NotNegative(SlowPeerThreshold, nameof(SlowPeerThreshold));
        Fraction(SlowPeerDecay, nameof(SlowPeerDecay));
        Time(DecayInterval, TimeSpan.FromSeconds(1), nameof(DecayInterval));
        Fraction(DecayToZero, nameof(DecayToZero));
        Time(RetainScore, TimeSpan.Zero, nameof(RetainScore));
        Time(SeenMessageTtl, TimeSpan.FromTicks(1), nameof(SeenMessageTtl));
    }
}
