using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Simulation.Gossip;
using OpStack.P2P.Simulation.Gossip.Attacks;

namespace OpStack.P2P.Tests.Simulation;

/// <summary>Invalid blocks, spam of control, and peers that do not read, in a network that goes on publishing.</summary>
public sealed class FloodTests
{
    private const int Honest = 50;

    private static GossipScenario Network() => new GossipScenario(new GossipScenarioOptions { Nodes = Honest, BlockSize = Expect.SmallBlock })
        .Run(Expect.WarmUp);

    [Theory]
    [Trait("Row", "40")]
    [InlineData(InvalidBlock.BrokenSignature, 1)]
    [InlineData(InvalidBlock.Garbage, 1)]
    [InlineData(InvalidBlock.WrongSigner, 5)]
    public void Invalid_blocks_at_50_per_second_put_their_sender_below_the_graylist_within_five(InvalidBlock kind, int needed)
    {
        using GossipScenario scenario = Network();
        GossipNode victim = scenario.Node(7);
        scenario.StartBlocks().Run(TimeSpan.FromSeconds(10));
        InvalidBlocks attacker = new(scenario, kind, perSecond: 50);
        attacker.Dial(victim);
        Assert.NotNull(scenario.RunUntil(() => victim.IsGraylisted(attacker), TimeSpan.FromSeconds(2)));
        scenario.Run(TimeSpan.FromSeconds(30)).StopBlocks();

        Assert.True(attacker.Sent > 1_500);
        Assert.True(victim.Score(attacker) < PeerScoreOptions.LightThresholds.Graylist);
        long attacks = victim.Router.Counters.Rejected;
        Assert.InRange(attacks, needed, 5);
        Assert.InRange(victim.Counters.Checks - scenario.Blocks.Count, needed, 5 + 2);
        Assert.True(victim.Counters.MessagesGraylisted >= attacker.Sent - 20);
        Expect.Delivered(scenario, 0.999);
        Assert.All(scenario.Blocks, block => Assert.True(block.Percentile(0.99) <= TimeSpan.FromMilliseconds(500)));
        Expect.NobodyBlamed(scenario);
    }

    [Fact]
    public void Invalid_blocks_of_thirty_peers_at_every_node_cost_no_honest_block()
    {
        using GossipScenario scenario = Network();
        InvalidBlock[] kinds = Enum.GetValues<InvalidBlock>();
        InvalidBlocks[] attackers = [.. Enumerable.Range(0, 30).Select(i => new InvalidBlocks(scenario, kinds[i % kinds.Length], perSecond: 5))];
        foreach (InvalidBlocks attacker in attackers)
        {
            foreach (GossipNode node in scenario.Nodes.Where(node => (node.Index + attacker.Index) % 5 == 0))
            {
                attacker.Dial(node);
            }
        }

        scenario.StartBlocks().Run(TimeSpan.FromSeconds(30)).StopBlocks();
        foreach (InvalidBlocks attacker in attackers)
        {
            GossipNode[] attacked = [.. scenario.Nodes.Where(node => node.Links.ContainsKey(attacker.Id))];
            Assert.True(attacked.Length >= 5);
            Assert.All(attacked, node => Assert.True(node.IsGraylisted(attacker)));
        }

        Assert.All(scenario.Nodes, node => Assert.InRange(node.Counters.Checks - scenario.Blocks.Count, 0, 30 * 7));
        Expect.Delivered(scenario, 0.999);
        Assert.All(scenario.Blocks, block => Assert.True(block.Percentile(0.99) <= TimeSpan.FromMilliseconds(500)));
        Expect.NobodyBlamed(scenario);
    }

    [Fact]
    public void Spam_of_every_control_message_is_bounded_and_puts_its_sender_below_the_graylist()
    {
        using GossipScenario scenario = Network();
        ControlSpam[] attackers = [.. Enumerable.Range(0, 5).Select(_ => new ControlSpam(scenario, perSecond: 1))];
        foreach (ControlSpam attacker in attackers)
        {
            foreach (GossipNode node in scenario.Nodes.Where(node => (node.Index + attacker.Index) % 10 == 0))
            {
                attacker.Dial(node);
            }
        }

        scenario.StartBlocks().Run(TimeSpan.FromSeconds(30));
        foreach (ControlSpam attacker in attackers)
        {
            GossipNode[] spammed = [.. scenario.Nodes.Where(node => node.Links.ContainsKey(attacker.Id))];
            Assert.InRange(spammed.Length, 3, 5);

            // Below the graylist nothing it does is looked at, so that its score recovers for a moment and falls again.
            Assert.All(spammed, node => Assert.True(node.Score(attacker) < PeerScoreOptions.LightThresholds.Gossip));
            Assert.All(spammed, node => Assert.True(node.Router.Counters.Graylisted > 0));
            Assert.All(spammed, node => AssertBounded(node, attacker));

            // One push and three answers to IWANT for each of what it could hear of, and only until it is graylisted.
            Assert.InRange(attacker.Received, 0, 5 * 4 * 10);
        }

        scenario.StopBlocks();
        Expect.Delivered(scenario, 0.999);
        Assert.All(scenario.Blocks, block => Assert.True(block.Percentile(0.99) <= TimeSpan.FromMilliseconds(500)));
        Expect.NobodyBlamed(scenario);
    }

    [Fact]
    [Trait("Row", "42")]
    public void Nodes_that_do_not_read_for_a_minute_hold_up_nobody_and_are_served_again_afterwards()
    {
        const int Slow = 10;
        using GossipScenario scenario = new(new GossipScenarioOptions { Nodes = Honest, BlockSize = 60_000 });
        scenario.Run(Expect.WarmUp).StartBlocks().Run(TimeSpan.FromSeconds(10));
        foreach (GossipNode node in scenario.Nodes.TakeLast(Slow))
        {
            node.SetReading(false);
        }

        TimeSpan stoppedAt = scenario.Network.Time.Now;
        scenario.Run(TimeSpan.FromSeconds(60));
        foreach (GossipNode node in scenario.Nodes.TakeLast(Slow))
        {
            node.SetReading(true);
        }

        scenario.Run(TimeSpan.FromSeconds(60)).StopBlocks();
        Assert.True(scenario.Nodes.Sum(node => node.Counters.WriteTimeouts) > 0);
        Assert.All(scenario.Nodes, node => Assert.InRange(node.Counters.MostQueued, 1, RpcLimits.SendQueueEntries));
        Assert.All(scenario.Nodes, node => Assert.InRange(node.Counters.MostQueuedBytes, 1, RpcLimits.SendQueueBytes));
        Assert.All(scenario.Blocks, block => Assert.DoesNotContain(block.Missed, index => index < Honest - Slow));
        TimeSpan served = stoppedAt + TimeSpan.FromSeconds(60 + 10);
        Assert.All(scenario.Blocks.Where(block => block.PublishedAt > served), block => Assert.Equal((49, 49), (block.Live, block.Latencies.Length)));
        Expect.NobodyBlamed(scenario);
    }

    private static void AssertBounded(GossipNode node, VirtualPeer attacker)
    {
        RouterSnapshot state = node.Router.Snapshot();
        Assert.InRange(state.Peers.Single(peer => peer.Peer.Equals(attacker.Id)).Unwanted, 0, 3_000);
        Assert.InRange(state.Backoffs.Count(backoff => backoff.Peer.Equals(attacker.Id)), 0, 4);
        Assert.All(state.Backoffs, backoff => Assert.InRange(backoff.Remaining, TimeSpan.FromSeconds(-10), TimeSpan.FromHours(1)));
        Assert.InRange(state.Subscribers.Count, 1, 4);
        Assert.DoesNotContain(attacker.Id, state.Mesh.Values.SelectMany(mesh => mesh));
    }
}
