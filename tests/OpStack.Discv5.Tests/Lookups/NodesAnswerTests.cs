using System.Net;
using OpStack.Discv5.Lookups;
using OpStack.Discv5.Routing;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Lookups;

public sealed class NodesAnswerTests
{
    private static readonly NodeId Responder = TestNode.Zero, Self = TestNode.IdAt(Responder, 250, 777_777);

    [Fact]
    public void Records_of_the_distances_asked_for_are_taken()
    {
        NodesAnswer<TestNode> answer = Ask([250, 251, 249]);
        Assert.True(answer.AddPacket(1, [Node(249, 0), Node(250, 1), Node(251, 2)]));
        Assert.Equal([Node(249, 0), Node(250, 1), Node(251, 2)], answer.Accepted);
        Assert.False(answer.Misbehaved);
    }

    [Theory]
    [Trait("Row", "54")]
    [InlineData(248)]
    [InlineData(252)]
    [InlineData(1)]
    [InlineData(256)]
    public void A_distance_not_asked_for_is_misbehaviour(int distance)
    {
        NodesAnswer<TestNode> answer = Ask([250, 251, 249]);
        Assert.Equal(NodesVerdict.Accepted, answer.Add(Node(250, 1)));
        Assert.Equal(NodesVerdict.WrongDistance, answer.Add(Node(distance, 1)));
        Assert.True(answer.Misbehaved);
        Assert.Equal([Node(250, 1)], answer.Accepted);
    }

    [Fact]
    public void The_responders_own_record_comes_only_when_asked_for_and_once()
    {
        TestNode own = new(Responder, 5, null);
        NodesAnswer<TestNode> answer = Ask([250]);
        Assert.Equal(NodesVerdict.WrongDistance, answer.Add(own));
        answer = Ask([0]);
        Assert.Equal(NodesVerdict.Accepted, answer.Add(own));
        Assert.False(answer.Misbehaved);
        Assert.Equal(NodesVerdict.Duplicate, answer.Add(own with { Sequence = 6 }));
        Assert.True(answer.Misbehaved);
        Assert.Equal([own], answer.Accepted);
    }

    [Fact]
    [Trait("Row", "57")]
    public void Addresses_nobody_should_tell_us_are_dropped_and_forgiven()
    {
        NodesAnswer<TestNode> answer = Ask([250]);
        string[] local = ["127.0.0.1:9000", "10.1.2.3:9000", "192.168.0.1:9000", "169.254.1.1:9000"];
        string[] bad = [.. local, "0.1.1.1:9000", "224.0.0.1:9000", "8.8.8.8:53", "203.0.113.5:9000"];
        for (int i = 0; i < bad.Length; i++)
        {
            Assert.Equal(NodesVerdict.BadAddress, answer.Add(TestNode.At(Responder, 250, i, bad[i])));
        }

        Assert.Equal(NodesVerdict.NoEndpoint, answer.Add(Node(250, 20) with { Udp4 = null }));
        Assert.Equal(NodesVerdict.NoEndpoint, answer.Add(Node(250, 21) with { Udp4 = null, Udp6 = IPEndPoint.Parse("[2a00::1]:9000") }));
        Assert.False(answer.Misbehaved);
        Assert.Empty(answer.Accepted);
    }

    [Fact]
    public void A_devnet_may_tell_its_own_addresses()
    {
        NodesAnswer<TestNode> answer = Ask([250], from: "127.0.0.1");
        Assert.Equal(NodesVerdict.Accepted, answer.Add(TestNode.At(Responder, 250, 1, "127.0.0.1:9000")));
        Assert.Equal(NodesVerdict.Accepted, answer.Add(TestNode.At(Responder, 250, 2, "10.0.0.1:700")));
        answer = Ask([250], from: "10.0.0.9");
        Assert.Equal(NodesVerdict.BadAddress, answer.Add(TestNode.At(Responder, 250, 1, "127.0.0.1:9000")));
        Assert.Equal(NodesVerdict.Accepted, answer.Add(TestNode.At(Responder, 250, 2, "10.0.0.1:700")));
    }

    [Fact]
    public void Ourselves_and_repetitions_are_left_out()
    {
        NodesAnswer<TestNode> answer = Ask([250]);
        Assert.Equal(NodesVerdict.Self, answer.Add(new TestNode(Self, 1, TestNode.Endpoint(1))));
        Assert.Equal(NodesVerdict.Accepted, answer.Add(Node(250, 1)));
        Assert.Equal(NodesVerdict.Duplicate, answer.Add(Node(250, 1)));
        Assert.False(answer.Misbehaved);
    }

    [Fact]
    public void Sixteen_records_are_taken_of_however_many()
    {
        NodesAnswer<TestNode> answer = Ask([250]);
        Assert.False(answer.AddPacket(255, Enumerable.Range(100, 10).Select(salt => Node(250, salt))));
        Assert.False(answer.AddPacket(255, Enumerable.Range(200, 1000).Select(salt => Node(250, salt))));
        Assert.Equal(16, answer.Accepted.Count);
        Assert.Equal(NodesVerdict.TooMany, answer.Add(Node(250, 9999)));
        Assert.Equal(NodesVerdict.WrongDistance, answer.Add(Node(251, 9999)));
    }

    [Theory]
    [InlineData(255, 5)]
    [InlineData(int.MaxValue, 5)]
    [InlineData(5, 5)]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    public void The_first_total_counts_up_to_five(int total, int packets)
    {
        NodesAnswer<TestNode> answer = Ask([250]);
        Assert.False(answer.IsComplete);
        for (int i = 1; i <= packets; i++)
        {
            Assert.Equal(i == packets, answer.AddPacket(i == 1 ? total : 99, [Node(250, i)]));
        }

        Assert.True(answer.IsComplete);
        Assert.True(answer.AddPacket(99, [Node(250, 50)]));
        Assert.Equal(packets, answer.Accepted.Count);
    }

    private static TestNode Node(int distance, int salt) => TestNode.At(Responder, distance, salt, "81.2.69.142:9000");

    private static NodesAnswer<TestNode> Ask(int[] distances, string from = "9.9.9.9") =>
        new(Self, Responder, IPAddress.Parse(from), distances, IpFamilies.V4);
}
