using System.Net;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>Operations chosen at random from a seed, against the score and <see cref="NaiveScore"/>.</summary>
public class ScoreModelTests
{
    private const int Peers = 12;
    private static readonly string[] Topics = ["a", "b", "idle"];
    private static readonly string[] Addresses = ["1.1.1.1", "1.1.1.2", "2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:2::1"];
    private static readonly string[] Verdicts = ["validate", "deliver", "duplicate", .. Enum.GetNames<MessageRejection>()];

    private static readonly PeerScoreParams Params = new()
    {
        TopicScoreCap = 40,
        AppSpecificWeight = 0.5,
        IPColocationFactorWeight = -3,
        IPColocationFactorThreshold = 2,
        BehaviourPenaltyWeight = -2,
        BehaviourPenaltyThreshold = 3,
        BehaviourPenaltyDecay = 0.7,
        SlowPeerWeight = -0.1,
        SlowPeerThreshold = 5,
        SlowPeerDecay = 0.6,
        DecayInterval = TimeSpan.FromSeconds(2),
        RetainScore = TimeSpan.FromSeconds(15),
        SeenMessageTtl = TimeSpan.FromSeconds(9),
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Scores_are_those_of_the_naive_model_and_their_terms_add_up(int seed)
    {
        Random random = new(seed);
        double[] app = new double[Peers];
        PeerScoreParams parameters = Params with
        {
            AppSpecificScore = peer => app[Enumerable.Range(0, Peers).Single(n => Peer(n).Equals(peer))],
            Topics = new Dictionary<string, TopicScoreParams> { ["a"] = RandomTopic(random), ["b"] = RandomTopic(random) },
        };
        PeerScore score = new(parameters, new PeerScoreThresholds());
        NaiveScore model = new(parameters);
        TimeSpan now = TimeSpan.FromHours(1);
        HashSet<int> signs = [];
        for (int step = 0; step < 3000; step++)
        {
            int peer = random.Next(Peers);
            string topic = Topics[random.Next(Topics.Length)];
            switch (random.Next(24))
            {
                case 0 or 1:
                    score.AddPeer(Peer(peer), now);
                    model.Connect(peer, app[peer], now);
                    break;
                case 2:
                    string[] addresses = random.GetItems(Addresses, random.Next(3));
                    score.SetAddresses(Peer(peer), [.. addresses.Select(IPAddress.Parse)]);
                    model.SetAddresses(peer, addresses);
                    break;
                case 3:
                    score.RemovePeer(Peer(peer), now);
                    model.Disconnect(peer, now);
                    break;
                case 4 or 5:
                    score.Graft(Peer(peer), topic, now);
                    model.Graft(peer, topic, now);
                    break;
                case 6:
                    score.Prune(Peer(peer), topic, now);
                    model.Prune(peer, topic);
                    break;
                case 7:
                    int count = random.Next(1, 4);
                    score.AddPenalty(Peer(peer), count);
                    model.AddPenalty(peer, count);
                    break;
                case 8:
                    int dropped = random.Next(1, 9);
                    score.AddDropped(Peer(peer), dropped);
                    model.AddDropped(peer, dropped);
                    break;
                case 9:
                    app[peer] = random.Next(-20, 60);
                    break;
                case 10 when random.Next(20) == 0:
                    TopicScoreParams changed = RandomTopic(random);
                    score.SetTopicParams("a", changed);
                    model.SetTopic("a", changed);
                    break;
                case 11 or 12 or 13:
                    // Mostly a step within an interval, sometimes several intervals late.
                    now += TimeSpan.FromMilliseconds(random.Next(8) == 0 ? random.Next(20_000) : random.Next(900));
                    score.Tick(now);
                    model.Tick(now, n => app[n]);
                    break;
                default:
                    string what = Verdicts[random.Next(Verdicts.Length)];
                    int id = random.Next(30) + (step / 200 * 15);
                    Tell(score, what, peer, topic, id, now);
                    model.Message(what, peer, topic, id, now);
                    break;
            }

            for (int n = 0; n < Peers; n++)
            {
                Assert.Equal(model.Score(n), score.Score(Peer(n)), 1e-9 * Math.Max(1, Math.Abs(model.Score(n))));
                signs.Add(Math.Sign(model.Score(n)));
            }

            AssertTermsAddUp(score, now);
            Assert.Equal(model.NextTick ?? TimeSpan.MaxValue, score.NextDeadline);
        }

        Assert.Equal([-1, 0, 1], signs.Order());
    }

    private static void AssertTermsAddUp(PeerScore score, TimeSpan now)
    {
        foreach (PeerScoreSnapshot peer in score.Snapshot(now))
        {
            double topics = peer.Topics.Sum(topic => topic.Contribution);
            Assert.Equal(Math.Min(topics, Params.TopicScoreCap), peer.TopicsTotal, 1e-9);
            Assert.Equal(peer.Total, peer.TopicsTotal + peer.Terms.Sum(term => term.Contribution), 1e-9);
            Assert.Equal(score.Score(peer.Peer), peer.Total);
        }
    }

    private static void Tell(PeerScore score, string what, int peer, string topic, int id, TimeSpan now)
    {
        switch (what)
        {
            case "validate":
                score.ValidateMessage(Peer(peer), topic, Id(id), now);
                break;
            case "deliver":
                score.DeliverMessage(Peer(peer), topic, Id(id), now);
                break;
            case "duplicate":
                score.DuplicateMessage(Peer(peer), topic, Id(id), now);
                break;
            default:
                score.RejectMessage(Peer(peer), topic, Id(id), Enum.Parse<MessageRejection>(what), now);
                break;
        }
    }

    private static TopicScoreParams RandomTopic(Random random) => new()
    {
        TopicWeight = random.NextDouble(),
        TimeInMeshWeight = random.NextDouble(),
        TimeInMeshQuantum = TimeSpan.FromMilliseconds(random.Next(100, 3000)),
        TimeInMeshCap = random.Next(1, 30),
        FirstMessageDeliveriesWeight = random.NextDouble() * 3,
        FirstMessageDeliveriesDecay = RandomDecay(random),
        FirstMessageDeliveriesCap = random.Next(1, 10),
        MeshMessageDeliveriesWeight = -random.NextDouble(),
        MeshMessageDeliveriesDecay = RandomDecay(random),
        MeshMessageDeliveriesThreshold = random.Next(1, 4),
        MeshMessageDeliveriesCap = random.Next(4, 10),
        MeshMessageDeliveriesWindow = TimeSpan.FromMilliseconds(random.Next(2000)),
        MeshMessageDeliveriesActivation = TimeSpan.FromMilliseconds(random.Next(6000)),
        MeshFailurePenaltyWeight = -random.NextDouble(),
        MeshFailurePenaltyDecay = RandomDecay(random),
        InvalidMessageDeliveriesWeight = -random.NextDouble(),
        InvalidMessageDeliveriesDecay = RandomDecay(random),
        IdleAfter = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(random.Next(1, 9000)),
    };

    private static double RandomDecay(Random random) => 0.3 + (0.69 * random.NextDouble());
}
