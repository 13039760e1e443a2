using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>P1 to P4, computed by hand.</summary>
public class TopicTermTests
{
    [Theory]
    [InlineData(0.9, 0)] // whole quanta, and only as of the last tick
    [InlineData(3, 1.5)] // floor(3 / 2) = 1 quantum * 3 * 0.5
    [InlineData(4, 3)] // 2 quanta * 3 * 0.5
    [InlineData(9.9, 6)] // as of the tick at 9 s: 4 quanta * 3 * 0.5
    [InlineData(60, 7.5)] // cap 5 * 3 * 0.5
    public void P1_counts_whole_quanta_in_the_mesh_up_to_its_cap(double seconds, double expected)
    {
        ScoreHarness score = new(
            new TopicScoreParams { TopicWeight = 0.5, TimeInMeshWeight = 3, TimeInMeshQuantum = TimeSpan.FromSeconds(2), TimeInMeshCap = 5 }, 1);
        score.Graft(1);
        score.Advance(seconds);
        Assert.Equal(expected, score[1]);
        score.Prune(1);
        Assert.Equal(0, score[1]);
    }

    [Fact]
    public void P1_starts_anew_with_each_graft()
    {
        ScoreHarness score = new(new TopicScoreParams { TimeInMeshWeight = 1 }, 1);
        score.Graft(1);
        score.Advance(10);
        score.Prune(1);
        score.Graft(1);
        Assert.Equal(0, score[1]);
        score.Advance(2);
        Assert.Equal(2, score[1]);
    }

    [Theory]
    [InlineData(1, 0, 2)] // 1 * 2
    [InlineData(7, 0, 14)] // 7 * 2
    [InlineData(15, 0, 20)] // cap 10 * 2
    [InlineData(8, 1, 8)] // 8 / 2 = 4, * 2
    [InlineData(15, 3, 2.5)] // 10 / 8 = 1.25, * 2
    [InlineData(8, 9, 0.03125)] // 8 / 512 = 0.015625, * 2
    [InlineData(8, 10, 0)] // 0.0078 is below 0.01 and becomes 0
    public void P2_counts_first_deliveries_in_the_mesh_or_not(int messages, int ticks, double expected)
    {
        TopicScoreParams topic = new() { FirstMessageDeliveriesWeight = 2, FirstMessageDeliveriesDecay = 0.5, FirstMessageDeliveriesCap = 10 };
        ScoreHarness score = new(topic, 1, 2);
        score.Graft(2);
        score.DeliverMany(1, messages);
        score.DeliverMany(2, messages, firstId: 1000);
        score.Advance(ticks);
        Assert.Equal(expected, score[1]);
        Assert.Equal(expected, score[2]);
    }

    [Theory]
    [InlineData(0, 5, 0)] // not active yet: more than 5 s are needed
    [InlineData(0, 6, -200)] // (10 - 0)^2 = 100, * -2
    [InlineData(4, 6, -72)] // (10 - 4)^2 = 36, * -2
    [InlineData(10, 6, 0)]
    [InlineData(30, 6, 0)]
    public void P3_is_the_square_of_what_is_missing_once_active(int messages, double seconds, double expected)
    {
        ScoreHarness score = new(MeshTopic(NoDecay) with { MeshMessageDeliveriesWeight = -2 }, 1);
        score.Graft(1);
        score.DeliverMany(1, messages);
        score.Advance(seconds);
        Assert.Equal(expected, score[1], 1e-9);
    }

    [Theory]
    [InlineData(2, 0)] // 40, cap 16: 16 / 4 = 4 after 2 ticks; (10 - 4)^2 = 36, but active only after 5 s
    [InlineData(6, -95.0625)] // 16 / 64 = 0.25; 9.75^2
    [InlineData(10, -99.6877441406)] // 16 / 1024 = 0.015625; 9.984375^2
    [InlineData(11, -100)] // 0.0078 becomes 0
    public void P3_decays(int ticks, double expected)
    {
        ScoreHarness score = new(MeshTopic(0.5) with { MeshMessageDeliveriesWeight = -1, MeshMessageDeliveriesCap = 16 }, 1);
        score.Graft(1);
        score.DeliverMany(1, 40);
        score.Advance(ticks);
        Assert.Equal(expected, score[1], 1e-9);
    }

    [Fact]
    public void P3_keeps_its_counter_over_a_new_graft_and_waits_again()
    {
        ScoreHarness score = new(MeshTopic(NoDecay) with { MeshMessageDeliveriesWeight = -1 }, 1);
        score.Graft(1);
        score.DeliverMany(1, 7);
        score.Advance(6);
        Assert.Equal(-9, score[1], 1e-9); // (10 - 7)^2
        score.Prune(1);
        Assert.Equal(0, score[1]); // outside the mesh nothing is owed
        score.Graft(1);
        score.Advance(5);
        Assert.Equal(0, score[1]);
        score.Advance(1);
        Assert.Equal(-9, score[1], 1e-9);
    }

    [Theory]
    [InlineData(3, 0)] // pruned before activation
    [InlineData(6, -300)] // (10 - 0)^2 * -3
    public void P3b_keeps_the_deficit_of_a_peer_that_leaves_the_mesh(double seconds, double expected)
    {
        ScoreHarness score = new(MeshTopic(NoDecay) with { MeshFailurePenaltyWeight = -3, MeshFailurePenaltyDecay = 0.5 }, 1);
        score.Graft(1);
        score.Advance(seconds);
        score.Prune(1);
        Assert.Equal(expected, score[1]);
        score.Prune(1);
        Assert.Equal(expected, score[1]); // a second PRUNE adds nothing
        score.Advance(2);
        Assert.Equal(expected / 4, score[1]); // decay 0.5 twice
    }

    [Fact]
    public void P3b_adds_up_over_grafts()
    {
        ScoreHarness score = new(MeshTopic(NoDecay) with { MeshFailurePenaltyWeight = -1, MeshFailurePenaltyDecay = NoDecay }, 1);
        for (int i = 1; i <= 3; i++)
        {
            score.Graft(1);
            score.Advance(6);
            score.Prune(1);
            Assert.Equal(-100 * i, score[1], 1e-6);
        }
    }

    [Theory]
    [InlineData(1, 0, -1.5)] // 1^2 * -3 * 0.5
    [InlineData(4, 0, -24)] // 4^2 * -3 * 0.5
    [InlineData(4, 1, -6)] // 2^2 * -3 * 0.5
    [InlineData(4, 2, -1.5)]
    [InlineData(4, 9, 0)] // 4 / 512 = 0.0078 becomes 0
    public void P4_is_the_square_of_invalid_messages(int messages, int ticks, double expected)
    {
        ScoreHarness score = new(
            new TopicScoreParams { TopicWeight = 0.5, InvalidMessageDeliveriesWeight = -3, InvalidMessageDeliveriesDecay = 0.5 }, 1);
        score.Invalid(1, messages);
        score.Advance(ticks);
        Assert.Equal(expected, score[1]);
    }

    [Theory]
    [InlineData(0, 30)] // 3 topics * 10 messages
    [InlineData(12, 12)]
    [InlineData(30, 30)]
    public void The_cap_limits_what_topics_add(double cap, double expected)
    {
        ScoreHarness score = new(ThreeTopics(cap), 1);
        DeliverOnEach(score);
        Assert.Equal(expected, score[1]);
    }

    [Fact]
    public void The_cap_does_not_limit_what_topics_subtract_and_counts_after_it()
    {
        ScoreHarness score = new(ThreeTopics(12), 1);
        DeliverOnEach(score);
        score.Score.RejectMessage(Peer(1), "a", null, MessageRejection.UnexpectedAuthInfo, score.Now);
        Assert.Equal(5, score[1]); // 30 - 25
        score.Score.RejectMessage(Peer(1), "b", null, MessageRejection.UnexpectedAuthInfo, score.Now);
        Assert.Equal(-20, score[1]); // 30 - 25 - 25
    }

    [Fact]
    public void A_topic_without_parameters_counts_nothing_and_keeps_nothing()
    {
        ScoreHarness score = new(Off, 1);
        score.Graft(1);
        score.DeliverMany(1, 50);
        score.Invalid(1, 50);
        score.Validate(1, 100);
        score.Reject(1, 100, MessageRejection.ValidationFailed);
        score.Prune(1);
        score.Advance(10);
        Assert.Equal(0, score[1]);
        Assert.Empty(score.Explain(1).Topics);
        Assert.Equal(0, score.Score.DeliveryCount);
    }

    private static TopicScoreParams MeshTopic(double decay) =>
        new() { MeshMessageDeliveriesThreshold = 10, MeshMessageDeliveriesDecay = decay, MeshMessageDeliveriesActivation = TimeSpan.FromSeconds(5) };

    private static PeerScoreParams ThreeTopics(double cap)
    {
        TopicScoreParams topic = new() { FirstMessageDeliveriesWeight = 1, InvalidMessageDeliveriesWeight = -25 };
        return Off with { TopicScoreCap = cap, Topics = new[] { "a", "b", "c" }.ToDictionary(name => name, _ => topic) };
    }

    private static void DeliverOnEach(ScoreHarness score)
    {
        for (int i = 0; i < 30; i++)
        {
            score.Score.DeliverMessage(Peer(1), "abc"[i / 10].ToString(), Id(i), score.Now);
        }
    }
}
