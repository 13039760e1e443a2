using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class RouterNetworkTests
{
    private const int Nodes = 30;
    private const int Messages = 40;

    private static RouterNetwork Run(int degree, double loss, int seed)
    {
        RouterNetwork network = new(Nodes, degree, loss, seed);
        network.Run(TimeSpan.FromSeconds(5));
        for (int id = 0; id < Messages; id++)
        {
            network.Publish(id % Nodes, id, size: 2000);
            network.Run(TimeSpan.FromSeconds(0.7));
        }

        network.Run(TimeSpan.FromSeconds(8));
        return network;
    }

    private static void AssertAllDelivered(RouterNetwork network)
    {
        for (int node = 0; node < Nodes; node++)
        {
            IEnumerable<MessageId> others = Enumerable.Range(0, Messages).Where(id => id % Nodes != node).Select(Id);
            Assert.Equal(others.Select(id => id.ToString()).Order(), network.Delivered[node].Select(id => id.ToString()).Order());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Thirty_routers_deliver_every_message_once(int seed)
    {
        using RouterNetwork network = Run(degree: 10, loss: 0, seed);
        AssertAllDelivered(network);
        Assert.All(network.Routers, router => Assert.InRange(router.Snapshot().Mesh[Topic].Count, 6, 12));
    }

    // Each of two messages is lost; what no mesh peer brought is asked for by IWANT, again and again.
    [Fact]
    public void Lost_messages_are_recovered_by_ihave_and_iwant()
    {
        using RouterNetwork network = Run(degree: 20, loss: 0.5, seed: 3);
        AssertAllDelivered(network);
        Assert.True(network.Lost > 1000);
        Assert.True(network.Routers.Sum(router => router.Counters.MessagesGiven) > 0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace()
    {
        using RouterNetwork first = Run(degree: 14, loss: 0.2, seed: 5), second = Run(degree: 14, loss: 0.2, seed: 5);
        Assert.True(first.Trace.Count > 10_000);
        Assert.Equal(first.Trace, second.Trace);
    }
}
