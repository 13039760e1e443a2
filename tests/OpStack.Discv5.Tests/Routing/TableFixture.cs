using System.Net;
using OpStack.Discv5.Routing;

namespace OpStack.Discv5.Tests.Routing;

/// <summary>A table around the id zero, with short words for what tests do to it.</summary>
internal sealed class TableFixture
{
    public static readonly TimeSpan Start = TimeSpan.FromMinutes(5);

    public TableFixture(
        int seed = 1,
        IpFamilies families = IpFamilies.Both,
        Func<NodeId, IPAddress, TimeSpan, bool>? permits = null,
        RoutingOptions? options = null) =>
        Table = new RoutingTable<TestNode>(TestNode.Zero, new Random(seed), families, options, permits);

    public RoutingTable<TestNode> Table { get; }

    /// <summary>A node of its own /24.</summary>
    public static TestNode Node(int distance, int salt) =>
        new(TestNode.IdAt(TestNode.Zero, distance, salt), 1, TestNode.Endpoint((distance * 500) + salt));

    /// <summary>Fills the bucket with its 16 nodes, salts 0 to 15, and the replacement cache with as many as asked.</summary>
    public TestNode[] Fill(int distance, int replacements = 0)
    {
        TestNode[] nodes = [.. Enumerable.Range(0, 16 + replacements).Select(salt => Node(distance, salt))];
        for (int i = 0; i < nodes.Length; i++)
        {
            Assert.Equal(i < 16 ? TableUpdate.Added : TableUpdate.Replacement, Table.Add(nodes[i], Start));
        }

        return nodes;
    }

    public void Live(TestNode node, int checks = 1)
    {
        for (int i = 0; i < checks; i++)
        {
            Assert.True(Table.PingAnswered(Target(node), Start));
        }
    }

    public static PingTarget<TestNode> Target(TestNode node) => new(node, (node.Udp4 ?? node.Udp6)!);
}
