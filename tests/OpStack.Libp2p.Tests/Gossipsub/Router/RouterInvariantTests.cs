using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class RouterInvariantTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_step_of_a_random_run_keeps_the_invariants_and_every_frame_is_released_once(int seed)
    {
        using RandomOperations run = new(seed);
        run.Run(4000);
        Assert.Contains(run.Trace, line => line.StartsWith("deliver", StringComparison.Ordinal));
        Assert.Contains(run.Trace, line => line.StartsWith("message", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace_and_another_seed_another()
    {
        using RandomOperations first = new(7), second = new(7), other = new(8);
        first.Run(4000);
        second.Run(4000);
        other.Run(4000);
        Assert.True(first.Trace.Count > 2000);
        Assert.Equal(first.Trace, second.Trace);
        Assert.NotEqual(first.Trace, other.Trace);
    }

    // The leaks of attack-cases 1.1 (nimbus-eth2 #8687, go d8037f3): what a peer made goes with it.
    [Fact]
    [Trait("Row", "43")]
    public void Ten_thousand_peers_that_came_and_went_leave_nothing()
    {
        using RouterHarness router = new();
        for (int i = 0; i < 10_000; i++)
        {
            router.AddMeshPeers(i, 1);
            router.Receive(Peer(i), rpc => rpc.IDontWant.Add(Id(i)));
            router.Receive(Peer(i), rpc => rpc.IHave.Add(new IHave(Topic, Ids(i, 3))));
            router.Handle(new RouterInput.SendDropped(Peer(i), new GossipRpc { Graft = { Topic } }));
            router.Disconnect(Peer(i));
            if (i % 100 == 0)
            {
                router.Heartbeat();
            }
        }

        RouterSnapshot state = router.State;
        Assert.Equal((0, 0, 0, 0), (state.Peers.Count, state.Subscribers.Count, state.Mesh[Topic].Count, state.Fanout.Count));
        Assert.Equal((0, 0, 0, 0), (state.Backoffs.Count, state.SeenIds, state.CachedMessages, state.Promises.Count));
        Assert.Equal((10_000, 10_000), (state.Counters.PromisesMade, state.Counters.PromisesVoid));
        Assert.Empty(router.Advance(TimeSpan.FromMinutes(2)));
    }
}
