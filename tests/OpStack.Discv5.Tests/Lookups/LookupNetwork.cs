using OpStack.Discv5.Lookups;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Lookups;

/// <summary>Nodes that know everybody, and answer a FINDNODE as real ones do: any 16 records of the distances asked for.</summary>
internal sealed class LookupNetwork
{
    private readonly Random _random;
    private readonly TestNode[] _nodes;

    public LookupNetwork(int size)
    {
        _random = new Random(size);
        _nodes = [.. Enumerable.Range(0, size).Select(i => new TestNode(LookupTarget.Random(_random), 1, TestNode.Endpoint(i)))];
    }

    public IReadOnlyList<TestNode> Nodes => _nodes;

    public NodeId RandomTarget() => LookupTarget.Random(_random);

    public HashSet<NodeId> RandomNodes(int percent) => [.. _nodes.Where(_ => _random.Next(100) < percent).Select(node => node.NodeId)];

    public IEnumerable<TestNode> Closest(NodeId target, HashSet<NodeId> silent) => _nodes
        .Where(node => !silent.Contains(node.NodeId))
        .Order(Comparer<TestNode>.Create((a, b) => NodeId.CompareDistance(target, a.NodeId, b.NodeId)))
        .Take(LookupLimits.Results);

    /// <summary>From three live seeds; of the nodes being asked a random one ends next. Time stands still, its rules have their own tests.</summary>
    public Lookup<TestNode> Run(NodeId target, HashSet<NodeId> silent, bool best)
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
