using System.Net;
using OpStack.Discv5.Lookups;
using OpStack.Discv5.Routing;
using static OpStack.Discv5.Tests.Routing.TableFixture;

namespace OpStack.Discv5.Tests.Routing;

public sealed class QueryTests
{
    private static readonly NodeId Requester = TestNode.IdAt(TestNode.Zero, 256, 999);
    private static readonly IPAddress Wan = IPAddress.Parse("9.9.9.9");

    private readonly TableFixture _fixture = new();

    private RoutingTable<TestNode> Table => _fixture.Table;

    [Fact]
    public void Closest_are_the_closest_of_all_live_or_not()
    {
        Random random = new(3);
        for (int i = 0; i < 2000; i++)
        {
            Table.Add(new TestNode(LookupTarget.Random(random), 1, TestNode.Endpoint(i)), Start);
        }

        NodeId[] all = [.. Table.Snapshot().Select(node => node.Record.NodeId)];
        Assert.InRange(all.Length, 60, 200);
        for (int i = 0; i < 100; i++)
        {
            NodeId target = LookupTarget.Random(random);
            int count = 1 + random.Next(20);
            Assert.Equal(
                all.Order(Comparer<NodeId>.Create((a, b) => NodeId.CompareDistance(target, a, b))).Take(count),
                Table.Closest(target, count).Select(entry => entry.NodeId));
        }

        Assert.Equal(all.Length, Table.Closest(Requester, 1000).Count);
        Assert.Empty(new TableFixture().Table.Closest(Requester, 16));
    }

    [Fact]
    public void An_answer_has_live_nodes_of_the_distances_asked_for_in_that_order()
    {
        foreach (int distance in new[] { 248, 249, 250 })
        {
            TestNode[] nodes = [.. Enumerable.Range(0, 4).Select(salt => Node(distance, salt))];
            Assert.All(nodes, node => Table.Add(node, Start));
            _fixture.Live(nodes[1]);
            _fixture.Live(nodes[3]);
        }

        Assert.Equal([250, 250, 248, 248], Distances([250, 248, 250, 0, 257, -1, int.MaxValue, 3]));
        Assert.Equal([249], Distances([249, 248], max: 1));
        Assert.Empty(Distances([]));
        Assert.Empty(Distances([0]));
        Assert.Equal(8, Distances([250, 248], onlyLive: false).Length);

        int[] Distances(int[] asked, int max = 16, bool onlyLive = true) =>
            [.. Table.AtDistances(asked, max, Requester, Wan, onlyLive).Select(record => TestNode.Zero.DistanceTo(record.NodeId))];
    }

    [Fact]
    public void An_answer_has_sixteen_records_at_most_and_never_the_requester()
    {
        TestNode[] nodes = [.. _fixture.Fill(250), .. _fixture.Fill(251)];
        Assert.All(nodes, node => _fixture.Live(node));
        Assert.Equal(16, Table.AtDistances([250, 251], 16, Requester, Wan).Count);
        List<TestNode> answer = Table.AtDistances([250], 16, nodes[5].NodeId, Wan);
        Assert.Equal(15, answer.Count);
        Assert.DoesNotContain(nodes[5], answer);
    }

    [Fact]
    public void Nobody_is_told_addresses_that_his_network_cannot_use()
    {
        string[] endpoints = ["127.0.0.1:9000", "192.168.0.1:9000", "64.1.1.1:9000", "65.1.1.1:53"];
        for (int i = 0; i < endpoints.Length; i++)
        {
            TestNode node = TestNode.At(TestNode.Zero, 250, i, endpoints[i]);
            Table.Add(node, Start);
            _fixture.Live(node);
        }

        Assert.Equal([2], Told("9.9.9.9"));
        Assert.Equal([1, 2], Told("10.0.0.1"));
        Assert.Equal([0, 1, 2], Told("127.0.0.1"));

        int[] Told(string requester) =>
            [.. Table.AtDistances([250], 16, Requester, IPAddress.Parse(requester)).Select(node => Array.IndexOf(endpoints, node.Udp4!.ToString()))];
    }

    [Fact]
    public void A_random_node_is_any_of_them()
    {
        Assert.Null(Table.RandomEntry());
        TestNode[] nodes = [.. _fixture.Fill(250), .. _fixture.Fill(20)];
        Dictionary<NodeId, int> drawn = [];
        for (int i = 0; i < 3200; i++)
        {
            NodeId node = Table.RandomEntry()!.NodeId;
            drawn[node] = drawn.GetValueOrDefault(node) + 1;
        }

        Assert.Equal(32, drawn.Count);
        Assert.All(drawn.Values, count => Assert.InRange(count, 50, 160));
    }

    [Fact]
    public void A_snapshot_does_not_change_with_the_table()
    {
        TestNode node = Node(250, 1);
        Table.Add(node, Start);
        TableNode<TestNode> before = Assert.Single(Table.Snapshot());
        _fixture.Live(node);
        TestNode moved = node with { Sequence = 2, Udp4 = TestNode.Endpoint(1) };
        Table.Add(moved, Start);
        Assert.Equal(new TableNode<TestNode>(node, node.Udp4!, false, 0, Start, null), before);
        Assert.Equal(new TableNode<TestNode>(moved, moved.Udp4, false, 1, Start, Start), Table.Snapshot()[0]);
    }

    [Theory]
    [InlineData("8.8.8.8:9000", "[2a00::1]:9000", IpFamilies.Both, "8.8.8.8:9000")]
    [InlineData("192.168.0.1:9000", "[2a00::1]:9000", IpFamilies.Both, "[2a00::1]:9000")]
    [InlineData("192.168.0.1:9000", "[2a00::1]:9000", IpFamilies.V4, "192.168.0.1:9000")]
    [InlineData("8.8.8.8:9000", "[2a00::1]:9000", IpFamilies.V6, "[2a00::1]:9000")]
    [InlineData("127.0.0.1:9000", "[fe80::1]:9000", IpFamilies.Both, "[fe80::1]:9000")]
    [InlineData("0.0.0.0:9000", "[::1]:9000", IpFamilies.Both, "[::1]:9000")]
    [InlineData("8.8.8.8:0", null, IpFamilies.Both, null)]
    [InlineData("8.8.8.8:9000", null, IpFamilies.V6, null)]
    [InlineData(null, null, IpFamilies.Both, null)]
    public void The_endpoint_is_the_one_with_the_wider_reach_that_we_can_send_to(string? v4, string? v6, object families, string? expected)
    {
        TestNode node = new(Requester, 1, v4 is null ? null : IPEndPoint.Parse(v4), v6 is null ? null : IPEndPoint.Parse(v6));
        Assert.Equal(expected, ContactEndpoint.Select(node, (IpFamilies)families)?.ToString());
    }
}
