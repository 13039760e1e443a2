using OpStack.Discv5.Lookups;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Lookups;

/// <summary>Lookups among nodes that know everybody (<see cref="LookupNetwork"/>), mostly 1,000.</summary>
public sealed class LookupNetworkTests
{
    private readonly LookupNetwork _network = new(1_000);

    [Fact]
    public void Finds_the_true_sixteen_closest_if_each_answer_is_the_best_possible()
    {
        for (int i = 0; i < 100; i++)
        {
            NodeId target = _network.RandomTarget();
            Lookup<TestNode> lookup = _network.Run(target, [], best: true);
            Assert.Equal(_network.Closest(target, []), lookup.Result);
            Assert.InRange(lookup.Asked, 16, 40);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Finds_fifteen_of_them_in_the_median_from_real_answers_whoever_is_silent(int percentSilent)
    {
        List<int> found = [];
        for (int i = 0; i < 101; i++)
        {
            HashSet<NodeId> silent = _network.RandomNodes(percentSilent);
            NodeId target = _network.RandomTarget();
            Lookup<TestNode> lookup = _network.Run(target, silent, best: false);
            Assert.Equal(16, lookup.Result.Count);
            Assert.DoesNotContain(lookup.Result, node => silent.Contains(node.NodeId));
            Assert.InRange(lookup.Asked, 16, percentSilent == 0 ? 40 : 60);
            found.Add(lookup.Result.Intersect(_network.Closest(target, silent)).Count());
        }

        found.Sort();
        Assert.InRange(found[0], 10, 16);
        Assert.InRange(found[found.Count / 2], 15, 16);
    }

    [Fact]
    public void Finds_a_node_by_its_id()
    {
        TestNode wanted = _network.Nodes[^1];
        Assert.Equal(wanted, _network.Run(wanted.NodeId, [], best: false).Result[0]);
    }

    // Each node that is asked knows nodes half as far from the target as itself, so ten times the nodes are log2(10) halvings more, of which three run at a time.
    [Fact]
    public void Ten_times_the_nodes_cost_a_few_queries_more()
    {
        const int Lookups = 20;
        int[] sizes = [100, 1_000, 10_000];
        double[] asked = new double[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            LookupNetwork network = sizes[i] == _network.Nodes.Count ? _network : new LookupNetwork(sizes[i]);
            for (int run = 0; run < Lookups; run++)
            {
                Lookup<TestNode> lookup = network.Run(network.RandomTarget(), [], best: false);
                Assert.InRange(lookup.Seen, LookupLimits.Results, 3 + (lookup.Asked * LookupLimits.MaxRecords));
                asked[i] += (double)lookup.Asked / Lookups;
            }
        }

        Assert.InRange(asked[0], LookupLimits.Results, LookupLimits.Results + 8);
        Assert.InRange(asked[1] - asked[0], 0, 8);
        Assert.InRange(asked[2] - asked[1], 0, 8);
    }
}
