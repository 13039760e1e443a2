using OpStack.Libp2p.Gossipsub.Scoring;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

public class ScoreParamsTests
{
    private const double Nan = double.NaN;
    private const double Inf = double.PositiveInfinity;

    public static TheoryData<string, double[], Func<PeerScoreParams, double, PeerScoreParams>> WrongNumbers() => new()
    {
        { nameof(PeerScoreParams.TopicScoreCap), [-1, Nan, Inf], (p, v) => p with { TopicScoreCap = v } },
        { nameof(PeerScoreParams.AppSpecificWeight), [-1, Nan, Inf], (p, v) => p with { AppSpecificWeight = v } },
        { nameof(PeerScoreParams.IPColocationFactorWeight), [0.1, Nan, -Inf, Inf], (p, v) => p with { IPColocationFactorWeight = v } },
        { nameof(PeerScoreParams.IPColocationFactorThreshold), [0, -1], (p, v) => p with { IPColocationFactorThreshold = (int)v } },
        { nameof(PeerScoreParams.BehaviourPenaltyWeight), [0.1, Nan, -Inf, Inf], (p, v) => p with { BehaviourPenaltyWeight = v } },
        { nameof(PeerScoreParams.BehaviourPenaltyThreshold), [-1, Nan, Inf], (p, v) => p with { BehaviourPenaltyThreshold = v } },
        { nameof(PeerScoreParams.BehaviourPenaltyDecay), [0, 1, -0.5, 2, Nan, Inf], (p, v) => p with { BehaviourPenaltyDecay = v } },
        { nameof(PeerScoreParams.SlowPeerWeight), [0.1, Nan, -Inf, Inf], (p, v) => p with { SlowPeerWeight = v } },
        { nameof(PeerScoreParams.SlowPeerThreshold), [-1, Nan, Inf], (p, v) => p with { SlowPeerThreshold = v } },
        { nameof(PeerScoreParams.SlowPeerDecay), [0, 1, -0.5, 2, Nan, Inf], (p, v) => p with { SlowPeerDecay = v } },
        { nameof(PeerScoreParams.DecayToZero), [0, 1, -0.5, 2, Nan, Inf], (p, v) => p with { DecayToZero = v } },
        { nameof(PeerScoreParams.DecayInterval), [0, 0.999, -1, 1e7], (p, v) => p with { DecayInterval = TimeSpan.FromSeconds(v) } },
        { nameof(PeerScoreParams.RetainScore), [-1, 1e7], (p, v) => p with { RetainScore = TimeSpan.FromSeconds(v) } },
        { nameof(PeerScoreParams.SeenMessageTtl), [0, -1, 1e7], (p, v) => p with { SeenMessageTtl = TimeSpan.FromSeconds(v) } },
    };

    public static TheoryData<string, double[], Func<TopicScoreParams, double, TopicScoreParams>> WrongTopicNumbers() => new()
    {
        { nameof(TopicScoreParams.TopicWeight), [-1, Nan, Inf], (p, v) => p with { TopicWeight = v } },
        { nameof(TopicScoreParams.TimeInMeshWeight), [-1, Nan, Inf], (p, v) => p with { TimeInMeshWeight = v } },
        { nameof(TopicScoreParams.TimeInMeshQuantum), [0, -1], (p, v) => p with { TimeInMeshQuantum = TimeSpan.FromSeconds(v) } },
        { nameof(TopicScoreParams.TimeInMeshCap), [0, -1, Nan, Inf], (p, v) => p with { TimeInMeshCap = v } },
        { nameof(TopicScoreParams.FirstMessageDeliveriesWeight), [-1, Nan, Inf], (p, v) => p with { FirstMessageDeliveriesWeight = v } },
        { nameof(TopicScoreParams.FirstMessageDeliveriesDecay), [0, 1, -0.5, 2, Nan, Inf], (p, v) => p with { FirstMessageDeliveriesDecay = v } },
        { nameof(TopicScoreParams.FirstMessageDeliveriesCap), [0, -1, Nan, Inf], (p, v) => p with { FirstMessageDeliveriesCap = v } },
        { nameof(TopicScoreParams.MeshMessageDeliveriesWeight), [0.1, Nan, -Inf, Inf], (p, v) => p with { MeshMessageDeliveriesWeight = v } },
        { nameof(TopicScoreParams.MeshMessageDeliveriesDecay), [0, 1, -0.5, 2, Nan, Inf], (p, v) => p with { MeshMessageDeliveriesDecay = v } },
        { nameof(TopicScoreParams.MeshMessageDeliveriesCap), [0, 19.9, Nan, Inf], (p, v) => p with { MeshMessageDeliveriesCap = v } },
        { nameof(TopicScoreParams.MeshMessageDeliveriesThreshold), [0, -1, Nan, Inf], (p, v) => p with { MeshMessageDeliveriesThreshold = v } },
        { nameof(TopicScoreParams.MeshMessageDeliveriesWindow), [-1, 1e7], (p, v) => p with { MeshMessageDeliveriesWindow = TimeSpan.FromSeconds(v) } },
        { nameof(TopicScoreParams.MeshMessageDeliveriesActivation), [-1, 1e7], (p, v) => p with { MeshMessageDeliveriesActivation = TimeSpan.FromSeconds(v) } },
        { nameof(TopicScoreParams.MeshFailurePenaltyWeight), [0.1, Nan, -Inf, Inf], (p, v) => p with { MeshFailurePenaltyWeight = v } },
        { nameof(TopicScoreParams.MeshFailurePenaltyDecay), [0, 1, -0.5, 2, Nan, Inf], (p, v) => p with { MeshFailurePenaltyDecay = v } },
        { nameof(TopicScoreParams.InvalidMessageDeliveriesWeight), [0.1, Nan, -Inf, Inf], (p, v) => p with { InvalidMessageDeliveriesWeight = v } },
        { nameof(TopicScoreParams.IdleAfter), [0, -1, 1e7], (p, v) => p with { IdleAfter = TimeSpan.FromSeconds(v) } },
        { nameof(TopicScoreParams.InvalidMessageDeliveriesDecay), [0, 1, -0.5, 2, Nan, Inf], (p, v) => p with { InvalidMessageDeliveriesDecay = v } },
    };

    public static TheoryData<string, PeerScoreThresholds> WrongThresholds() => new()
    {
        { nameof(PeerScoreThresholds.Gossip), new PeerScoreThresholds { Gossip = 1 } },
        { nameof(PeerScoreThresholds.Gossip), new PeerScoreThresholds { Gossip = Nan } },
        { nameof(PeerScoreThresholds.Gossip), new PeerScoreThresholds { Gossip = -Inf, Publish = -Inf, Graylist = -Inf } },
        { nameof(PeerScoreThresholds.Publish), new PeerScoreThresholds { Gossip = -2, Publish = -1, Graylist = -3 } },
        { nameof(PeerScoreThresholds.Publish), new PeerScoreThresholds { Publish = Nan } },
        { nameof(PeerScoreThresholds.Graylist), new PeerScoreThresholds { Gossip = -1, Publish = -3, Graylist = -2 } },
        { nameof(PeerScoreThresholds.Graylist), new PeerScoreThresholds { Graylist = -Inf } },
        { nameof(PeerScoreThresholds.AcceptPeerExchange), new PeerScoreThresholds { AcceptPeerExchange = -1 } },
        { nameof(PeerScoreThresholds.AcceptPeerExchange), new PeerScoreThresholds { AcceptPeerExchange = Inf } },
        { nameof(PeerScoreThresholds.OpportunisticGraft), new PeerScoreThresholds { OpportunisticGraft = -1 } },
        { nameof(PeerScoreThresholds.OpportunisticGraft), new PeerScoreThresholds { OpportunisticGraft = Nan } },
    };

    [Theory]
    [MemberData(nameof(WrongNumbers))]
    public void A_wrong_parameter_names_itself(string field, double[] values, Func<PeerScoreParams, double, PeerScoreParams> change) =>
        Assert.All(values, value => AssertNames(field, () => change(new PeerScoreParams(), value).Validate()));

    [Theory]
    [MemberData(nameof(WrongTopicNumbers))]
    public void A_wrong_parameter_of_a_topic_names_itself_and_the_topic(
        string field, double[] values, Func<TopicScoreParams, double, TopicScoreParams> change) =>
        Assert.All(values, value =>
        {
            TopicScoreParams topic = change(new TopicScoreParams(), value);
            AssertNames(field, topic.Validate);
            AssertNames($"Topics[blocks].{field}", new PeerScoreParams { Topics = new Dictionary<string, TopicScoreParams> { ["blocks"] = topic } }.Validate);
        });

    [Theory]
    [MemberData(nameof(WrongThresholds))]
    public void A_wrong_threshold_names_itself(string field, PeerScoreThresholds thresholds) => AssertNames(field, thresholds.Validate);

    [Fact]
    public void A_score_takes_no_wrong_parameters()
    {
        AssertNames("DecayToZero", () => _ = new PeerScore(new PeerScoreParams { DecayToZero = 2 }, new PeerScoreThresholds()));
        AssertNames("Gossip", () => _ = new PeerScore(new PeerScoreParams(), new PeerScoreThresholds { Gossip = 2 }));
        AssertNames("TopicWeight", () => new PeerScore(new PeerScoreParams(), new PeerScoreThresholds())
            .SetTopicParams("blocks", new TopicScoreParams { TopicWeight = -1 }));
        AssertNames("Topics[blocks]", new PeerScoreParams { Topics = new Dictionary<string, TopicScoreParams> { ["blocks"] = null! } }.Validate);
    }

    [Fact]
    public void Defaults_and_op_nodes_thresholds_are_right()
    {
        new PeerScoreParams { Topics = new Dictionary<string, TopicScoreParams> { ["blocks"] = new() } }.Validate();
        new PeerScoreThresholds().Validate();
        new PeerScoreThresholds { Gossip = -10, Publish = -40, Graylist = -40, AcceptPeerExchange = 20, OpportunisticGraft = 0.05 }.Validate();
    }

    private static void AssertNames(string field, Action action)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(action);
        Assert.Equal(field, error.ParamName);
        Assert.StartsWith(field, error.Message);
    }
}
