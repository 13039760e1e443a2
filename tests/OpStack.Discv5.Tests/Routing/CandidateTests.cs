using System.Net;
using OpStack.Discv5.Routing;
using static OpStack.Discv5.Tests.Routing.TableFixture;

namespace OpStack.Discv5.Tests.Routing;

public sealed class CandidateTests
{
    private readonly TableFixture _fixture = new();

    private RoutingTable<TestNode> Table => _fixture.Table;

    [Fact]
    public void Contacting_us_makes_nobody_a_member_but_answering_our_ping_does()
    {
        TestNode node = Node(250, 1);
        Assert.Equal(TableUpdate.Candidate, Table.AddInbound(node, node.Udp4!, Start));
        Assert.Equal(TableUpdate.Known, Table.AddInbound(node, node.Udp4!, Start));
        Assert.Equal((0, 1), (Table.Count, Table.CandidateCount));
        Assert.True(Table.NextPing <= Start);
        Assert.True(Table.TryNextPing(Start, out PingTarget<TestNode> target));
        Assert.Equal(new PingTarget<TestNode>(node, node.Udp4!), target);
        Assert.False(Table.TryNextPing(Start + TimeSpan.FromSeconds(1), out _));
        Assert.Null(Table.NextPing);
        Assert.True(Table.PingAnswered(target, Start));
        TableEntry<TestNode> entry = Table.Find(node.NodeId)!;
        Assert.Equal((true, 1, Start, Start), (entry.IsLive, entry.Checks, entry.AddedAt, entry.LastSeen));
        Assert.Equal((1, 0), (Table.Count, Table.CandidateCount));
    }

    [Fact]
    public void Who_does_not_answer_is_forgotten()
    {
        TestNode node = Node(250, 1);
        Table.AddInbound(node, node.Udp4!, Start);
        Table.TryNextPing(Start, out PingTarget<TestNode> target);
        Table.PingFailed(target, Start);
        Assert.Equal((0, 0), (Table.Count, Table.CandidateCount));
        Assert.False(Table.PingAnswered(target, Start));
        Assert.Equal(0, Table.Count);
    }

    [Fact]
    public void The_record_must_name_the_endpoint_the_node_came_from()
    {
        TestNode node = Node(250, 1) with { Udp6 = IPEndPoint.Parse("[2a00::1]:9000") };
        Assert.Equal(TableUpdate.EndpointMismatch, Table.AddInbound(node, new IPEndPoint(node.Udp4!.Address, 9001), Start));
        Assert.Equal(TableUpdate.EndpointMismatch, Table.AddInbound(node, new IPEndPoint(IPAddress.Parse("9.9.9.9"), 9000), Start));
        Assert.Equal(TableUpdate.EndpointMismatch, Table.AddInbound(node with { Udp4 = null }, node.Udp4, Start));
        Assert.Equal(TableUpdate.NoEndpoint, Table.AddInbound(node with { Udp4 = null, Udp6 = null }, node.Udp4, Start));
        Assert.Equal(TableUpdate.Candidate, Table.AddInbound(node, new IPEndPoint(node.Udp4.Address.MapToIPv6(), 9000), Start));
        Assert.Equal(TableUpdate.Candidate, Table.AddInbound(Node(250, 2) with { Udp6 = node.Udp6 }, node.Udp6!, Start));
        Table.TryNextPing(Start, out PingTarget<TestNode> first);
        Table.TryNextPing(Start + TimeSpan.FromSeconds(1), out PingTarget<TestNode> second);
        Assert.Equal((node.Udp4, node.Udp6), (first.Endpoint, second.Endpoint));
    }

    [Fact]
    public void Ten_are_pinged_a_second_oldest_first()
    {
        TestNode[] nodes = [.. Enumerable.Range(0, 12).Select(salt => Node(250, salt))];
        Assert.All(nodes, node => Assert.Equal(TableUpdate.Candidate, Table.AddInbound(node, node.Udp4!, Start)));
        List<NodeId> pinged = [];
        for (TimeSpan now = Start; now < Start + TimeSpan.FromSeconds(1); now += TimeSpan.FromMilliseconds(10))
        {
            while (Table.TryNextPing(now, out PingTarget<TestNode> target))
            {
                pinged.Add(target.Record.NodeId);
                Assert.Equal(pinged.Count == 12 ? null : now + RoutingLimits.CandidateInterval, Table.NextPing);
            }
        }

        Assert.Equal(nodes[..10].Select(node => node.NodeId), pinged);
    }

    [Fact]
    public void They_are_bounded_in_all_and_per_network_and_push_nobody_out()
    {
        _fixture.Fill(250);
        TestNode late = Node(250, 100);
        Assert.Equal(TableUpdate.Full, Table.AddInbound(late, late.Udp4!, Start));
        int candidates = 0;
        for (int salt = 0; salt < 1000; salt++)
        {
            TestNode node = TestNode.At(TestNode.Zero, 200 + (salt % 40), salt, $"81.2.{salt / 3 % 256}.{salt % 256}:9000");
            TableUpdate update = Table.AddInbound(node, node.Udp4!, Start);
            candidates += update == TableUpdate.Candidate ? 1 : 0;
            Assert.Equal(candidates == 64, update == TableUpdate.Full || (candidates == 64 && update == TableUpdate.Candidate));
        }

        Assert.Equal(64, candidates);
        Assert.Equal((16, 64), (Table.Count, Table.CandidateCount));
    }

    [Fact]
    public void A_network_has_two_candidates_at_most_and_gets_them_back()
    {
        TestNode[] nodes = [.. Enumerable.Range(1, 3).Select(salt => TestNode.At(TestNode.Zero, 200 + salt, salt, $"81.2.69.{salt}:9000"))];
        Assert.Equal(TableUpdate.Candidate, Table.AddInbound(nodes[0], nodes[0].Udp4!, Start));
        Assert.Equal(TableUpdate.Candidate, Table.AddInbound(nodes[1], nodes[1].Udp4!, Start));
        Assert.Equal(TableUpdate.SubnetLimit, Table.AddInbound(nodes[2], nodes[2].Udp4!, Start));
        Assert.True(Table.Remove(nodes[0].NodeId, Start));
        Assert.Equal(TableUpdate.Candidate, Table.AddInbound(nodes[2], nodes[2].Udp4!, Start));
    }

    [Fact]
    public void One_found_by_others_meanwhile_is_not_entered_twice()
    {
        TestNode node = Node(250, 1);
        Table.AddInbound(node, node.Udp4!, Start);
        Table.TryNextPing(Start, out PingTarget<TestNode> target);
        Assert.Equal(TableUpdate.Added, Table.Add(node, Start));
        Table.PingAnswered(target, Start);
        Assert.Equal((1, 0), (Table.Count, Table.CandidateCount));
        Assert.True(Table.Find(node.NodeId)!.IsLive);
    }

    [Fact]
    public void One_whose_bucket_fills_meanwhile_waits_and_proves_itself_again()
    {
        TestNode node = Node(250, 100);
        Table.AddInbound(node, node.Udp4!, Start);
        Table.TryNextPing(Start, out PingTarget<TestNode> target);
        TestNode[] nodes = _fixture.Fill(250);
        Assert.True(Table.PingAnswered(target, Start));
        Assert.Null(Table.Find(node.NodeId));
        Table.Remove(nodes[0].NodeId, Start);
        Assert.False(Table.Find(node.NodeId)!.IsLive);
    }

    [Fact]
    public void A_newer_record_of_a_member_is_taken_from_whichever_endpoint_it_comes()
    {
        TestNode node = Node(250, 1);
        Table.Add(node, Start);
        Assert.Equal(TableUpdate.Updated, Table.AddInbound(node with { Sequence = 2 }, IPEndPoint.Parse("9.9.9.9:1"), Start));
        Assert.Equal(2u, Table.Find(node.NodeId)!.Record.Sequence);
        Assert.Equal(0, Table.CandidateCount);
    }
}
