using System.Net;
using OpStack.P2P.Simulation.Gossip;
using OpStack.P2P.Simulation.Gossip.Attacks;

namespace OpStack.P2P.Tests.Simulation;

/// <summary>Many peers of one attacker (the gossipsub evaluation's sybil, eclipse and covert-flash attacks).</summary>
public sealed class SybilTests
{
    private const int Honest = 30;
    private const int Sybils = 100;
    private const int LowDegree = 6;

    /// <summary>
    /// The network comes up among sybils with real routers, each connected to every honest node (the evaluation's cold boot). They behave, and fall
    /// silent all at once; blocks flow all the while. Nodes take any number of connections here: that few come from one address is the swarm's rule, and P6
    /// is to stand without it.
    /// </summary>
    private static GossipScenario CovertFlash(PeerScoreLevel level, Func<int, IPAddress?> addressOf)
    {
        GossipScenario scenario = new(new GossipScenarioOptions
        {
            Nodes = Honest,
            BlockSize = Expect.SmallBlock,
            Connections = new ConnectionOptions { MaxInbound = 1_000 },
            Node = new GossipNodeOptions { Scoring = new PeerScoreOptions { Level = level } },
        });
        for (int i = 0; i < Sybils; i++)
        {
            GossipNode sybil = scenario.AddNode(address: addressOf(i), dials: false);
            foreach (GossipNode node in scenario.Nodes)
            {
                scenario.Network.Dial(sybil, node);
            }
        }

        scenario.Run(TimeSpan.FromSeconds(10)).StartBlocks().Run(TimeSpan.FromSeconds(20));
        foreach (GossipNode sybil in SybilsOf(scenario))
        {
            sybil.IsSilent = true;
        }

        return scenario;
    }

    private static bool IsHonest(GossipScenario scenario) => scenario.Nodes.All(node => Expect.HonestMesh(scenario, node) >= LowDegree);

    private static IEnumerable<GossipNode> SybilsOf(GossipScenario scenario) =>
        scenario.Network.Peers.OfType<GossipNode>().Where(node => node.Index >= Honest);

    [Fact]
    [Trait("Row", "39")]
    public void A_hundred_sybils_at_one_address_never_own_a_mesh_and_their_silence_costs_no_block()
    {
        using GossipScenario scenario = CovertFlash(PeerScoreLevel.Light, _ => IPAddress.Parse("192.0.2.1"));
        foreach (GossipNode node in scenario.Nodes)
        {
            Assert.All(SybilsOf(scenario), sybil => Assert.Equal(-35.0 * (Sybils - 10) * (Sybils - 10), node.Score(sybil)));
        }

        Assert.NotNull(scenario.RunUntil(() => IsHonest(scenario), TimeSpan.FromSeconds(60)));
        scenario.Run(TimeSpan.FromSeconds(15)).StopBlocks();
        Expect.Delivered(scenario, 0.99);
        Expect.NobodyBlamed(scenario);
    }

    // What the case above would look like without P6: it is the score that keeps the mesh honest.
    [Fact]
    [Trait("Row", "39")]
    public void Without_scores_the_same_sybils_stay_in_the_meshes_although_they_are_silent()
    {
        using GossipScenario scenario = CovertFlash(PeerScoreLevel.Off, _ => IPAddress.Parse("192.0.2.1"));
        Assert.Null(scenario.RunUntil(() => IsHonest(scenario), TimeSpan.FromSeconds(60)));
        Assert.InRange(scenario.Nodes.Min(node => Expect.HonestMesh(scenario, node)), 0, LowDegree - 3);
    }

    // Nothing tells these from honest nodes: no address is shared, and silence costs no score. What is left of the meshes, IHAVE and the quota of
    // dialled peers have to do.
    [Fact]
    public void A_hundred_sybils_at_addresses_of_their_own_that_fall_silent_cost_hardly_a_block()
    {
        using GossipScenario scenario = CovertFlash(PeerScoreLevel.Light, _ => null);
        scenario.Run(TimeSpan.FromSeconds(30)).StopBlocks();
        Expect.Delivered(scenario, 0.99);
        Assert.InRange(GossipSummary.Of(scenario).WorstP99.TotalSeconds, 0.01, 2);
    }

    [Fact]
    public void A_node_that_comes_up_among_eclipsing_peers_keeps_honest_ones_and_gets_its_blocks()
    {
        const int Victim = 10;
        using GossipScenario scenario = new(new GossipScenarioOptions { Nodes = Honest, BlockSize = Expect.SmallBlock });
        scenario.Run(Expect.WarmUp).TakeAway(Victim).Run(TimeSpan.FromSeconds(5)).BringBack(Victim);
        EclipsingPeer[] attackers = [.. Enumerable.Range(0, 60).Select(_ => new EclipsingPeer(scenario))];
        foreach (EclipsingPeer attacker in attackers)
        {
            // Others are where it hears of blocks before the victim does.
            attacker.Dial(scenario.Node(Victim));
            attacker.Dial(scenario.Node(attacker.Index % Honest));
        }

        scenario.Run(TimeSpan.FromSeconds(10)).StartBlocks().Run(TimeSpan.FromSeconds(60)).StopBlocks();
        GossipNode victim = scenario.Node(Victim);
        Assert.True(attackers.Count(attacker => victim.Links.ContainsKey(attacker.Id)) >= 10);
        Assert.All(scenario.Blocks, block => Assert.DoesNotContain(Victim, block.Missed));
        Assert.True(Expect.HonestMesh(scenario, victim) >= 2);
        Expect.Delivered(scenario, 0.999);
        Expect.NobodyBlamed(scenario);
    }
}
