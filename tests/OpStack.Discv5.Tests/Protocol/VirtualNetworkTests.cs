using OpStack.Discv5.Protocol;
using OpStack.P2P.Simulation.Discovery;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>Whole networks of cores in virtual time.</summary>
public sealed class VirtualNetworkTests
{
    [Fact]
    public void Three_hundred_nodes_with_a_tenth_of_datagrams_lost_find_15_of_the_16_closest()
    {
        DiscoveryScenario.Result result = DiscoveryScenario.Run(300, loss: 0.1, seed: 1, warmUp: TimeSpan.FromSeconds(75), lookups: 15);
        Assert.InRange(DiscoveryScenario.Median(result.Found), 15, 16);
    }

    [Fact]
    public void One_seed_gives_one_run()
    {
        DiscoveryScenario.Result first = DiscoveryScenario.Run(20, loss: 0.2, seed: 3, warmUp: TimeSpan.FromMinutes(1), lookups: 5);
        DiscoveryScenario.Result second = DiscoveryScenario.Run(20, loss: 0.2, seed: 3, warmUp: TimeSpan.FromMinutes(1), lookups: 5);
        Assert.Equal(first.DatagramsPerNode, second.DatagramsPerNode);
        Assert.Equal(first.Asked, second.Asked);
        DiscoveryScenario.Result other = DiscoveryScenario.Run(20, loss: 0.2, seed: 4, warmUp: TimeSpan.FromMinutes(1), lookups: 5);
        Assert.NotEqual(first.DatagramsPerNode, other.DatagramsPerNode);
    }

    [Fact]
    public void Both_sides_shaking_hands_at_once_end_with_one_working_session()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            VirtualNetwork network = new(seed);
            Discv5Options options = new() { TableRefresh = false };
            VirtualNode a = network.Add(options), b = network.Add(options);
            object[] callers = [a.Ping(b.Contact), b.Ping(a.Contact), a.FindNode(b.Contact, 0), b.FindNode(a.Contact, 0)];
            network.Run(TimeSpan.FromSeconds(3));
            object[] later = [a.Ping(b.Contact), b.Ping(a.Contact)];
            network.Run(TimeSpan.FromSeconds(3));
            foreach (object caller in (object[])[.. callers, .. later])
            {
                RequestOutcome outcome = a.Outcomes.TryGetValue(caller, out RequestOutcome? ofA) ? ofA : b.Outcomes[caller];
                Assert.IsNotType<RequestOutcome.Failed>(outcome);
            }
        }
    }
}
