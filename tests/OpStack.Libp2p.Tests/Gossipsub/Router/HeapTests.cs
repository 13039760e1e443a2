using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>Tests that measure the heap of the process: nothing runs beside them.</summary>
[CollectionDefinition("heap", DisableParallelization = true)]
public class HeapCollection;

[Collection("heap")]
public class HeapTests
{
    [Fact]
    [Trait("Row", "41")]
    public void A_million_garbage_ids_take_less_than_40_MB_and_honest_duplicates_stay_suppressed()
    {
        long before = Heap();
        using RouterHarness router = new(new GossipsubOptions { SeenTtl = TimeSpan.FromMinutes(10) });
        router.AddMeshPeers(1, 2);
        router.Accepted(Peer(1), -1);
        GossipFrame shared = router.Frame();
        for (int i = 0; i < 1_000_000; i++)
        {
            shared.Retain();
            router.Router.Handle(
                new RouterInput.MessageReceived(Peer(2), Topic, new DecodedMessage(Id(i), default, false), shared), router.Now, []);
            router.Validated(i, MessageAcceptance.Reject);
        }

        shared.Release();
        Assert.Equal(GossipsubLimits.MaxSeenIds, router.State.SeenIds);
        Assert.InRange(Heap() - before, long.MinValue, 40_000_000);
        Assert.Empty(router.Message(Peer(2), -1));
        Assert.Equal(1, router.State.Counters.Duplicates);
        router.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(0, router.State.SeenIds);
    }

    [Fact]
    [Trait("Row", "43")]
    public void Ten_thousand_connections_leave_the_heap_within_2_MB()
    {
        using RouterHarness router = new();
        Churn(router, 100);
        long before = Heap();
        Churn(router, 10_000);
        Assert.InRange(Heap() - before, long.MinValue, 2_000_000);
    }

    // What earlier tests left to their finalizers must not go between two measurements.
    private static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void Churn(RouterHarness router, int peers)
    {
        for (int i = 0; i < peers; i++)
        {
            router.AddMeshPeers(i, 1);
            router.Disconnect(Peer(i));
        }

        router.Advance(TimeSpan.FromMinutes(2));
    }
}
