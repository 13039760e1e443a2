using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class SubscriptionTests
{
    private static SubscriptionEntry Subscribe(string topic = Topic) => new(topic, true);

    private static SubscriptionEntry Unsubscribe(string topic = Topic) => new(topic, false);

    [Fact]
    public void The_hello_lists_every_joined_topic()
    {
        using RouterHarness router = new();
        router.Handle(new RouterInput.Join("second"));
        (PeerId peer, GossipRpc hello) = Assert.Single(router.Connect(Peer(1)).Rpcs());
        Assert.Equal(Peer(1), peer);
        Assert.Equal([Subscribe(), Subscribe("second")], hello.Subscriptions);
        Assert.False(hello.HasControl);
    }

    [Fact]
    public void Without_topics_there_is_no_hello()
    {
        using RouterHarness router = new(join: false);
        Assert.Empty(router.Connect(Peer(1)));
    }

    [Fact]
    public void A_stream_opened_anew_gets_the_hello_again_and_keeps_the_state()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        Assert.Equal([Subscribe()], Assert.Single(router.Connect(Peer(1), GossipsubVersion.V11).Rpcs()).Rpc.Subscriptions);
        Assert.Equal([Peer(1)], router.Mesh);
        PeerSnapshot peer = Assert.Single(router.State.Peers);
        Assert.Equal((GossipsubVersion.V11, 1), (peer.Version, peer.Topics.Count));
    }

    [Fact]
    public void A_peer_that_opens_a_hundred_streams_anew_is_told_once_with_the_next_heartbeat_and_grafted_where_it_is_in_the_mesh()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        router.Handle(new RouterInput.Join("second"));
        router.Heartbeat();
        for (int i = 0; i < 100; i++)
        {
            Assert.Empty(router.Handle(new RouterInput.StreamReopened(Peer(1))));
        }

        GossipRpc told = Assert.Single(router.Heartbeat().Rpcs()).Rpc;
        Assert.Equal([Subscribe(), Subscribe("second")], told.Subscriptions);
        Assert.Equal([Topic], told.Graft);
        Assert.Empty(router.Heartbeat());
        Assert.Empty(router.Handle(new RouterInput.StreamReopened(Peer(2))));
    }

    [Fact]
    public void Joining_and_leaving_is_announced_to_all_once()
    {
        using RouterHarness router = new(join: false);
        router.Connect(Peer(1));
        router.Connect(Peer(2));
        Assert.All(router.Handle(new RouterInput.Join(Topic)).Rpcs(), send => Assert.Equal([Subscribe()], send.Rpc.Subscriptions));
        Assert.Empty(router.Handle(new RouterInput.Join(Topic)));
        List<(PeerId, GossipRpc Rpc)> left = router.Handle(new RouterInput.Leave(Topic)).Rpcs();
        Assert.Equal(2, left.Count);
        Assert.All(left, send => Assert.Equal([Unsubscribe()], send.Rpc.Subscriptions));
        Assert.Empty(router.Handle(new RouterInput.Leave(Topic)));
        Assert.Empty(router.State.Mesh);
    }

    [Fact]
    public void A_contradictory_pair_cancels_out()
    {
        using RouterHarness router = new();
        router.Connect(Peer(1));
        router.Receive(Peer(1), rpc => rpc.Subscriptions.AddRange([Subscribe(), Unsubscribe(), Subscribe("other")]));
        Assert.Equal(["other"], router.State.Subscribers.Keys);
        router.AddPeers(2, 1);
        router.Receive(Peer(2), rpc => rpc.Subscriptions.AddRange([Unsubscribe(), Subscribe()]));
        Assert.Equal([Peer(2)], router.State.Subscribers[Topic]);
    }

    [Fact]
    public void Unsubscribing_leaves_the_mesh_at_once()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        Assert.Empty(router.Receive(Peer(1), rpc => rpc.Subscriptions.Add(Unsubscribe())));
        Assert.Equal([Peer(2)], router.Mesh);
        Assert.Equal([Peer(2)], router.State.Subscribers[Topic]);
    }

    // Else a peer that comes and goes would be new to the mesh for ever, and owe it nothing (P3).
    [Fact]
    [Trait("Row", "38")]
    public void Unsubscribing_from_the_mesh_brings_a_backoff()
    {
        RecordingScoring scoring = new();
        using RouterHarness router = new(scoring: scoring);
        router.AddMeshPeers(1, 1);
        router.AddPeers(2, 1);
        router.Receive(Peer(1), rpc => rpc.Subscriptions.Add(Unsubscribe()));
        router.Receive(Peer(2), rpc => rpc.Subscriptions.Add(Unsubscribe()));
        BackoffSnapshot backoff = Assert.Single(router.State.Backoffs);
        Assert.Equal((Peer(1), router.Options.UnsubscribeBackoff), (backoff.Peer, backoff.Remaining));

        router.Receive(Peer(1), rpc => rpc.Subscriptions.Add(Subscribe()));
        Assert.Single(router.Receive(Peer(1), rpc => rpc.Graft.Add(Topic)).Prunes());
        Assert.Equal([$"penalty 1 {Peer(1)}"], scoring.Penalties);
        Assert.Empty(router.Mesh);
    }

    // go tells of both, the PRUNE with the same backoff: coming back after it costs nothing.
    [Fact]
    public void A_peer_that_left_by_the_rules_may_come_back_after_its_own_backoff()
    {
        RecordingScoring scoring = new();
        using RouterHarness router = new(scoring: scoring);
        router.AddMeshPeers(1, 1);
        router.Receive(Peer(1), rpc => rpc.Subscriptions.Add(Unsubscribe()));
        router.Receive(Peer(1), rpc => rpc.Prune.Add(new Prune(Topic, router.Options.UnsubscribeBackoff, [])));
        router.Advance(router.Options.UnsubscribeBackoff);
        router.Receive(Peer(1), rpc => rpc.Subscriptions.Add(Subscribe()));
        Assert.Empty(router.Receive(Peer(1), rpc => rpc.Graft.Add(Topic)).Prunes());
        Assert.Equal([Peer(1)], router.Mesh);
        Assert.Empty(scoring.Penalties);
    }

    [Fact]
    public void More_than_a_hundred_subscriptions_in_one_rpc_void_it()
    {
        using RouterHarness router = new();
        router.Connect(Peer(1));
        router.Receive(Peer(1), rpc => rpc.Subscriptions.AddRange(Enumerable.Range(0, 101).Select(i => Subscribe($"{i}"))));
        Assert.Empty(router.State.Subscribers);
    }

    [Fact]
    public void One_peer_holds_a_hundred_topics_at_most()
    {
        using RouterHarness router = new();
        router.Connect(Peer(1));
        for (int part = 0; part < 3; part++)
        {
            router.Receive(Peer(1), rpc => rpc.Subscriptions.AddRange(Enumerable.Range(part * 60, 60).Select(i => Subscribe($"{i}"))));
        }

        Assert.Equal(GossipsubLimits.MaxTopicsPerPeer, router.State.Subscribers.Count);
        router.Disconnect(Peer(1));
        Assert.Empty(router.State.Subscribers);
    }

    [Fact]
    public void Peers_that_are_not_connected_leave_no_state()
    {
        using RouterHarness router = new();
        router.Receive(Peer(1), rpc => rpc.Subscriptions.Add(Subscribe()));
        router.Receive(Peer(1), rpc => rpc.Graft.Add(Topic));
        Assert.Empty(router.Message(Peer(1), 1));
        router.Disconnect(Peer(1));
        RouterSnapshot state = router.State;
        Assert.Equal((0, 0, 0, 0), (state.Peers.Count, state.Subscribers.Count, state.Mesh[Topic].Count, state.SeenIds));
        Assert.Equal((1, 2), (state.Counters.NotAccepted, state.Counters.ControlNotAccepted));
    }
}
