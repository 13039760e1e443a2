namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>Scores explained.</summary>
internal sealed partial class PeerScore
{
    public IReadOnlyList<PeerScoreSnapshot> Snapshot(TimeSpan now) => [.. _peers.Values.Select(peer => Snapshot(peer, now))];

    private PeerScoreSnapshot Snapshot(PeerCounters peer, TimeSpan now) => new(
        peer.Peer,
        Total(peer),
        [.. peer.Topics.Select(topic => Snapshot(topic.Key, topic.Value))],
        peer.TopicsTotal(_params.TopicScoreCap),
        [
            new ScoreTerm("P5", peer.AppScore, peer.AppScore, _params.AppSpecificWeight),
            new ScoreTerm("P6", peer.MostNeighbours, peer.ColocationSurplus(_params.IPColocationFactorThreshold), _params.IPColocationFactorWeight),
            new ScoreTerm("P7", peer.BehaviourPenalty, BehaviourExcess(peer), _params.BehaviourPenaltyWeight),
            new ScoreTerm("SlowPeer", peer.SlowPeerPenalty, SlowPeerExcess(peer), _params.SlowPeerWeight),
        ],
        peer.Addresses,
        peer.Retention is { } retention ? Remaining(retention, now) : null);

    private static TopicScoreSnapshot Snapshot(string topic, TopicCounters counters)
    {
        TopicScoreParams parameters = counters.Params;
        double secondsInMesh = counters.IsInMesh ? counters.MeshTime.TotalSeconds : 0;
        return new TopicScoreSnapshot(
            topic,
            parameters.TopicWeight,
            counters.IsInMesh,
            counters.IsIdle,
            [
                new ScoreTerm("P1", secondsInMesh, counters.TimeInMesh, parameters.TimeInMeshWeight),
                new ScoreTerm("P2", counters.FirstMessageDeliveries, counters.FirstDeliveries, parameters.FirstMessageDeliveriesWeight),
                new ScoreTerm("P3", counters.MeshMessageDeliveries, counters.MeshDeficit, parameters.MeshMessageDeliveriesWeight),
                new ScoreTerm("P3b", counters.MeshFailurePenalty, counters.MeshFailurePenalty, parameters.MeshFailurePenaltyWeight),
                new ScoreTerm("P4", counters.InvalidMessageDeliveries, counters.InvalidSquared, parameters.InvalidMessageDeliveriesWeight),
            ]);
    }

    private static TimeSpan Remaining(RetentionRank retention, TimeSpan now) =>
        retention.ForgetAt > now ? retention.ForgetAt - now : TimeSpan.Zero;
}
