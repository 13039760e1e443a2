using System.Net;
using OpStack.Discv5.Routing;
using static OpStack.Discv5.Tests.Routing.TableFixture;

namespace OpStack.Discv5.Tests.Routing;

public sealed class RoutingTableTests
{
    private readonly TableFixture _fixture = new();

    private RoutingTable<TestNode> Table => _fixture.Table;

    [Fact]
    public void A_bucket_has_sixteen_places_and_ten_who_wait()
    {
        TestNode[] nodes = _fixture.Fill(250, replacements: 30);
        Assert.Equal(16, Table.Count);
        Assert.All(nodes[..16], node => Assert.NotNull(Table.Find(node.NodeId)));
        Assert.All(nodes[16..], node => Assert.Null(Table.Find(node.NodeId)));

        // The ten newest wait: as each removal moves one up, those are the ones that come.
        Assert.All(nodes[..16], node => Assert.True(Table.Remove(node.NodeId, Start)));
        Assert.Equal(10, Table.Count);
        Assert.All(nodes[36..], node => Assert.NotNull(Table.Find(node.NodeId)));
    }

    [Fact]
    public void Every_distance_has_its_bucket()
    {
        for (int distance = 1; distance <= 256; distance++)
        {
            Assert.Equal(TableUpdate.Added, Table.Add(Node(distance, 0), Start));
        }

        Assert.Equal(256, Table.Count);
        Assert.Equal(Enumerable.Range(1, 256), Table.Snapshot().Select(node => TestNode.Zero.DistanceTo(node.Record.NodeId)));
    }

    [Fact]
    public void We_are_never_in_our_own_table()
    {
        TestNode self = new(TestNode.Zero, 7, TestNode.Endpoint(1));
        Assert.Equal(TableUpdate.Self, Table.Add(self, Start));
        Assert.Equal(TableUpdate.Self, Table.AddInbound(self, TestNode.Endpoint(1), Start));
        Assert.Null(Table.Find(TestNode.Zero));
        Assert.False(Table.Remove(TestNode.Zero, Start));
        Assert.False(Table.PingAnswered(Target(self), Start));
    }

    [Fact]
    public void A_higher_sequence_number_replaces_the_record()
    {
        TestNode node = Node(250, 1);
        Table.Add(node, Start);
        _fixture.Live(node);
        Assert.Equal(TableUpdate.Known, Table.Add(node, Start));
        Assert.Equal(TableUpdate.Updated, Table.Add(node with { Sequence = 9 }, Start));
        Assert.Equal(TableUpdate.Known, Table.Add(node with { Sequence = 8 }, Start));
        TableEntry<TestNode> entry = Table.Find(node.NodeId)!;
        Assert.Equal(9u, entry.Record.Sequence);
        Assert.True(entry.IsLive);
        Assert.Equal(TableUpdate.NoEndpoint, Table.Add(node with { Sequence = 10, Udp4 = null }, Start));
        Assert.Equal(9u, entry.Record.Sequence);
        Assert.Equal(1, Table.Count);
    }

    [Theory]
    [InlineData("64.0.0.9:9001")]
    [InlineData("99.1.1.1:9000")]
    public void A_node_that_moves_is_not_live_until_it_answers_there(string endpoint)
    {
        TestNode node = new(TestNode.IdAt(TestNode.Zero, 250, 1), 1, IPEndPoint.Parse("64.0.0.9:9000"));
        Table.Add(node, Start);
        _fixture.Live(node, checks: 5);
        TestNode moved = node with { Sequence = 2, Udp4 = IPEndPoint.Parse(endpoint) };
        Assert.Equal(TableUpdate.Updated, Table.Add(moved, Start));
        TableEntry<TestNode> entry = Table.Find(node.NodeId)!;
        Assert.False(entry.IsLive);
        Assert.Equal(5, entry.Checks);
        Assert.Equal(moved.Udp4, entry.Endpoint);

        // What the old endpoint still says, or no longer says, is about the old endpoint.
        Assert.True(Table.PingAnswered(Target(node), Start));
        Assert.False(entry.IsLive);
        Table.PingFailed(Target(node), Start);
        Assert.Equal(5, entry.Checks);
        Assert.True(Table.PingAnswered(Target(moved), Start));
        Assert.True(entry.IsLive);
    }

    [Fact]
    public void A_waiting_node_is_updated_where_it_waits()
    {
        TestNode waiting = _fixture.Fill(250, replacements: 1)[16];
        Assert.Equal(TableUpdate.Known, Table.Add(waiting, Start));
        Assert.Equal(TableUpdate.Updated, Table.Add(waiting with { Sequence = 5, Udp4 = TestNode.Endpoint(3) }, Start));
        Assert.Equal(16, Table.Count);
        Table.Remove(Node(250, 0).NodeId, Start);
        Assert.Equal(TestNode.Endpoint(3), Table.Find(waiting.NodeId)!.Endpoint);
    }

    [Fact]
    public void The_choice_of_who_moves_up_is_random()
    {
        HashSet<NodeId> chosen = [];
        for (int seed = 0; seed < 40; seed++)
        {
            TableFixture fixture = new(seed);
            TestNode[] nodes = fixture.Fill(250, replacements: 10);
            fixture.Table.Remove(nodes[0].NodeId, Start);
            chosen.Add(Assert.Single(nodes[16..], node => fixture.Table.Find(node.NodeId) is not null).NodeId);
        }

        Assert.InRange(chosen.Count, 6, 10);
    }

    [Fact]
    public void Removing_a_waiting_node_leaves_the_others()
    {
        TestNode[] nodes = _fixture.Fill(250, replacements: 2);
        Assert.True(Table.Remove(nodes[16].NodeId, Start));
        Assert.False(Table.Remove(nodes[16].NodeId, Start));
        Table.Remove(nodes[0].NodeId, Start);
        Assert.NotNull(Table.Find(nodes[17].NodeId));
        Assert.Equal(16, Table.Count);
    }

    [Fact]
    public void A_banned_address_takes_all_its_nodes_with_it()
    {
        Table.Add(TestNode.At(TestNode.Zero, 250, 1, "64.0.0.9:9000"), Start);
        Table.Add(TestNode.At(TestNode.Zero, 251, 1, "64.0.0.9:9001"), Start);
        Table.Add(TestNode.At(TestNode.Zero, 252, 1, "64.0.0.8:9000"), Start);
        Table.AddInbound(TestNode.At(TestNode.Zero, 253, 1, "64.0.0.9:9003"), IPEndPoint.Parse("64.0.0.9:9003"), Start);
        Assert.Equal(3, Table.RemoveAddress(IPAddress.Parse("::ffff:64.0.0.9"), Start));
        Assert.Equal((1, 0), (Table.Count, Table.CandidateCount));
    }

    [Fact]
    public void Whom_the_filter_does_not_permit_is_refused()
    {
        TestNode banned = Node(250, 1), other = Node(250, 2);
        TableFixture fixture = new(permits: (node, address, now) => node != banned.NodeId || now < Start);
        Assert.Equal(TableUpdate.Refused, fixture.Table.Add(banned, Start));
        Assert.Equal(TableUpdate.Refused, fixture.Table.AddInbound(banned, banned.Udp4!, Start));
        Assert.Equal(TableUpdate.Added, fixture.Table.Add(banned, TimeSpan.Zero));
        Assert.Equal(TableUpdate.Added, fixture.Table.Add(other, Start));
    }
}
