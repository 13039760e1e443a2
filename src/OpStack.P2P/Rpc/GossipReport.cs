using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Rpc;

/// <summary>What a router's state says of topics and peers, in the words of the RPC. Pure: a simulation's routers are told of by the same code.</summary>
internal sealed class GossipReport
{
    private readonly RouterSnapshot _gossip;
    private readonly BlockTopics _topics;
    private readonly Dictionary<PeerId, PeerScoreSnapshot> _scores;
    private readonly Dictionary<PeerId, PeerSnapshot> _peers;
    private readonly HashSet<PeerId> _gossiping;

    /// <param name="gossip">The router at one moment.</param>
    /// <param name="chainId">The L2 chain id, for its block topics.</param>
    public GossipReport(RouterSnapshot gossip, ulong chainId)
    {
        _gossip = gossip;
        _topics = new BlockTopics(chainId);
        _scores = gossip.Scores.ToDictionary(score => score.Peer);
        _peers = gossip.Peers.ToDictionary(peer => peer.Peer);
        _gossiping = [.. _topics.All.SelectMany(SubscribersOf)];
    }

    /// <summary>By block topic, in their order.</summary>
    public IReadOnlyDictionary<string, TopicMesh> Mesh() => _topics.All.ToDictionary(topic => topic, topic => new TopicMesh
    {
        Mesh = _gossip.Mesh.GetValueOrDefault(topic) ?? [],
        Fanout = _gossip.Fanout.GetValueOrDefault(topic) ?? [],
        Peers =
        [
            .. SubscribersOf(topic).Select(peer => new MeshPeer
            {
                PeerId = peer,
                Score = _scores.GetValueOrDefault(peer)?.Total ?? 0,
                IsGraylisted = _peers.GetValueOrDefault(peer)?.IsGraylisted == true,
            }),
        ],
    });

    /// <summary>Why a peer has its score; null when none is held.</summary>
    public ScoreExplanation? Explain(PeerId peer) => !_scores.TryGetValue(peer, out PeerScoreSnapshot? score) ? null : new()
    {
        PeerId = peer,
        Total = score.Total,
        IsConnected = _peers.ContainsKey(peer),
        IsGraylisted = _peers.GetValueOrDefault(peer)?.IsGraylisted == true,
        TopicsTotal = score.TopicsTotal,
        Topics = [.. score.Topics.Select(Explain)],
        Terms = [.. score.Terms.Select(Explain)],
        Addresses = score.Addresses,
        ForgottenIn = score.ForgottenIn,
    };

    /// <summary>The counters behind a peer's score; null when none is held.</summary>
    public PeerGossipScores? ScoresOf(PeerId peer) => !_scores.TryGetValue(peer, out PeerScoreSnapshot? score) ? null : new()
    {
        Total = score.Total,
        Blocks = new PeerTopicScores
        {
            TimeInMesh = score.Topics.Select(topic => CounterOf(topic.Terms, "P1")).DefaultIfEmpty().Max(),
            FirstMessageDeliveries = score.Topics.Sum(topic => CounterOf(topic.Terms, "P2")),
            MeshMessageDeliveries = score.Topics.Sum(topic => CounterOf(topic.Terms, "P3")),
            InvalidMessageDeliveries = score.Topics.Sum(topic => CounterOf(topic.Terms, "P4")),
        },
        IpColocationFactor = score.Terms.First(term => term.Name == "P6").Value,
        BehaviouralPenalty = CounterOf(score.Terms, "P7"),
    };

    /// <summary>Whether a peer subscribes to a block topic.</summary>
    public bool IsGossiping(PeerId peer) => _gossiping.Contains(peer);

    /// <summary>How many peers subscribe to the topic of a version.</summary>
    public uint SubscribersOf(PayloadVersion version) => (uint)SubscribersOf(_topics[version]).Count;

    private IReadOnlyList<PeerId> SubscribersOf(string topic) => _gossip.Subscribers.GetValueOrDefault(topic) ?? [];

    private static double CounterOf(IReadOnlyList<ScoreTerm> terms, string name) => terms.First(term => term.Name == name).Counter;

    private static TopicExplanation Explain(TopicScoreSnapshot topic) => new()
    {
        Topic = topic.Topic,
        Weight = topic.Weight,
        IsInMesh = topic.IsInMesh,
        IsIdle = topic.IsIdle,
        Contribution = topic.Contribution,
        Terms = [.. topic.Terms.Select(Explain)],
    };

    private static TermExplanation Explain(ScoreTerm term) => new()
    {
        Name = term.Name,
        Counter = term.Counter,
        Value = term.Value,
        Weight = term.Weight,
        Contribution = term.Contribution,
    };
}
