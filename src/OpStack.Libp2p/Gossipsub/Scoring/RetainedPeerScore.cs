using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// What must outlive a restart of ours so that nobody gets rid of a bad score by it. P1 and P2 are missing because a peer that is gone has none,
/// P5 because the application keeps it, addresses because a peer counts at its address again when it comes back.
/// </summary>
/// <param name="Peer">The peer.</param>
/// <param name="Remaining">How long the score is to be kept unless the peer comes back.</param>
/// <param name="BehaviourPenalty">The counter of P7.</param>
/// <param name="SlowPeerPenalty">The counter of messages dropped.</param>
/// <param name="Topics">Topics with counters above 0.</param>
public sealed record RetainedPeerScore(
    PeerId Peer,
    TimeSpan Remaining,
    double BehaviourPenalty,
    double SlowPeerPenalty,
    IReadOnlyList<RetainedTopicScore> Topics)
{
    internal static double Sane(double counter) => counter > 0 ? Math.Min(counter, ScoringLimits.MaxStoredCounter) : 0;
}

/// <summary>The counters of one topic that are kept.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="MeshMessageDeliveries">The counter of P3.</param>
/// <param name="MeshFailurePenalty">The counter of P3b.</param>
/// <param name="InvalidMessageDeliveries">The counter of P4.</param>
public sealed record RetainedTopicScore(string Topic, double MeshMessageDeliveries, double MeshFailurePenalty, double InvalidMessageDeliveries);
