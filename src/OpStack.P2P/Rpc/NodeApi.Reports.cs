using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Rpc;

/// <summary>What op-node and kona do not tell: why a score, who is in which mesh, how many bytes.</summary>
internal sealed partial class NodeApi
{
    public async ValueTask<ScoreExplanation> ExplainScoreAsync(PeerId peer, CancellationToken cancellationToken)
    {
        RouterSnapshot gossip = await node.Gossip.GetSnapshotAsync(cancellationToken).ConfigureAwait(false);
        PeerScoreSnapshot score = gossip.Scores.FirstOrDefault(score => score.Peer.Equals(peer)) ?? throw Failed($"no score is held of {peer}");
        PeerSnapshot? connected = gossip.Peers.FirstOrDefault(known => known.Peer.Equals(peer));
        return new ScoreExplanation
        {
            PeerId = peer,
            Total = JsonNumber.Of(score.Total),
            IsConnected = connected is not null,
            IsGraylisted = connected?.IsGraylisted == true,
            TopicsTotal = JsonNumber.Of(score.TopicsTotal),
            Topics = [.. score.Topics.Select(Explain)],
            Terms = [.. score.Terms.Select(Explain)],
            Addresses = score.Addresses,
            ForgottenIn = score.ForgottenIn,
        };
    }

    public async ValueTask<IReadOnlyDictionary<string, TopicMesh>> MeshAsync(CancellationToken cancellationToken)
    {
        RouterSnapshot gossip = await node.Gossip.GetSnapshotAsync(cancellationToken).ConfigureAwait(false);
        Dictionary<PeerId, double> scores = gossip.Scores.ToDictionary(score => score.Peer, score => JsonNumber.Of(score.Total));
        HashSet<PeerId> graylisted = [.. gossip.Peers.Where(peer => peer.IsGraylisted).Select(peer => peer.Peer)];
        return new BlockTopics(node.ChainId).All.ToDictionary(topic => topic, topic => new TopicMesh
        {
            Mesh = gossip.Mesh.GetValueOrDefault(topic) ?? [],
            Fanout = gossip.Fanout.GetValueOrDefault(topic) ?? [],
            Peers =
            [
                .. (gossip.Subscribers.GetValueOrDefault(topic) ?? []).Select(peer => new MeshPeer
                {
                    PeerId = peer,
                    Score = scores.GetValueOrDefault(peer),
                    IsGraylisted = graylisted.Contains(peer),
                }),
            ],
        });
    }

    public ValueTask<BandwidthReport> BandwidthAsync(CancellationToken cancellationToken)
    {
        IConnectionManager connections = node.Gossip.ConnectionManager;
        return ValueTask.FromResult(new BandwidthReport
        {
            Total = Count(connections.Statistics.Traffic),
            Protocols = connections.TrafficByProtocol.ToDictionary(traffic => traffic.Key, traffic => Count(traffic.Value)),
            Peers = node.Gossip.ConnectedPeers.ToDictionary(peer => peer.ToString(), peer => Count(connections.GetTraffic(peer))),
        });
    }

    private static ByteCounts Count(Traffic traffic) => new() { In = traffic.Received, Out = traffic.Sent };

    private static TopicExplanation Explain(TopicScoreSnapshot topic) => new()
    {
        Topic = topic.Topic,
        Weight = topic.Weight,
        IsInMesh = topic.IsInMesh,
        IsIdle = topic.IsIdle,
        Contribution = JsonNumber.Of(topic.Contribution),
        Terms = [.. topic.Terms.Select(Explain)],
    };

    private static TermExplanation Explain(ScoreTerm term) => new()
    {
        Name = term.Name,
        Counter = JsonNumber.Of(term.Counter),
        Value = JsonNumber.Of(term.Value),
        Weight = JsonNumber.Of(term.Weight),
        Contribution = JsonNumber.Of(term.Contribution),
    };
}
