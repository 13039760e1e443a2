using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.AspNetCore.Dashboard;

/// <summary>The connected peers as the page shows them: mesh peers first, then by score, so that what is cut off matters least.</summary>
internal static class PeerViews
{
    public static IReadOnlyList<PeerView> Of(GossipDriver gossip, RouterSnapshot router, string[] topics)
    {
        Dictionary<PeerId, PeerSnapshot> routed = router.Peers.ToDictionary(peer => peer.Peer);
        Dictionary<PeerId, PeerScoreSnapshot> scores = router.Scores.ToDictionary(score => score.Peer);
        ILookup<PeerId, int> meshes = topics
            .SelectMany((topic, index) => router.Mesh[topic].Select(peer => (Peer: peer, Index: index)))
            .ToLookup(entry => entry.Peer, entry => entry.Index);
        return
        [
            .. gossip.Connections
                .GroupBy(connection => connection.Peer)
                .OrderByDescending(peer => meshes[peer.Key].Any())
                .ThenByDescending(peer => scores.GetValueOrDefault(peer.Key)?.Total ?? 0)
                .Take(EndpointLimits.MaxSnapshotPeers)
                .Select(peer => ViewOf(
                    gossip, [.. peer], routed.GetValueOrDefault(peer.Key), scores.GetValueOrDefault(peer.Key), [.. meshes[peer.Key]], topics)),
        ];
    }

    private static PeerView ViewOf(
        GossipDriver gossip, ConnectionInfo[] connections, PeerSnapshot? routed, PeerScoreSnapshot? score, IReadOnlyList<int> mesh, string[] topics)
    {
        ConnectionInfo first = connections.MinBy(connection => connection.OpenedAt)!;
        Traffic traffic = connections.Aggregate(default(Traffic), (sum, connection) => sum + connection.Traffic);
        StoredPeer? known = gossip.PeerStore.Get(first.Peer);
        return new PeerView(
            first.Peer.ToString(),
            known?.AgentVersion ?? "",
            first.RemoteAddress.ToString(),
            first.Direction == ConnectionDirection.Outbound,
            (first.RoundTripTime ?? known?.Latency)?.TotalMilliseconds,
            first.OpenedAt.ToUnixTimeMilliseconds(),
            traffic.Received,
            traffic.Sent,
            routed is null ? null : VersionOf(routed.Version),
            routed?.IsDirect ?? false,
            gossip.ConnectionManager.IsProtected(first.Peer),
            routed?.IsGraylisted ?? false,
            mesh,
            routed is null ? [] : IndexesOf(routed.Topics, topics),
            score is null ? null : ViewOf(score, topics));
    }

    private static ScoreView ViewOf(PeerScoreSnapshot score, string[] topics) => new(
        score.Total,
        score.TopicsTotal,
        [
            .. score.Topics.Select(topic => (Index: Array.IndexOf(topics, topic.Topic), Topic: topic))
                .Where(entry => entry.Index >= 0)
                .Select(entry => new TopicScoreView(
                    entry.Index, entry.Topic.Weight, entry.Topic.IsIdle, entry.Topic.Contribution, TermsOf(entry.Topic.Terms))),
        ],
        TermsOf(score.Terms));

    private static IReadOnlyList<TermView> TermsOf(IReadOnlyList<ScoreTerm> terms) =>
        [.. terms.Where(term => term.Counter != 0 || term.Value != 0).Select(term => new TermView(term.Name, term.Counter, term.Value, term.Weight))];

    private static IReadOnlyList<int> IndexesOf(IReadOnlyList<string> wanted, string[] topics) =>
        [.. wanted.Select(topic => Array.IndexOf(topics, topic)).Where(index => index >= 0).Order()];

    private static string VersionOf(GossipsubVersion version) => version switch
    {
        GossipsubVersion.V10 => "1.0",
        GossipsubVersion.V11 => "1.1",
        _ => "1.2",
    };
}
