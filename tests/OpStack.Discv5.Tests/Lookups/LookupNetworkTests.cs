using OpStack.Discv5.Lookups;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Lookups;

/// <summary>Lookups among 1,000 nodes that know everybody, and answer a FINDNODE as real ones do: any 16 records of the distances asked for.</summary>
public sealed class LookupNetworkTests
{
    private const int Size = 1_000;

    private readonly Random _random = new(1000);
    private readonly TestNode[] _nodes;

    public LookupNetworkTests() =>
        _nodes = [.. Enumerable.Range(0, Size).Select(i => new TestNode(LookupTarget.Random(_random), 1, TestNode.Endpoint(i)))];

    [Fact]
    public void Finds_the_true_sixteen_closest_if_each_answer_is_the_best_possible()
    {
        for (int i = 0; i < 100; i++)
        {
            NodeId target = LookupTarget.Random(_random);
            Lookup<TestNode> lookup = Run(target, [], best: true);
            Assert.Equal(Closest(target, []), lookup.Result);
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
            HashSet<NodeId> silent = [.. _nodes.Where(_ => _random.Next(100) < percentSilent).Select(node => node.NodeId)];
            NodeId target = LookupTarget.Random(_random);
            Lookup<TestNode> lookup = Run(target, silent, best: false);
            Assert.Equal(16, lookup.Result.Count);
            Assert.DoesNotContain(lookup.Result, node => silent.Contains(node.NodeId));
            Assert.InRange(lookup.Asked, 16, percentSilent == 0 ? 40 : 60);
            found.Add(lookup.Result.Intersect(Closest(target, silent)).Count());
        }

        found.Sort();
        Assert.InRange(found[0], 10, 16);
        Assert.InRange(found[found.Count / 2], 15, 16);
    }

    [Fact]
    public void Finds_a_node_by_its_id()
    {
        TestNode wanted = _nodes[^1];
        Assert.Equal(wanted, Run(wanted.NodeId, [], best: false).Result[0]);
    }

    private IEnumerable<TestNode> Closest(NodeId target, HashSet<NodeId> silent) => _nodes
        .Where(node => !silent.Contains(node.NodeId))
        .Order(Comparer<TestNode>.Create((a, b) => NodeId.CompareDistance(target, a.NodeId, b.NodeId)))
        .Take(LookupLimits.Results);

    /// <summary>From three live seeds; of the nodes being asked a random one ends next. Time stands still, its rules have their own tests.</summary>
    private Lookup<TestNode> Run(NodeId target, HashSet<NodeId> silent, bool best)
    {
        Lookup<TestNode> lookup = new(LookupTarget.Random(_random), target, _nodes.Where(node => !silent.Contains(node.NodeId)).Take(3), TimeSpan.Zero);
        List<LookupQuery<TestNode>> running = [];
        while (true)
        {
            while (lookup.TryNext(TimeSpan.Zero, out LookupQuery<TestNode> query))
            {
                running.Add(query);
            }

            Assert.InRange(running.Count, 0, LookupLimits.Parallelism);
            if (lookup.IsFinished)
            {
                return lookup;
            }

            LookupQuery<TestNode> ended = running[_random.Next(running.Count)];
            running.Remove(ended);
            if (silent.Contains(ended.Record.NodeId))
            {
                lookup.Failed(ended.Record.NodeId);
            }
            else
            {
                lookup.Answered(ended.Record.NodeId, best ? AskBest(ended, target) : Ask(ended));
            }
        }
    }

    private IEnumerable<TestNode> Ask(LookupQuery<TestNode> query) => query.Distances
        .SelectMany(distance => _nodes.Where(node => query.Record.NodeId.DistanceTo(node.NodeId) == distance).OrderBy(_ => _random.Next()))
        .Take(LookupLimits.MaxRecords);

    /// <summary>Of the nodes at the distances asked for the 16 closest to the target, which a real node could not know.</summary>
    private IEnumerable<TestNode> AskBest(LookupQuery<TestNode> query, NodeId target) => _nodes
        .Where(node => query.Distances.Contains(query.Record.NodeId.DistanceTo(node.NodeId)))
        .Order(Comparer<TestNode>.Create((a, b) => NodeId.CompareDistance(target, a.NodeId, b.NodeId)))
        .Take(LookupLimits.MaxRecords);
}
