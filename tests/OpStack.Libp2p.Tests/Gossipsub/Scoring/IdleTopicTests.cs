using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>P1, P2 and P3 on a topic that has no traffic, at first or any more.</summary>
public class IdleTopicTests
{
    private static readonly TopicScoreParams Parameters = new()
    {
        TimeInMeshWeight = 1,
        FirstMessageDeliveriesWeight = 1,
        FirstMessageDeliveriesDecay = 0.5,
        MeshMessageDeliveriesWeight = -1,
        MeshMessageDeliveriesThreshold = 4,
        MeshMessageDeliveriesActivation = TimeSpan.FromSeconds(3),
        MeshMessageDeliveriesDecay = 0.5,
        MeshFailurePenaltyWeight = -1,
        InvalidMessageDeliveriesWeight = -1,
        InvalidMessageDeliveriesDecay = 0.5,
        IdleAfter = TimeSpan.FromSeconds(3),
    };

    private readonly PeerId _peer = Peer(1);
    private readonly PeerScore _score = new(
        new PeerScoreParams { Topics = new Dictionary<string, TopicScoreParams> { [Topic] = Parameters }, DecayInterval = TimeSpan.FromSeconds(1) },
        new PeerScoreThresholds());

    public IdleTopicTests()
    {
        _score.AddPeer(_peer, TimeSpan.Zero);
        _score.Graft(_peer, Topic, TimeSpan.Zero);
    }

    private void TickTo(int seconds) => _score.Tick(TimeSpan.FromSeconds(seconds));

    private void Deliver(int id, int second)
    {
        _score.ValidateMessage(_peer, Topic, Id(id), TimeSpan.FromSeconds(second));
        _score.DeliverMessage(_peer, Topic, Id(id), TimeSpan.FromSeconds(second));
    }

    [Fact]
    public void A_topic_without_any_message_neither_rewards_nor_punishes()
    {
        TickTo(1000);
        Assert.Equal(0, _score.Score(_peer));
        _score.Prune(_peer, Topic, TimeSpan.FromSeconds(1000));
        Assert.Equal(0, _score.Score(_peer));
    }

    [Fact]
    public void With_the_first_message_time_and_deliveries_begin_to_count()
    {
        TickTo(1000);
        Deliver(1, 1000);

        // Second 1001: one second in the mesh, the delivery halved; P3 is not active yet.
        TickTo(1001);
        Assert.Equal(1 + 0.5, _score.Score(_peer));

        // Second 1003: three seconds since the message, which is not idle yet.
        TickTo(1003);
        Assert.Equal(3 + 0.125, _score.Score(_peer));
    }

    [Fact]
    public void When_messages_stop_counters_stand_still_and_go_on_with_the_next()
    {
        TickTo(1);
        for (int second = 1; second <= 8; second++)
        {
            Deliver(second, second);
            TickTo(second + 1);
        }

        // The last message came in second 8, the topic is idle from second 12 on: until then P3 was active and in deficit.
        TickTo(11);
        double before = _score.Score(_peer);
        Assert.True(before < 0);
        TickTo(12);
        Assert.Equal(0, _score.Score(_peer));
        TickTo(10_000);
        Assert.Equal(0, _score.Score(_peer));

        Deliver(100, 10_000);
        TickTo(10_001);
        TopicScoreSnapshot topic = Assert.Single(_score.Snapshot(TimeSpan.FromSeconds(10_001))[0].Topics);
        Assert.Equal(11, topic.Terms[0].Value);
        Assert.True(topic.Terms[2].Value > 0, "P3 counts again");
    }

    [Fact]
    public void Leaving_the_mesh_of_an_idle_topic_is_no_failure_and_invalid_messages_cost_always()
    {
        Deliver(1, 0);
        TickTo(4);
        Assert.True(_score.Score(_peer) < 4);
        TickTo(5);
        _score.Prune(_peer, Topic, TimeSpan.FromSeconds(5));
        Assert.Equal(0, _score.Score(_peer));

        _score.RejectMessage(_peer, Topic, Id(2), MessageRejection.ValidationFailed, TimeSpan.FromSeconds(5));
        _score.RejectMessage(_peer, Topic, null, MessageRejection.ValidationFailed, TimeSpan.FromSeconds(5));
        Assert.Equal(-4, _score.Score(_peer));
        TickTo(6);
        Assert.Equal(-1, _score.Score(_peer));
    }

    [Fact]
    public void A_snapshot_tells_why_counters_count_nothing()
    {
        Deliver(1, 0);
        TickTo(3);
        Assert.False(Assert.Single(_score.Snapshot(TimeSpan.FromSeconds(3))[0].Topics).IsIdle);
        TickTo(4);
        TopicScoreSnapshot topic = Assert.Single(_score.Snapshot(TimeSpan.FromSeconds(4))[0].Topics);
        Assert.True(topic.IsIdle);
        Assert.All(topic.Terms.Take(3), term => Assert.Equal((true, 0), (term.Counter > 0, term.Value)));
    }

    [Fact]
    public void A_late_tick_counts_the_time_before_the_topic_became_idle()
    {
        ScoreHarness[] scores = [new(Parameters, 1), new(Parameters, 1)];
        foreach (ScoreHarness score in scores)
        {
            score.Advance(0.5);
            score.Graft(1);
            score.Advance(1.5);
            score.DeliverMany(1, 64);
        }

        scores[0].Advance(40);
        scores[1].AdvanceLate(40);
        foreach (ScoreHarness score in scores)
        {
            score.Invalid(1, 1);
            score.DeliverMany(1, 1, 1000);

            // Ticks 3, 4 and 5 found a message of the last 3 s: 3 s in the mesh, 64 halved three times. Before and after them it was idle.
            Assert.Equal(3 + (8 + 1) - 1, score[1]);
        }
    }
}
