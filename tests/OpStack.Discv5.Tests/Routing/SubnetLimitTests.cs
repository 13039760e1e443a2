using System.Net;
using OpStack.Discv5.Routing;
using static OpStack.Discv5.Tests.Routing.TableFixture;

namespace OpStack.Discv5.Tests.Routing;

public sealed class SubnetLimitTests
{
    private readonly TableFixture _fixture = new();

    private RoutingTable<TestNode> Table => _fixture.Table;

    [Fact]
    [Trait("Row", "55")]
    public void Ten_thousand_identities_of_one_24_get_two_places_a_bucket_and_ten_in_all()
    {
        Random random = new(55);
        byte[] id = new byte[32];
        int refused = 0;
        for (int i = 0; i < 10_000; i++)
        {
            random.NextBytes(id);

            // Half of them ground to lie near us, where buckets are empty.
            id.AsSpan(0, i % 2 * random.Next(31)).Clear();
            TestNode node = new(new NodeId(new(id)), 1, new IPEndPoint(new IPAddress([81, 2, 69, (byte)i]), 9000 + (i / 256)));
            TableUpdate update = i % 3 == 0 ? Table.AddInbound(node, node.Udp4!, Start) : Table.Add(node, Start);
            if (update == TableUpdate.Candidate)
            {
                Table.PingAnswered(Target(node), Start);
            }
            else if (update == TableUpdate.Added)
            {
                _fixture.Live(node);
            }

            refused += update == TableUpdate.SubnetLimit ? 1 : 0;
        }

        Assert.Equal(10, Table.Count);
        Assert.Equal(9_990, refused);
        Assert.All(Table.Snapshot().GroupBy(node => TestNode.Zero.DistanceTo(node.Record.NodeId)), bucket => Assert.InRange(bucket.Count(), 1, 2));
        Assert.Equal(TableUpdate.Added, Table.Add(TestNode.At(TestNode.Zero, 256, 3, "81.2.70.1:9000"), Start));
    }

    [Fact]
    [Trait("Row", "55")]
    public void Ten_thousand_64s_of_one_customers_48_get_ten_places_in_all()
    {
        Random random = new(56);
        byte[] id = new byte[32];
        for (int i = 0; i < 10_000; i++)
        {
            random.NextBytes(id);
            id.AsSpan(0, i % 2 * random.Next(31)).Clear();
            TestNode node = new(new NodeId(new(id)), 1, null, new IPEndPoint(IPAddress.Parse($"2a00:1:2:{i:x}::1"), 9000));
            Table.Add(node, Start);
        }

        Assert.Equal(10, Table.Count);
    }

    [Fact]
    public void Waiting_nodes_count_and_leaving_makes_room()
    {
        TestNode[] nodes = _fixture.Fill(250);
        TestNode[] same = [.. Enumerable.Range(100, 3).Select(salt => TestNode.At(TestNode.Zero, 250, salt, $"81.2.69.{salt}:9000"))];
        Assert.Equal(TableUpdate.Replacement, Table.Add(same[0], Start));
        Assert.Equal(TableUpdate.Replacement, Table.Add(same[1], Start));
        Assert.Equal(TableUpdate.SubnetLimit, Table.Add(same[2], Start));
        Table.Remove(nodes[0].NodeId, Start);
        Assert.Equal(TableUpdate.SubnetLimit, Table.Add(same[2], Start));
        Table.Remove(same[0].NodeId, Start);
        Assert.NotEqual(TableUpdate.SubnetLimit, Table.Add(same[2], Start));
    }

    [Fact]
    public void Nodes_pushed_out_of_the_waiting_room_give_their_count_back()
    {
        _fixture.Fill(250);
        for (int salt = 100; salt < 200; salt++)
        {
            Assert.Equal(TableUpdate.Replacement, Table.Add(TestNode.At(TestNode.Zero, 250, salt, $"81.2.{salt % 7}.{salt}:9000"), Start));
        }
    }

    [Fact]
    public void A_move_into_a_full_network_is_not_taken()
    {
        TestNode a = TestNode.At(TestNode.Zero, 250, 1, "81.2.69.1:9000"), b = TestNode.At(TestNode.Zero, 250, 2, "81.2.69.2:9000"), c = Node(250, 3);
        Assert.All(new[] { a, b, c }, node => Assert.Equal(TableUpdate.Added, Table.Add(node, Start)));
        TestNode moved = c with { Sequence = 2, Udp4 = IPEndPoint.Parse("81.2.69.3:9000") };
        Assert.Equal(TableUpdate.SubnetLimit, Table.Add(moved, Start));
        Assert.Equal(c, Table.Find(c.NodeId)!.Record);

        // Its old network still counts it: two more of that do not fit, one does.
        Assert.Equal(TableUpdate.Added, Table.Add(c with { NodeId = TestNode.IdAt(TestNode.Zero, 250, 4) }, Start));
        Assert.Equal(TableUpdate.SubnetLimit, Table.Add(c with { NodeId = TestNode.IdAt(TestNode.Zero, 250, 5) }, Start));

        // Within one network a move is free.
        Assert.Equal(TableUpdate.Updated, Table.Add(a with { Sequence = 2, Udp4 = IPEndPoint.Parse("81.2.69.200:9000") }, Start));
        Table.Remove(b.NodeId, Start);
        Assert.Equal(TableUpdate.Updated, Table.Add(moved, Start));
    }

    [Theory]
    [InlineData("2a00:1:2:3::{0:x}", 2)]
    [InlineData("2a00:1:2:{0:x}::1", 2)]
    [InlineData("2a00:1:{0:x}::1", 16)]
    [InlineData("fd00::{0:x}", 16)]
    [InlineData("10.0.0.{0}", 16)]
    [InlineData("127.0.0.1", 16)]
    [InlineData("81.2.69.{0}", 2)]
    [InlineData("::ffff:81.2.69.{0}", 2)]
    public void Networks_are_24_or_48_and_local_ones_are_exempt(string format, int places)
    {
        int added = 0;
        for (int i = 1; i <= 16; i++)
        {
            IPEndPoint endpoint = new(IPAddress.Parse(string.Format(null, format, i)), 9000 + i);
            TestNode node = new(TestNode.IdAt(TestNode.Zero, 250, i), 1, null, endpoint);
            added += Table.Add(node, Start) == TableUpdate.Added ? 1 : 0;
        }

        Assert.Equal(places, added);
        Assert.Equal(places, Table.Count);
    }

    [Fact]
    public void A_counter_holds_only_what_is_counted()
    {
        SubnetCounter counter = new(2);
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(counter.TryAdd(TestNode.Endpoint(i).Address));
        }

        Assert.Equal(1000, counter.Count);
        counter.Remove(IPAddress.Loopback);
        for (int i = 0; i < 1000; i++)
        {
            counter.Remove(TestNode.Endpoint(i).Address);
            counter.Remove(TestNode.Endpoint(i).Address);
        }

        Assert.Equal(0, counter.Count);
        Assert.True(AddressScope.IsLocal(IPAddress.Loopback) && counter.TryAdd(IPAddress.Loopback));
        Assert.Equal(0, counter.Count);
    }
}
