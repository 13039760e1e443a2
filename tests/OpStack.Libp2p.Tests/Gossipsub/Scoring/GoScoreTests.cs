using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>
/// The cases and numbers of go-libp2p-pubsub's score_test.go. go's tests refresh scores at will and switch validation off; here ticks come each
/// second, and "no decay" is the largest decay allowed.
/// </summary>
public class GoScoreTests
{
    [Theory]
    [InlineData(200, 3600, 100)] // 0.5 * 200 quanta of 1 ms
    [InlineData(40, 10, 5)] // 0.5 * the cap
    public void Time_in_mesh_and_its_cap(int milliseconds, double cap, double expected)
    {
        ScoreHarness score = new(new TopicScoreParams
        {
            TopicWeight = 0.5,
            TimeInMeshWeight = 1,
            TimeInMeshQuantum = TimeSpan.FromMilliseconds(1),
            TimeInMeshCap = cap,
        }, 1);
        Assert.Equal(0, score[1]);
        score.Advance(1 - (milliseconds / 1000.0));
        score.Graft(1);
        score.Advance(milliseconds / 1000.0);
        Assert.Equal(expected, score[1]);
    }

    [Theory]
    [InlineData(2000, 1, 1, 100)]
    [InlineData(50, 1, 1, 50)]
    [InlineData(2000, 0.9, 1, 90)]
    [InlineData(2000, 0.9, 11, 31.381059609)] // 100 * 0.9^11
    public void First_message_deliveries_their_cap_and_decay(double cap, double decay, int ticks, double expected)
    {
        ScoreHarness score = new(new TopicScoreParams
        {
            FirstMessageDeliveriesWeight = 1,
            FirstMessageDeliveriesCap = cap,
            FirstMessageDeliveriesDecay = Math.Min(decay, NoDecay),
        }, 1);
        score.Graft(1);
        score.DeliverMany(1, 100);
        score.Advance(ticks);
        Assert.Equal(expected, score[1], 1e-9);
    }

    [Fact]
    public void Mesh_message_deliveries_count_within_the_window_only()
    {
        ScoreHarness score = new(Mesh(TimeSpan.FromSeconds(1), NoDecay), 1, 2, 3);
        score.Graft(1, 2, 3);
        score.Advance(1);
        Assert.All([1, 2, 3], peer => Assert.Equal(0, score[peer]));
        for (int id = 0; id < 100; id++)
        {
            score.Validate(1, id);
            score.Deliver(1, id);
            score.Duplicate(2, id);
        }

        score.Advance(0.030);
        for (int id = 0; id < 100; id++)
        {
            score.Duplicate(3, id);
        }

        score.Advance(1);
        Assert.Equal((0, 0, -400), (score[1], score[2], score[3])); // 20^2
    }

    [Fact]
    public void Mesh_message_deliveries_decay()
    {
        ScoreHarness score = new(Mesh(TimeSpan.Zero, 0.9), 1);
        score.Graft(1);
        score.DeliverMany(1, 40);
        score.Advance(1);
        Assert.Equal(0, score[1]); // 36 left of 20 needed
        score.Advance(20);
        Assert.Equal(-244.0856416816794, score[1], 1e-9); // (20 - 40 * 0.9^21)^2
    }

    [Fact]
    public void Mesh_failure_penalty()
    {
        ScoreHarness score = new(Mesh(TimeSpan.Zero, NoDecay) with
        {
            MeshMessageDeliveriesWeight = 0,
            MeshFailurePenaltyWeight = -1,
            MeshFailurePenaltyDecay = NoDecay,
        }, 1, 2);
        score.Graft(1, 2);
        score.DeliverMany(1, 100);
        score.Advance(1);
        Assert.Equal((0, 0), (score[1], score[2]));
        score.Prune(2);
        score.Advance(1);
        Assert.Equal(0, score[1]);
        Assert.Equal(-400, score[2], 1e-9);
    }

    [Theory]
    [InlineData(1, 1, -10000)]
    [InlineData(0.9, 1, -8100)]
    [InlineData(0.9, 11, -984.7709021836112)] // (100 * 0.9^11)^2
    public void Invalid_message_deliveries_and_their_decay(double decay, int ticks, double expected)
    {
        ScoreHarness score = new(Invalid(-1) with { InvalidMessageDeliveriesDecay = Math.Min(decay, NoDecay) }, 1);
        score.Graft(1);
        score.Invalid(1, 100);
        score.Advance(ticks);
        Assert.Equal(expected, score[1], 1e-8);
    }

    [Fact]
    public void Reject_message_deliveries()
    {
        ScoreHarness score = new(Off with { SeenMessageTtl = TimeSpan.FromMilliseconds(1), Topics = One(Invalid(-1)) }, 1, 2);
        score.Reject(1, 0, MessageRejection.ValidationQueueFull);
        Assert.Equal(0, score[1]);

        foreach (MessageRejection reason in new[] { MessageRejection.ValidationThrottled, MessageRejection.ValidationIgnored })
        {
            score.Validate(1, 0);
            score.Reject(1, 0, reason);
            score.Duplicate(2, 0);
            Assert.Equal((0, 0), (score[1], score[2]));
            score.Advance(0.001);
        }

        score.Validate(1, 0);
        score.Reject(1, 0, MessageRejection.ValidationFailed);
        score.Duplicate(2, 0);
        Assert.Equal((-1, -1), (score[1], score[2]));
        score.Advance(0.001);

        score.Validate(1, 0);
        score.Duplicate(2, 0);
        score.Reject(1, 0, MessageRejection.ValidationFailed);
        Assert.Equal((-4, -4), (score[1], score[2]));
    }

    [Fact]
    public void Application_score()
    {
        double answer = 0;
        ScoreHarness score = new(Off with { AppSpecificWeight = 0.5, AppSpecificScore = _ => answer }, 1);
        for (answer = -100; answer < 100; answer++)
        {
            score.Advance(1);
            Assert.Equal(answer * 0.5, score[1]);
        }
    }

    [Theory]
    [InlineData(null, -4)] // three peers at 2.3.4.5, one allowed
    [InlineData("2.3.0.0/16", 0)]
    public void IP_colocation_and_its_whitelist(string? whitelist, double expected)
    {
        ScoreHarness score = new(Off with
        {
            IPColocationFactorWeight = -1,
            IPColocationFactorThreshold = 1,
            IPColocationFactorWhitelist = whitelist is null ? [] : [System.Net.IPNetwork.Parse(whitelist)],
        });
        score.Connect(1, "1.2.3.4");
        score.Connect(2, "2.3.4.5");
        score.Connect(3, "2.3.4.5", "3.4.5.6");
        score.Connect(4, "2.3.4.5");
        Assert.Equal((0, expected, expected, expected), (score[1], score[2], score[3], score[4]));
    }

    [Fact]
    public void Behaviour_penalty()
    {
        ScoreHarness score = new(Off with { BehaviourPenaltyWeight = -1, BehaviourPenaltyThreshold = 0, BehaviourPenaltyDecay = 0.99 });
        score.Score.AddPenalty(Peer(1), 1);
        Assert.Equal(0, score[1]);
        score.Connect(1);
        score.Score.AddPenalty(Peer(1), 1);
        Assert.Equal(-1, score[1]);
        score.Score.AddPenalty(Peer(1), 1);
        Assert.Equal(-4, score[1]);
        score.Advance(1);
        Assert.Equal(-3.9204, score[1], 1e-12);
    }

    [Fact]
    public void Retention()
    {
        ScoreHarness score = new(Off with { AppSpecificWeight = 1, AppSpecificScore = _ => -1000, RetainScore = TimeSpan.FromSeconds(10) }, 1);
        score.Graft(1);
        Assert.Equal(-1000, score[1]);
        score.Disconnect(1);
        score.Advance(5);
        Assert.Equal(-1000, score[1]);
        score.Advance(6);
        Assert.Equal(0, score[1]);
    }

    [Fact]
    public void Recapture_of_counters_by_lower_caps()
    {
        TopicScoreParams topic = Mesh(TimeSpan.FromSeconds(1), NoDecay) with
        {
            FirstMessageDeliveriesWeight = 10,
            FirstMessageDeliveriesDecay = NoDecay,
            FirstMessageDeliveriesCap = 100,
        };
        ScoreHarness score = new(topic, 1, 2);
        score.Graft(1, 2);
        for (int id = 0; id < 100; id++)
        {
            score.Validate(1, id);
            score.Deliver(1, id);
            score.Duplicate(2, id);
        }

        Assert.Equal((100, 100), (score.Term(1, "P2").Counter, score.Term(2, "P3").Counter));
        score.Score.SetTopicParams(Topic, topic with { FirstMessageDeliveriesCap = 50, MeshMessageDeliveriesCap = 50 });
        Assert.Equal((50, 50), (score.Term(1, "P2").Counter, score.Term(2, "P3").Counter));
    }

    [Fact]
    public void New_parameters_count_at_once()
    {
        ScoreHarness score = new(Invalid(-1), 1);
        for (int id = 0; id < 100; id++)
        {
            score.Validate(1, id);
            score.Reject(1, id, MessageRejection.ValidationFailed);
        }

        Assert.Equal(-10000, score[1]);
        score.Score.SetTopicParams(Topic, Invalid(-10));
        Assert.Equal(-100000, score[1]);
    }

    private static Dictionary<string, TopicScoreParams> One(TopicScoreParams topic) => new() { [Topic] = topic };

    private static TopicScoreParams Invalid(double weight) => new() { InvalidMessageDeliveriesWeight = weight, InvalidMessageDeliveriesDecay = NoDecay };

    private static TopicScoreParams Mesh(TimeSpan activation, double decay) => new()
    {
        MeshMessageDeliveriesWeight = -1,
        MeshMessageDeliveriesActivation = activation,
        MeshMessageDeliveriesWindow = TimeSpan.FromMilliseconds(10),
        MeshMessageDeliveriesThreshold = 20,
        MeshMessageDeliveriesCap = 100,
        MeshMessageDeliveriesDecay = decay,
    };
}
