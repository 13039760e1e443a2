using OpStack.P2P.Simulation.Gossip;

namespace OpStack.P2P.Tests.Simulation;

/// <summary>Whole networks of routers, scores and block handlers in virtual time: delivery, and that a run can be repeated.</summary>
public sealed class GossipSimulationTests
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    private static GossipScenarioOptions Lossy(int nodes, int seed = 1) => new()
    {
        Seed = seed,
        Nodes = nodes,
        BlockSize = 4_000,
        Link = new LinkOptions { Loss = 0.1 },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_hundred_nodes_with_a_tenth_of_frames_lost_get_every_block_within_two_seconds(bool idontwant)
    {
        GossipScenarioOptions options = Lossy(200);
        GossipNodeOptions node = idontwant ? options.Node : options.Node with { Version = Libp2p.Gossipsub.GossipsubVersion.V11 };
        using GossipScenario scenario = new(options with { Node = node });
        scenario.Run(WarmUp).StartBlocks().Run(TimeSpan.FromMinutes(2)).StopBlocks();
        GossipSummary sum = GossipSummary.Of(scenario);

        Assert.Equal(61, sum.Blocks);
        Assert.All(scenario.Blocks, block => Assert.Equal(199, block.Live));
        Assert.All(scenario.Blocks, block => Assert.True(block.Share >= 0.999, $"block {block.Number} reached {block.Share:P2}"));
        Assert.InRange(sum.P99.TotalSeconds, 0.01, 2);
        Assert.InRange(sum.Duplicates, 1, sum.MeshDegree - 1);
        Assert.All(scenario.Nodes, honest => Assert.InRange(honest.Mesh.Count, 5, 12));
        Assert.Equal(idontwant, scenario.Nodes.Sum(honest => honest.Router.Counters.Unwanted) > 0);
        AssertNobodyBlamed(scenario);
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace()
    {
        Assert.Equal(Trace(seed: 5), Trace(seed: 5));
        Assert.NotEqual(Trace(seed: 5), Trace(seed: 6));

        static string Trace(int seed)
        {
            GossipScenarioOptions options = Lossy(30, seed) with { Churn = new ChurnOptions { PerMinute = 1 } };
            GossipScenario scenario = new(options);
            scenario.Run(WarmUp).StartBlocks().Run(TimeSpan.FromSeconds(30)).StopBlocks();
            Assert.True(scenario.Network.Trace.Entries > 10_000);
            string trace = scenario.Network.Trace.ToString();
            scenario.Dispose();
            Assert.Equal(0, scenario.Network.FramesHeld);
            return trace;
        }
    }

    /// <summary>No honest node thinks ill of another.</summary>
    internal static void AssertNobodyBlamed(GossipScenario scenario)
    {
        foreach (GossipNode node in scenario.Nodes)
        {
            foreach (GossipNode other in scenario.Nodes)
            {
                Assert.True(node.Score(other) >= 0, $"{other.Index} has {node.Score(other)} at {node.Index}");
            }
        }
    }
}
