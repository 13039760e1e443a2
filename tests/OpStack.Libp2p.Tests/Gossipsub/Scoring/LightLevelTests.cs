using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>The values of op-node's level "light" (op-stack-p2p.md 1.12, kona.md 1.10), for blocks every 2 s.</summary>
public class LightLevelTests
{
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(60, 0.9261187281287935)] // behaviour, 10 epochs of 6 slots
    [InlineData(120, 0.9623506263980885)] // first deliveries, 20 epochs
    [InlineData(30, 0.8576958985908941)] // mesh deliveries, 5 epochs
    [InlineData(300, 0.9847666521101581)] // invalid messages, 50 epochs
    public void Decay_is_op_nodes(int slots, double expected) =>
        Assert.Equal(expected, PeerScoreParams.DecayFactor(slots * Slot, Slot, 0.01), 0);

    [Fact]
    public void Decay_counts_whole_intervals()
    {
        Assert.Equal(0.1, PeerScoreParams.DecayFactor(TimeSpan.FromSeconds(5), Slot, 0.01), 1e-15); // 2 slots
        Assert.Equal("duration", Assert.Throws<ArgumentException>(() => PeerScoreParams.DecayFactor(TimeSpan.FromSeconds(1), Slot, 0.01)).ParamName);
        Assert.Equal("interval", Assert.Throws<ArgumentException>(() => PeerScoreParams.DecayFactor(Slot, TimeSpan.Zero, 0.01)).ParamName);
        Assert.Equal("decayToZero", Assert.Throws<ArgumentException>(() => PeerScoreParams.DecayFactor(Slot, Slot, double.NaN)).ParamName);
    }

    [Fact]
    public void Defaults_are_light()
    {
        PeerScoreParams light = new();
        light.Validate();
        Assert.Equal((1, -35, 10), (light.AppSpecificWeight, light.IPColocationFactorWeight, light.IPColocationFactorThreshold));
        Assert.Equal((-16, 6), (light.BehaviourPenaltyWeight, light.BehaviourPenaltyThreshold));
        Assert.Equal(PeerScoreParams.DecayFactor(60 * Slot, Slot, 0.01), light.BehaviourPenaltyDecay);
        Assert.Equal((Slot, 0.01, 600 * Slot), (light.DecayInterval, light.DecayToZero, light.RetainScore));
        Assert.Equal((0, 0, 0), (light.TopicScoreCap, light.SlowPeerWeight, light.Topics.Count));
    }

    [Theory]
    [InlineData(7, 0, -16)]
    [InlineData(8, 0, -64)]
    [InlineData(13, 0, -784)] // 7^2 * -16
    [InlineData(13, 5, -130.5806)] // 13 * 0.92611873^5 = 8.8568; 2.8568^2 * -16
    [InlineData(13, 11, 0)] // 5.59
    public void Behaviour_costs_what_it_does_at_op_node(int penalties, int slots, double expected)
    {
        ScoreHarness score = new(new PeerScoreParams(), 1);
        score.Score.AddPenalty(Peer(1), penalties);
        score.Advance(slots * Slot.TotalSeconds);
        Assert.Equal(expected, score[1], 1e-4);
    }

    [Fact]
    public void One_event_is_gone_after_60_slots_and_one_more()
    {
        ScoreHarness score = new(new PeerScoreParams(), 1);
        score.Score.AddPenalty(Peer(1), 1);
        score.Advance(59 * Slot.TotalSeconds);
        Assert.Equal(0.0108, score.Explain(1).Terms[2].Counter, 1e-4); // 0.01 / 0.926
        score.Advance(2 * Slot.TotalSeconds);
        Assert.Equal(0, score.Explain(1).Terms[2].Counter);
    }

    // P4 alone, with op-node's values of 2024: the third invalid block ends below -100, where peers are banned.
    [Theory]
    [InlineData(1, -112.358)] // 0.8 * -140.4475
    [InlineData(2, -449.432)]
    [InlineData(3, -1011.222)]
    public void Invalid_blocks_cost_what_they_did_in_2024(int messages, double expected)
    {
        ScoreHarness score = new(Blocks(new TopicScoreParams
        {
            TopicWeight = 0.8,
            InvalidMessageDeliveriesWeight = -140.4475,
            InvalidMessageDeliveriesDecay = PeerScoreParams.DecayFactor(300 * Slot, Slot, 0.01),
        }), 1);
        score.Invalid(1, messages);
        Assert.Equal(expected, score[1], 1e-9);
    }

    [Fact]
    public void The_best_score_of_2024_is_the_cap()
    {
        ScoreHarness score = new(Blocks(new TopicScoreParams
        {
            TopicWeight = 0.8,
            TimeInMeshWeight = 10 / 1800.0,
            TimeInMeshQuantum = Slot,
            TimeInMeshCap = 1800,
            FirstMessageDeliveriesWeight = 1,
            FirstMessageDeliveriesCap = 23,
            FirstMessageDeliveriesDecay = PeerScoreParams.DecayFactor(120 * Slot, Slot, 0.01),
        }), 1);
        score.Graft(1);
        score.Advance(4000);
        Assert.Equal(8, score[1], 1e-9); // 0.8 * 10
        score.DeliverMany(1, 50);
        Assert.Equal(26.4, score[1], 1e-9); // 0.8 * (10 + 23)
    }

    private static PeerScoreParams Blocks(TopicScoreParams topic) =>
        new() { TopicScoreCap = 34, Topics = new Dictionary<string, TopicScoreParams> { [Topic] = topic } };
}
