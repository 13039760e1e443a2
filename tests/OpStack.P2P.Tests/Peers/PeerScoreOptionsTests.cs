using OpStack.Libp2p.Gossipsub.Scoring;

namespace OpStack.P2P.Tests.Peers;

public class PeerScoreOptionsTests
{
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(2);
    private static readonly IReadOnlyList<string> Topics = new BlockTopics(10).All;

    private static PeerScoreParams Params(PeerScoreOptions options) => options.ToParams(Topics, Slot, TimeSpan.FromSeconds(65))!;

    [Theory]
    [InlineData("light", PeerScoreLevel.Light)]
    [InlineData("Light", PeerScoreLevel.Light)]
    [InlineData("off", PeerScoreLevel.Off)]
    [InlineData("NONE", PeerScoreLevel.Off)]
    public void A_level_is_read_in_both_vocabularies(string text, PeerScoreLevel level)
    {
        Assert.True(PeerScoreLevels.TryParse(text, out PeerScoreLevel read));
        Assert.Equal(level, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("full")]
    [InlineData(null)]
    public void Another_text_is_no_level(string? text) => Assert.False(PeerScoreLevels.TryParse(text, out _));

    [Fact]
    public void Off_scores_nobody() => Assert.Null(new PeerScoreOptions { Level = PeerScoreLevel.Off }.ToParams(Topics, Slot, Slot));

    // op-stack-p2p.md 1.12, wire.md 12.3.
    [Fact]
    public void Light_has_the_values_of_op_node()
    {
        PeerScoreParams light = Params(new PeerScoreOptions { ScoreInvalidBlocks = false });
        light.Validate();
        Assert.Empty(light.Topics);
        Assert.Equal(0, light.TopicScoreCap);
        Assert.Equal((1, -35, 10), (light.AppSpecificWeight, light.IPColocationFactorWeight, light.IPColocationFactorThreshold));
        Assert.Equal((-16, 6, 0.9261187281287935), (light.BehaviourPenaltyWeight, light.BehaviourPenaltyThreshold, light.BehaviourPenaltyDecay));
        Assert.Equal((Slot, 0.01, TimeSpan.FromSeconds(1200)), (light.DecayInterval, light.DecayToZero, light.RetainScore));
        Assert.Equal(0, light.SlowPeerWeight);
        PeerScoreThresholds thresholds = PeerScoreOptions.LightThresholds;
        thresholds.Validate();
        Assert.Equal((-10, -40, -40, 20, 0.05),
            (thresholds.Gossip, thresholds.Publish, thresholds.Graylist, thresholds.AcceptPeerExchange, thresholds.OpportunisticGraft));
    }

    [Fact]
    public void By_default_invalid_blocks_cost_on_every_block_topic_and_nothing_else_of_a_topic_counts()
    {
        PeerScoreParams light = Params(new PeerScoreOptions());
        light.Validate();
        Assert.Equal(Topics.Order(), light.Topics.Keys.Order());
        Assert.All(light.Topics.Values, topic =>
        {
            Assert.Equal(0.8 * -140.4475, topic.TopicWeight * topic.InvalidMessageDeliveriesWeight, 12);
            Assert.Equal(0.98476665, topic.InvalidMessageDeliveriesDecay, 8);
            Assert.Equal((0, 0, 0, 0),
                (topic.TimeInMeshWeight, topic.FirstMessageDeliveriesWeight, topic.MeshMessageDeliveriesWeight, topic.MeshFailurePenaltyWeight));
        });

        // One invalid block is enough for the graylist.
        Assert.True(0.8 * -140.4475 < PeerScoreOptions.LightThresholds.Graylist);
    }

    // op-node's values of 2024 (kona.md 1.10).
    [Fact]
    public void Deliveries_count_when_asked_for_and_not_on_idle_topics()
    {
        PeerScoreParams all = Params(new PeerScoreOptions { ScoreDeliveries = true });
        all.Validate();
        Assert.Equal(34, all.TopicScoreCap);
        TopicScoreParams topic = all.Topics[Topics[3]];
        Assert.Equal((10.0 / 1800, Slot, 1800), (topic.TimeInMeshWeight, topic.TimeInMeshQuantum, topic.TimeInMeshCap));
        Assert.Equal((1, 23), (topic.FirstMessageDeliveriesWeight, topic.FirstMessageDeliveriesCap));
        Assert.Equal(0.96235063, topic.FirstMessageDeliveriesDecay, 8);
        Assert.Equal((-0.7, 30, 3), (topic.MeshMessageDeliveriesWeight, topic.MeshMessageDeliveriesCap, topic.MeshMessageDeliveriesThreshold));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(48)), (topic.MeshMessageDeliveriesWindow, topic.MeshMessageDeliveriesActivation));
        Assert.Equal(0.85769590, topic.MeshMessageDeliveriesDecay, 8);
        Assert.Equal((-0.7, topic.MeshMessageDeliveriesDecay), (topic.MeshFailurePenaltyWeight, topic.MeshFailurePenaltyDecay));
        Assert.Equal(-140.4475, topic.InvalidMessageDeliveriesWeight);
        Assert.NotNull(topic.IdleAfter);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3600)]
    public void Any_block_time_the_builder_takes_gives_valid_parameters(int seconds) =>
        new PeerScoreOptions { ScoreDeliveries = true }.ToParams(Topics, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(65))!.Validate();

    [Fact]
    public void The_application_score_and_the_whitelist_are_handed_on()
    {
        PeerScoreParams light = Params(new PeerScoreOptions { ApplicationScore = _ => 1, ColocationWhitelist = [System.Net.IPNetwork.Parse("10.0.0.0/8")] });
        Assert.NotNull(light.AppSpecificScore);
        Assert.Single(light.IPColocationFactorWhitelist);
    }
}
