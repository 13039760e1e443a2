using OpStack.Discv5.Routing;
using static OpStack.Discv5.Tests.Routing.TableFixture;

namespace OpStack.Discv5.Tests.Routing;

public sealed class LivenessTests
{
    private readonly TableFixture _fixture = new();

    private RoutingTable<TestNode> Table => _fixture.Table;

    [Fact]
    public void New_nodes_are_pinged_soon_and_live_ones_three_times_as_seldom()
    {
        Assert.Null(Table.NextPing);
        for (int distance = 200; distance < 240; distance++)
        {
            Table.Add(Node(distance, 0), Start);
        }

        Assert.InRange(Table.NextPing!.Value, Start, Start + TimeSpan.FromSeconds(3));
        (int unproven, int live) = (0, 0);
        TimeSpan now = Start;
        for (TimeSpan end = Start + TimeSpan.FromHours(2); now < end; now = Table.NextPing!.Value)
        {
            while (Table.TryNextPing(now, out PingTarget<TestNode> target))
            {
                TableEntry<TestNode> entry = Table.Find(target.Record.NodeId)!;
                (unproven, live) = entry.IsLive ? (unproven, live + 1) : (unproven + 1, live);
                Table.PingAnswered(target, now);
                Assert.Equal((true, now), (entry.IsLive, entry.LastSeen));
            }

            Assert.True(Table.NextPing > now);
        }

        // Each node once while new; then one of all of them every 4.5 s on average, however many there are.
        Assert.Equal(40, unproven);
        Assert.InRange(live, 1_450, 1_750);
        Assert.All(Table.Snapshot(), node => Assert.InRange(node.Checks, 10, 80));
    }

    [Fact]
    public void A_node_being_pinged_is_not_pinged_again()
    {
        Table.Add(Node(250, 1), Start);
        TimeSpan later = Start + TimeSpan.FromMinutes(1);
        Assert.True(Table.TryNextPing(later, out _));
        for (int i = 0; i < 100; i++)
        {
            later = Table.NextPing!.Value;
            Assert.False(Table.TryNextPing(later, out _));
            Assert.True(Table.NextPing > later);
        }
    }

    [Fact]
    public void A_failed_check_divides_by_three_and_at_zero_the_node_goes()
    {
        TestNode node = Node(250, 1);
        Table.Add(node, Start);
        _fixture.Live(node, checks: 20);
        foreach (int expected in new[] { 6, 2 })
        {
            Table.PingFailed(Target(node), Start);
            Assert.Equal(expected, Table.Find(node.NodeId)!.Checks);

            // It stays live: geth tells it to others until it is gone.
            Assert.True(Table.Find(node.NodeId)!.IsLive);
            Assert.InRange(Table.NextPing!.Value, Start, Start + RoutingLimits.PingInterval);
        }

        Table.PingFailed(Target(node), Start);
        Assert.Null(Table.Find(node.NodeId));
        Assert.Equal(0, Table.Count);
        Assert.Null(Table.NextPing);
        Table.PingFailed(Target(node), Start);
    }

    [Fact]
    public void A_node_that_never_answered_goes_at_once_and_a_waiting_one_moves_up_unproven()
    {
        TestNode[] nodes = _fixture.Fill(250, replacements: 1);
        TimeSpan now = Start + TimeSpan.FromSeconds(4);
        Table.PingFailed(Target(nodes[3]), now);
        Assert.Null(Table.Find(nodes[3].NodeId));
        TableEntry<TestNode> risen = Table.Find(nodes[16].NodeId)!;
        Assert.Equal((false, 0, now, null), (risen.IsLive, risen.Checks, risen.AddedAt, risen.LastSeen));
        Assert.Equal(16, Table.Count);
    }

    [Fact]
    public void Five_useless_findnodes_in_a_row_remove_a_node()
    {
        TestNode[] nodes = _fixture.Fill(250, replacements: 1);
        for (int i = 0; i < 4; i++)
        {
            Table.FindEnded(nodes[0].NodeId, useful: false, Start);
        }

        Table.FindEnded(nodes[0].NodeId, useful: true, Start);
        for (int i = 0; i < 4; i++)
        {
            Table.FindEnded(nodes[0].NodeId, useful: false, Start);
        }

        Assert.NotNull(Table.Find(nodes[0].NodeId));
        Table.FindEnded(nodes[0].NodeId, useful: false, Start);
        Assert.Null(Table.Find(nodes[0].NodeId));
        Assert.NotNull(Table.Find(nodes[16].NodeId));
        Table.FindEnded(nodes[0].NodeId, useful: false, Start);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void But_not_from_a_bucket_of_fewer_than_four(int entries, bool removed)
    {
        TestNode[] nodes = [.. Enumerable.Range(0, entries).Select(salt => Node(250, salt))];
        Assert.All(nodes, node => Table.Add(node, Start));
        for (int i = 0; i < 9; i++)
        {
            Table.FindEnded(nodes[0].NodeId, useful: false, Start);
        }

        Assert.Equal(removed, Table.Find(nodes[0].NodeId) is null);
        Assert.Equal(removed ? entries - 1 : entries, Table.Count);
    }

    [Fact]
    public void The_same_seed_pings_the_same_nodes_at_the_same_times()
    {
        Assert.Equal(Run(5), Run(5));
        Assert.NotEqual(Run(5), Run(6));

        static List<(TimeSpan, NodeId)> Run(int seed)
        {
            TableFixture fixture = new(seed);
            fixture.Fill(250);
            List<(TimeSpan, NodeId)> pings = [];
            while (pings.Count < 50)
            {
                TimeSpan now = fixture.Table.NextPing!.Value;
                while (fixture.Table.TryNextPing(now, out PingTarget<TestNode> target))
                {
                    pings.Add((now, target.Record.NodeId));
                    fixture.Table.PingAnswered(target, now);
                }
            }

            return pings;
        }
    }
}
