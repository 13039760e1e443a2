using OpStack.P2P.Simulation.Gossip;

namespace OpStack.P2P.Tests.Simulation;

/// <summary>What tests of simulated networks have in common.</summary>
internal static class Expect
{
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    /// <summary>Small blocks, so that a test spends its time on gossip; above the threshold of IDONTWANT.</summary>
    public const int SmallBlock = 4_000;

    /// <summary>Every block reached at least this share of the nodes that were live for it.</summary>
    public static void Delivered(GossipScenario scenario, double share)
    {
        Assert.NotEmpty(scenario.Blocks);
        Assert.All(scenario.Blocks, block => Assert.True(
            block.Share >= share, $"block {block.Number} at {block.PublishedAt} reached {block.Share:P2} of {block.Live}, not {string.Join(", ", block.Missed)}"));
    }

    /// <summary>No honest node thinks ill of another.</summary>
    public static void NobodyBlamed(GossipScenario scenario)
    {
        foreach (GossipNode node in scenario.Nodes)
        {
            foreach (GossipNode other in scenario.Nodes)
            {
                Assert.True(node.Score(other) >= 0, $"{other.Index} has {node.Score(other)} at {node.Index}");
                Assert.False(node.IsGraylisted(other), $"{other.Index} is graylisted at {node.Index}");
            }
        }
    }

    /// <summary>Honest peers in a node's mesh.</summary>
    public static int HonestMesh(GossipScenario scenario, GossipNode node)
    {
        HashSet<Libp2p.Identity.PeerId> honest = [.. scenario.Nodes.Select(other => other.Id)];
        return node.Mesh.Count(honest.Contains);
    }
}
