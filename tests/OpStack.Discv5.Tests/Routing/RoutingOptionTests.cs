using OpStack.Discv5.Routing;
using static OpStack.Discv5.Tests.Routing.TableFixture;

namespace OpStack.Discv5.Tests.Routing;

/// <summary>The table's limits are the host's to set.</summary>
public sealed class RoutingOptionTests
{
    [Fact]
    public void Nodes_of_one_network_are_limited_as_the_options_say()
    {
        RoutingTable<TestNode> table = new TableFixture(options: new RoutingOptions { SubnetPerBucket = 1, SubnetPerTable = 3 }).Table;
        for (int distance = 200; distance < 203; distance++)
        {
            Assert.Equal(TableUpdate.Added, table.Add(TestNode.At(TestNode.Zero, distance, 1, "81.2.69.1:9000"), Start));
            Assert.Equal(TableUpdate.SubnetLimit, table.Add(TestNode.At(TestNode.Zero, distance, 2, "81.2.69.2:9000"), Start));
        }

        Assert.Equal(TableUpdate.SubnetLimit, table.Add(TestNode.At(TestNode.Zero, 203, 1, "81.2.69.3:9000"), Start));
        TestNode inbound = TestNode.At(TestNode.Zero, 210, 1, "81.2.70.1:9000"), second = TestNode.At(TestNode.Zero, 211, 1, "81.2.70.2:9000");
        Assert.Equal(TableUpdate.Candidate, table.AddInbound(inbound, inbound.Udp4!, Start));
        Assert.Equal(TableUpdate.SubnetLimit, table.AddInbound(second, second.Udp4!, Start));
    }

    [Fact]
    public void As_many_nodes_wait_as_the_options_say()
    {
        TableFixture fixture = new(options: new RoutingOptions { Replacements = 2 });
        TestNode[] nodes = fixture.Fill(250, replacements: 3);
        fixture.Table.Remove(nodes[0].NodeId, Start);
        fixture.Table.Remove(nodes[1].NodeId, Start);
        fixture.Table.Remove(nodes[2].NodeId, Start);
        Assert.Equal(15, fixture.Table.Count);
        Assert.Null(fixture.Table.Find(nodes[16].NodeId));
        Assert.NotNull(fixture.Table.Find(nodes[17].NodeId));
        Assert.NotNull(fixture.Table.Find(nodes[18].NodeId));
    }

    [Fact]
    public void The_pace_of_checks_is_that_of_the_options_and_a_third_of_it_for_live_nodes()
    {
        TimeSpan interval = TimeSpan.FromMinutes(1);
        TimeSpan longestFast = TimeSpan.Zero, longestSlow = TimeSpan.Zero;
        for (int seed = 0; seed < 100; seed++)
        {
            TableFixture fixture = new(seed, options: new RoutingOptions { PingInterval = interval });
            TestNode node = Node(250, 1);
            fixture.Table.Add(node, Start);
            longestFast = Max(longestFast, fixture.Table.NextPing!.Value - Start);
            fixture.Live(node);
            longestSlow = Max(longestSlow, fixture.Table.NextPing!.Value - Start);
        }

        Assert.InRange(longestFast, interval * 0.9, interval);
        Assert.InRange(longestSlow, interval * 2.7, interval * 3);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
