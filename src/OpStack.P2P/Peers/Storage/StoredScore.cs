using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Storage;

/// <summary>A peer's gossip score and the counters of it that must outlive a restart, so that nobody is rid of a bad score by it.</summary>
/// <param name="Total">The score.</param>
/// <param name="Cause">What lowers it most.</param>
/// <param name="BehaviourPenalty">The counter of P7.</param>
/// <param name="SlowPeerPenalty">The counter of messages dropped.</param>
/// <param name="Topics">Counters by topic; at most 8 are kept.</param>
/// <param name="ExpiresAt">When it is forgotten, UTC: the retention of scores after the peer left.</param>
public sealed record StoredScore(
    double Total, ScoreCause Cause, double BehaviourPenalty, double SlowPeerPenalty, IReadOnlyList<StoredTopicScore> Topics, DateTimeOffset ExpiresAt)
{
    /// <summary>How it answered, the counts behind P5; part of <see cref="Total"/> already.</summary>
    public StoredResponses Responses { get; init; }

    /// <summary>The same within bounds: at most 8 topics, and 0 for what is no finite number, which JSON cannot hold.</summary>
    internal StoredScore Cut() => this with
    {
        Total = Finite(Total),
        BehaviourPenalty = Finite(BehaviourPenalty),
        SlowPeerPenalty = Finite(SlowPeerPenalty),
        Responses = new StoredResponses(Finite(Responses.Valid), Finite(Responses.Errors), Finite(Responses.Rejected)),
        Topics =
        [
            .. Topics.Where(topic => topic.Topic.Length <= PeerLimits.MaxTopicLength && PeerText.IsClean(topic.Topic))
                .Take(PeerLimits.MaxScoredTopics)
                .Select(topic => new StoredTopicScore(
                    topic.Topic, Finite(topic.MeshMessageDeliveries), Finite(topic.MeshFailurePenalty), Finite(topic.InvalidMessageDeliveries))),
        ],
    };

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}

/// <summary>How a peer answered requests by number; counts decay, so they are no whole numbers.</summary>
/// <param name="Valid">Blocks that linked.</param>
/// <param name="Errors">Requests that failed by its fault.</param>
/// <param name="Rejected">Blocks that were not of the chain.</param>
public readonly record struct StoredResponses(double Valid, double Errors, double Rejected);

/// <summary>The counters of one topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="MeshMessageDeliveries">The counter of P3.</param>
/// <param name="MeshFailurePenalty">The counter of P3b.</param>
/// <param name="InvalidMessageDeliveries">The counter of P4.</param>
public sealed record StoredTopicScore(string Topic, double MeshMessageDeliveries, double MeshFailurePenalty, double InvalidMessageDeliveries);
