using OpStack.Discv5.Lookups;
using OpStack.Discv5.Routing;

namespace OpStack.Discv5.Tests.Routing;

/// <summary>What it costs to find the nodes closest to a target, in comparisons of distances.</summary>
public sealed class ClosestCostTests
{
    private const int Asked = 16;

    // Sixteen nodes are found in whole buckets, the last of which may have fifteen too many; sorting one takes 120 comparisons at most.
    private const int MaxComparisons = 2 * 120;

    /// <summary>Every bucket from the farthest on gets its 16, for a table as full as an attacker or a large network makes it.</summary>
    [Theory]
    [InlineData(100, 100)]
    [InlineData(1_000, 1_000)]
    [InlineData(10_000, 4_047)] // The four lowest distances have room for 15 nodes together.
    public void It_does_not_grow_with_the_table(int offered, int held)
    {
        TableFixture fixture = new();
        for (int i = 0; i < offered; i++)
        {
            int distance = RoutingLimits.Buckets - (i / RoutingLimits.BucketSize);
            if (distance > 0)
            {
                fixture.Table.Add(new TestNode(TestNode.IdAt(TestNode.Zero, distance, i % RoutingLimits.BucketSize), 1, TestNode.Endpoint(i)), TableFixture.Start);
            }
        }

        Assert.Equal(held, fixture.Table.Count);
        NodeId[] all = [.. fixture.Table.Snapshot().Select(node => node.Record.NodeId)];
        Random random = new(offered);
        for (int i = 0; i < 100; i++)
        {
            // Half of the targets share more and more bits with us, so that every bucket is looked into.
            NodeId target = i % 2 == 0 ? LookupTarget.Random(random) : TestNode.IdAt(TestNode.Zero, 256 - (5 * i / 2), i);
            CountingComparer counting = new(target);
            List<TableEntry<TestNode>> closest = fixture.Table.Closest(target, Asked, counting);
            Assert.InRange(counting.Comparisons, 1, MaxComparisons);
            Assert.Equal(
                all.Order(Comparer<NodeId>.Create((a, b) => NodeId.CompareDistance(target, a, b))).Take(Asked),
                closest.Select(entry => entry.NodeId));
        }
    }

    private sealed class CountingComparer(NodeId target) : IComparer<TableEntry<TestNode>>
    {
        public int Comparisons { get; private set; }

        public int Compare(TableEntry<TestNode>? a, TableEntry<TestNode>? b)
        {
            Comparisons++;
            return NodeId.CompareDistance(target, a!.NodeId, b!.NodeId);
        }
    }
}
