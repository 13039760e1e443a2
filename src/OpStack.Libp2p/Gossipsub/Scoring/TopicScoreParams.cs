using static OpStack.Libp2p.Gossipsub.Scoring.ScoreParamRules;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// How one topic counts in a peer's score: terms P1 to P4 of gossipsub 1.1 (wire.md 9.15). Every weight is 0 unless set, so a term is off
/// until it is asked for; the other defaults are rust-libp2p's. Counters decay at every <see cref="PeerScoreParams.DecayInterval"/>.
/// P1, P2 and P3 measure traffic: on a topic without any they would punish everybody (<see cref="IdleAfter"/>).
/// </summary>
public sealed record TopicScoreParams
{
    /// <summary>Multiplies the sum of the topic's terms; at least 0. Default 1.</summary>
    public double TopicWeight { get; init; } = 1;

    /// <summary>
    /// P1, time in the mesh: whole <see cref="TimeInMeshQuantum"/>s since the peer was grafted, as of the last decay, at most
    /// <see cref="TimeInMeshCap"/>; nothing outside the mesh. Weight at least 0. Default 0.
    /// </summary>
    public double TimeInMeshWeight { get; init; }

    /// <summary>P1: the unit of time; above 0. Default 1 s.</summary>
    public TimeSpan TimeInMeshQuantum { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>P1: most quanta that count; above 0. Default 3600.</summary>
    public double TimeInMeshCap { get; init; } = 3600;

    /// <summary>P2, first deliveries: accepted messages of which the peer sent us the first copy, in the mesh or not. Weight at least 0. Default 0.</summary>
    public double FirstMessageDeliveriesWeight { get; init; }

    /// <summary>P2: what is left of the counter after a decay interval; above 0, below 1. Default 0.5.</summary>
    public double FirstMessageDeliveriesDecay { get; init; } = 0.5;

    /// <summary>P2: highest value of the counter, in messages; above 0. Default 2000.</summary>
    public double FirstMessageDeliveriesCap { get; init; } = 2000;

    /// <summary>
    /// P3, deliveries in the mesh: accepted messages that a mesh peer sent us first, during validation, or within
    /// <see cref="MeshMessageDeliveriesWindow"/> after it; each message once. Once active, the square of what is missing to
    /// <see cref="MeshMessageDeliveriesThreshold"/>. Weight at most 0. Default 0.
    /// </summary>
    public double MeshMessageDeliveriesWeight { get; init; }

    /// <summary>P3: what is left of the counter after a decay interval; above 0, below 1. Default 0.5.</summary>
    public double MeshMessageDeliveriesDecay { get; init; } = 0.5;

    /// <summary>P3: highest value of the counter, in messages; at least <see cref="MeshMessageDeliveriesThreshold"/>. Default 100.</summary>
    public double MeshMessageDeliveriesCap { get; init; } = 100;

    /// <summary>P3 and P3b: value of the counter, in messages, from which on nothing is missing; above 0. Default 20.</summary>
    public double MeshMessageDeliveriesThreshold { get; init; } = 20;

    /// <summary>
    /// P3: how long after its validation a message still counts; at least 0. It must be shorter than the way of a message to a peer and back, or
    /// the peer earns by returning what we sent it. Default 10 ms.
    /// </summary>
    public TimeSpan MeshMessageDeliveriesWindow { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>P3 and P3b: time in the mesh after which they are active; at least 0. Default 5 s.</summary>
    public TimeSpan MeshMessageDeliveriesActivation { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// P3b, mesh failures: what P3 was (the squared deficit) each time the peer left the mesh while P3 was active. Weight at most 0. Default 0.
    /// </summary>
    public double MeshFailurePenaltyWeight { get; init; }

    /// <summary>P3b: what is left of the counter after a decay interval; above 0, below 1. Default 0.5.</summary>
    public double MeshFailurePenaltyDecay { get; init; } = 0.5;

    /// <summary>
    /// P4, invalid messages: the square of the number of invalid messages the peer sent, copies of known ones included. Weight at most 0. Default 0.
    /// </summary>
    public double InvalidMessageDeliveriesWeight { get; init; }

    /// <summary>P4: what is left of the counter after a decay interval; above 0, below 1. Default 0.3.</summary>
    public double InvalidMessageDeliveriesDecay { get; init; } = 0.3;

    /// <summary>
    /// After so long without an accepted message the topic is idle, as it is before the first one: P1, P2 and P3 count 0 and stand still, and leaving
    /// the mesh adds nothing to P3b, because nobody can deliver what is not sent. Above 0. Default null: never idle, as in go-libp2p-pubsub.
    /// </summary>
    public TimeSpan? IdleAfter { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/>, naming the field, if one has the wrong sign, is out of range or no number.</summary>
    public void Validate() => Validate("");

    internal void Validate(string prefix)
    {
        NotNegative(TopicWeight, prefix + nameof(TopicWeight));
        NotNegative(TimeInMeshWeight, prefix + nameof(TimeInMeshWeight));
        Require(TimeInMeshQuantum > TimeSpan.Zero, prefix + nameof(TimeInMeshQuantum), "must be above 0");
        Positive(TimeInMeshCap, prefix + nameof(TimeInMeshCap));
        NotNegative(FirstMessageDeliveriesWeight, prefix + nameof(FirstMessageDeliveriesWeight));
        Fraction(FirstMessageDeliveriesDecay, prefix + nameof(FirstMessageDeliveriesDecay));
        Positive(FirstMessageDeliveriesCap, prefix + nameof(FirstMessageDeliveriesCap));
        ValidateMeshDeliveries(prefix);
        NotPositive(MeshFailurePenaltyWeight, prefix + nameof(MeshFailurePenaltyWeight));
        Fraction(MeshFailurePenaltyDecay, prefix + nameof(MeshFailurePenaltyDecay));
        NotPositive(InvalidMessageDeliveriesWeight, prefix + nameof(InvalidMessageDeliveriesWeight));
        Fraction(InvalidMessageDeliveriesDecay, prefix + nameof(InvalidMessageDeliveriesDecay));
        Time(IdleAfter ?? TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), prefix + nameof(IdleAfter));
    }

    private void ValidateMeshDeliveries(string prefix)
    {
        NotPositive(MeshMessageDeliveriesWeight, prefix + nameof(MeshMessageDeliveriesWeight));
        Fraction(MeshMessageDeliveriesDecay, prefix + nameof(MeshMessageDeliveriesDecay));
        Positive(MeshMessageDeliveriesThreshold, prefix + nameof(MeshMessageDeliveriesThreshold));

        // go allows a lower cap; with it every peer would be in deficit for ever.
        Require(MeshMessageDeliveriesCap >= MeshMessageDeliveriesThreshold && double.IsFinite(MeshMessageDeliveriesCap),
            prefix + nameof(MeshMessageDeliveriesCap), "must be a number of at least MeshMessageDeliveriesThreshold");
        Time(MeshMessageDeliveriesWindow, TimeSpan.Zero, prefix + nameof(MeshMessageDeliveriesWindow));
        Time(MeshMessageDeliveriesActivation, TimeSpan.Zero, prefix + nameof(MeshMessageDeliveriesActivation));
    }
}
