using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Simulation.Gossip;

namespace OpStack.P2P.Tests.Simulation;

/// <summary>
/// A node at fault itself: it blames nobody, nobody blames it, and the network delivers without it (attack-cases.md row 46; DESIGN section 6).
/// </summary>
[Trait("Row", "46")]
public sealed class OwnFaultTests
{
    private const int Honest = 30;

    private static readonly GossipNodeOptions Healthy = new();

    /// <summary>The real validator, but for one step that fails.</summary>
    private sealed class Faulty(IGossipMessageHandler real, bool inAdmit) : IGossipMessageHandler
    {
        public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data) => real.Decode(topic, data);

        public object? Check(GossipMessage message) => inAdmit ? real.Check(message) : throw new InvalidOperationException("a bug of the host's");

        public MessageVerdict Admit(GossipMessage message, object? check) =>
            inAdmit ? throw new InvalidOperationException("a bug of the host's") : real.Admit(message, check);

        public void Deliver(GossipMessage message, object? check) => real.Deliver(message, check);
    }

    /// <summary>Adds one node of these options to a healthy network that publishes for a minute.</summary>
    private static (GossipScenario Scenario, GossipNode Node) Play(GossipNodeOptions options)
    {
        GossipScenario scenario = new(new GossipScenarioOptions { Nodes = Honest, BlockSize = Expect.SmallBlock });
        GossipNode node = scenario.AddNode(options);
        scenario.Run(Expect.WarmUp).StartBlocks().Run(TimeSpan.FromMinutes(1)).StopBlocks();
        Expect.Delivered(scenario, 0.999);
        Expect.NobodyBlamed(scenario);
        Assert.All(scenario.Nodes, other => Assert.True(node.Score(other) >= 0, $"it blames {other.Index}: {node.Score(other)}"));
        Assert.All(scenario.Nodes, other => Assert.True(other.Score(node) >= 0, $"{other.Index} blames it: {other.Score(node)}"));
        return (scenario, node);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_validator_that_throws_punishes_nobody(bool inAdmit)
    {
        (GossipScenario scenario, GossipNode node) = Play(Healthy with { Validator = real => new Faulty(real, inAdmit) });
        Assert.InRange(node.Counters.HandlerFaults, 25, 31);
        Assert.Equal(node.Counters.HandlerFaults, node.Router.Counters.Ignored);
        scenario.Dispose();
    }

    [Fact]
    public void A_validator_that_is_too_slow_punishes_nobody()
    {
        (GossipScenario scenario, GossipNode node) = Play(Healthy with { ValidationTime = _ => TimeSpan.FromSeconds(10) });
        Assert.InRange(node.Counters.ValidationTimeouts, 25, 31);
        Assert.Equal(0, node.Router.Counters.Accepted);
        scenario.Dispose();
    }

    [Fact]
    public void A_validation_queue_that_is_full_punishes_nobody()
    {
        GossipNodeOptions stuck = Healthy with
        {
            ValidationTime = _ => Timeout.InfiniteTimeSpan,
            Gossip = new GossipsubOptions { ValidationQueue = 1 },
        };
        (GossipScenario scenario, GossipNode node) = Play(stuck);
        Assert.True(node.Router.Counters.QueueFull > 20);
        scenario.Dispose();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_clock_that_is_wrong_by_an_hour_punishes_nobody(int hours)
    {
        (GossipScenario scenario, GossipNode node) = Play(Healthy with { ClockSkew = TimeSpan.FromHours(hours) });
        Assert.InRange(node.Router.Counters.Rejected, 25, 31);
        scenario.Dispose();
    }

    // A collection, a suspended machine: what has come meanwhile is read late, and some of it asked for when nobody holds it any more.
    [Fact]
    public void A_node_that_stands_still_for_eight_seconds_again_and_again_punishes_nobody()
    {
        using GossipScenario scenario = new(new GossipScenarioOptions { Nodes = Honest, BlockSize = Expect.SmallBlock });
        GossipNode node = scenario.Node(9);
        scenario.Run(Expect.WarmUp).StartBlocks();
        for (int i = 0; i < 4; i++)
        {
            node.IsPaused = true;
            scenario.Run(TimeSpan.FromSeconds(8));
            node.IsPaused = false;
            scenario.Run(TimeSpan.FromSeconds(6));
        }

        scenario.StopBlocks();
        Expect.NobodyBlamed(scenario);
        Assert.Equal(0, node.Router.Counters.PromisesBroken);
        Assert.All(scenario.Blocks.TakeLast(2), block => Assert.Equal((29, 29), (block.Live, block.Latencies.Length)));
    }
}
