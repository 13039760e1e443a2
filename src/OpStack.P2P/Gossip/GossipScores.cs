using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Gossip;

/// <summary>Scores as gossip has them and as the peer store does.</summary>
internal static class GossipScores
{
    /// <param name="score">The score, term by term.</param>
    /// <param name="counters">What of it must outlive a restart; null for nothing.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="retention">How long the score of a peer is kept once it is gone.</param>
    public static StoredScore ToStored(PeerScoreSnapshot score, RetainedPeerScore? counters, DateTimeOffset now, TimeSpan retention) => new(
        score.Total,
        CauseOf(score),
        counters?.BehaviourPenalty ?? 0,
        counters?.SlowPeerPenalty ?? 0,
        [
            .. (counters?.Topics ?? []).Select(topic => new StoredTopicScore(
                topic.Topic, topic.MeshMessageDeliveries, topic.MeshFailurePenalty, topic.InvalidMessageDeliveries)),
        ],
        now + (score.ForgottenIn ?? retention));

    /// <summary>What gossip takes up again; null for a score that is good, has expired, or has no counters.</summary>
    public static RetainedPeerScore? ToRetained(StoredPeer peer, DateTimeOffset now) =>
        peer.Score is { Total: <= 0 } score && score.ExpiresAt > now
            && (score.BehaviourPenalty > 0 || score.SlowPeerPenalty > 0 || score.Topics.Count > 0)
            ? new RetainedPeerScore(
                peer.Peer,
                score.ExpiresAt - now,
                score.BehaviourPenalty,
                score.SlowPeerPenalty,
                [
                    .. score.Topics.Select(topic => new RetainedTopicScore(
                        topic.Topic, topic.MeshMessageDeliveries, topic.MeshFailurePenalty, topic.InvalidMessageDeliveries)),
                ])
            : null;

    /// <summary>The term that takes most away.</summary>
    public static ScoreCause CauseOf(PeerScoreSnapshot score)
    {
        Dictionary<string, double> sums = [];
        foreach (ScoreTerm term in score.Terms)
        {
            sums[term.Name] = term.Contribution;
        }

        foreach (TopicScoreSnapshot topic in score.Topics)
        {
            foreach (ScoreTerm term in topic.Terms)
            {
                sums[term.Name] = sums.GetValueOrDefault(term.Name) + (topic.Weight * term.Contribution);
            }
        }

        // The two mesh terms are one cause.
        sums["P3"] = sums.GetValueOrDefault("P3") + sums.GetValueOrDefault("P3b");
        (string name, double least) = sums.MinBy(sum => sum.Value);
        return least >= 0 ? ScoreCause.Unknown : name switch
        {
            "P3" or "P3b" => ScoreCause.MeshDeliveries,
            "P4" => ScoreCause.InvalidMessages,
            "P5" => ScoreCause.Application,
            "P6" => ScoreCause.IpColocation,
            "P7" => ScoreCause.Behaviour,
            "SlowPeer" => ScoreCause.SlowPeer,
            _ => ScoreCause.Unknown,
        };
    }
}
