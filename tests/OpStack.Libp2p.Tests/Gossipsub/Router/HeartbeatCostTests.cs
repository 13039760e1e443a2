using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>What a heartbeat takes with 40 peers and 4 topics: the simulator runs a million of them.</summary>
public class HeartbeatCostTests
{
    private static readonly string[] Topics = ["a", "b", "c", "d"];

    private static RouterHarness Settled(RecordingScoring? scoring = null)
    {
        RouterHarness router = new(scoring: scoring, join: false);
        foreach (string topic in Topics)
        {
            router.Handle(new RouterInput.Join(topic));
        }

        for (int i = 0; i < 40; i++)
        {
            router.Connect(Peer(i), outbound: i % 2 == 0);
            router.Receive(Peer(i), rpc => rpc.Subscriptions.AddRange(Topics.Select(topic => new SubscriptionEntry(topic, true))));
        }

        router.Heartbeats(60);
        return router;
    }

    private static long LeastAllocated(RouterHarness router, int heartbeats)
    {
        List<RouterOutput> outputs = [];
        long least = long.MaxValue;
        for (int run = 0; run < 3; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < heartbeats; i++)
            {
                router.Router.Tick(router.Router.NextDeadline, outputs);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Empty(outputs);
        return least;
    }

    [Fact]
    public void A_quiet_one_allocates_nothing()
    {
        using RouterHarness router = Settled();
        Assert.Equal(0, LeastAllocated(router, 100));
    }

    [Fact]
    public void A_score_is_asked_once_per_peer()
    {
        RecordingScoring scoring = new();
        using RouterHarness router = Settled(scoring);
        int before = scoring.Asked;
        router.Heartbeat();
        Assert.Equal(40, scoring.Asked - before);
    }

    // One message to 6 of the 32 peers outside the mesh, or a quarter: 8 RPCs, and one list of ids for all.
    [Fact]
    public void One_that_gossips_allocates_the_rpcs_it_sends()
    {
        using RouterHarness router = Settled();
        router.Publish(1, topic: "a");
        long before = GC.GetAllocatedBytesForCurrentThread();
        List<RouterOutput> outputs = router.Heartbeat();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(8, outputs.Rpcs().Count);
        Assert.Single(outputs.IHaves().Select(send => send.IHave).Distinct());
        Assert.InRange(allocated, 0, 8 * 1024);
    }
}
