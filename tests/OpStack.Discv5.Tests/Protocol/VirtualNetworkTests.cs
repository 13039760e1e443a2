using OpStack.Discv5.Protocol;
using OpStack.Discv5.Sessions;
using OpStack.P2P.Simulation.Discovery;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>Whole networks of cores in virtual time.</summary>
public sealed class VirtualNetworkTests
{
    [Fact]
    public void Three_hundred_nodes_with_a_tenth_of_datagrams_lost_find_15_of_the_16_closest_within_5_minutes_of_a_cold_start()
    {
        DiscoveryScenario.Result result = DiscoveryScenario.Run(300, loss: 0.1, seed: 1, begin: TimeSpan.FromSeconds(285), lookups: 50);
        Assert.InRange(DiscoveryScenario.Median(result.Found), 15, 16);
        Assert.InRange(result.Ended, TimeSpan.FromSeconds(285), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void One_seed_gives_one_run()
    {
        DiscoveryScenario.Result first = Small(seed: 3), second = Small(seed: 3), other = Small(seed: 4);
        AssertSame(first, second);
        Assert.NotEqual(first.DatagramsPerNode, other.DatagramsPerNode);
    }

    [Fact]
    public void Stand_in_crypto_takes_the_very_course_of_the_real_one() => AssertSame(Small(seed: 5, count: 8), Small(seed: 5, count: 8, Discv5Crypto.Instance));

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

    private static DiscoveryScenario.Result Small(int seed, int count = 20, IDiscv5Crypto? crypto = null) =>
        DiscoveryScenario.Run(count, loss: 0.2, seed, begin: TimeSpan.FromMinutes(1), lookups: 10, crypto);

    private static void AssertSame(DiscoveryScenario.Result expected, DiscoveryScenario.Result actual)
    {
        Assert.Equal(expected.DatagramsPerNode, actual.DatagramsPerNode);
        Assert.Equal(expected.Ended, actual.Ended);
        Assert.Equal(expected.Found, actual.Found);
        Assert.Equal(expected.Asked, actual.Asked);
        Assert.Equal(expected.Hops, actual.Hops);
    }
}
