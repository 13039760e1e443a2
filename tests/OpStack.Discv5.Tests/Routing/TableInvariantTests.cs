using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Routing;

namespace OpStack.Discv5.Tests.Routing;

/// <summary>A long life at random: whatever happens in whatever order, the rules of the table hold.</summary>
public sealed class TableInvariantTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Hold_after_every_event(int seed)
    {
        Random random = new(seed);
        RoutingTable<TestNode> table = new(TestNode.Zero, random, IpFamilies.Both);
        TimeSpan now = TimeSpan.Zero;
        List<PingTarget<TestNode>> pinging = [];
        HashSet<NodeId> answered = [];
        for (int step = 0; step < 8_000; step++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(300));
            TestNode node = AnyNode(random);
            switch (random.Next(8))
            {
                case < 3:
                    table.Add(node, now);
                    break;
                case 3:
                    table.AddInbound(node, random.Next(4) == 0 ? TestNode.Endpoint(1) : node.Udp4!, now);
                    break;
                case 4 when table.TryNextPing(now, out PingTarget<TestNode> target):
                    pinging.Add(target);
                    break;
                case 5 or 6 when pinging.Count > 0:
                    PingTarget<TestNode> ended = pinging[^1];
                    pinging.RemoveAt(pinging.Count - 1);
                    if (random.Next(5) == 0)
                    {
                        table.PingFailed(ended, now);
                    }
                    else
                    {
                        answered.Add(ended.Record.NodeId);
                        table.PingAnswered(ended, now);
                    }

                    break;
                case 7:
                    table.FindEnded(node.NodeId, random.Next(3) == 0, now);
                    if (random.Next(10) == 0)
                    {
                        table.Remove(node.NodeId, now);
                    }

                    break;
            }

            if (step % 20 == 0)
            {
                Check(table, answered);
            }
        }

        Assert.InRange(table.Count, 10, 160);
    }

    /// <summary>Few ids, networks and sequence numbers, so that they meet: 10 distances of 40 nodes, 60 networks of which one is local.</summary>
    private static TestNode AnyNode(Random random)
    {
        int network = random.Next(60);
        IPAddress address = new([(byte)(network == 0 ? 10 : 64), 0, (byte)network, (byte)random.Next(4)]);
        NodeId node = TestNode.IdAt(TestNode.Zero, 240 + random.Next(10), random.Next(40));
        return new TestNode(node, (ulong)random.Next(6), new IPEndPoint(address, 9000 + random.Next(2)));
    }

    private static void Check(RoutingTable<TestNode> table, HashSet<NodeId> answered)
    {
        IReadOnlyList<TableNode<TestNode>> nodes = table.Snapshot();
        Assert.Equal(table.Count, nodes.Count);
        Assert.Equal(nodes.Count, nodes.Select(node => node.Record.NodeId).Distinct().Count());
        Assert.All(nodes, node => Assert.True(!node.IsLive || answered.Contains(node.Record.NodeId)));
        Assert.All(nodes, node => Assert.Equal(node.Record.Udp4, node.Endpoint));
        Assert.InRange(table.CandidateCount, 0, RoutingLimits.MaxCandidates);
        Assert.All(CountByNetwork(nodes), count => Assert.InRange(count, 1, RoutingLimits.SubnetPerTable));
        foreach (IGrouping<int, TableNode<TestNode>> bucket in nodes.GroupBy(node => TestNode.Zero.DistanceTo(node.Record.NodeId)))
        {
            Assert.InRange(bucket.Count(), 1, RoutingLimits.BucketSize);
            Assert.All(CountByNetwork(bucket), count => Assert.InRange(count, 1, RoutingLimits.SubnetPerBucket));
        }

        if (nodes.Count > 0)
        {
            Assert.NotNull(table.NextPing);
        }
    }

    private static IEnumerable<int> CountByNetwork(IEnumerable<TableNode<TestNode>> nodes) =>
        nodes.Select(node => node.Endpoint.Address).Where(address => !AddressScope.IsLocal(address)).CountBy(AddressPrefix.Subnet).Select(n => n.Value);
}
