using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class IDontWantTests
{
    private static Action<GossipRpc> IDontWant(params IEnumerable<MessageId> ids) => rpc => rpc.IDontWant.AddRange(ids);

    [Fact]
    public void A_long_message_is_declined_from_the_other_mesh_peers_before_validation()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 3);
        router.AddMeshPeers(4, 1, GossipsubVersion.V11);
        router.AddPeers(5, 1);
        List<RouterOutput> outputs = router.Message(Peer(1), 7, size: 1024);
        Assert.Equal([Peer(2), Peer(3)], outputs.IDontWants(7));
        Assert.Single(outputs.OfType<RouterOutput.Validate>());
        Assert.Empty(router.Message(Peer(2), 7, size: 1024));
    }

    [Fact]
    public void A_short_or_broken_message_is_not_declined()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 3);
        Assert.Empty(router.Message(Peer(1), 7, size: 1023).IDontWants(7));
        Assert.Empty(router.Message(Peer(1), 8, size: 5000, wellFormed: false).IDontWants(8));
    }

    [Fact]
    public void A_message_dropped_for_want_of_room_is_not_declined()
    {
        using RouterHarness router = new(new GossipsubOptions { ValidationQueue = 1 });
        router.AddMeshPeers(1, 3);
        router.Message(Peer(1), 7, size: 2000);
        Assert.Empty(router.Message(Peer(1), 8, size: 2000));
    }

    [Fact]
    public void A_declined_message_is_neither_forwarded_nor_given_nor_published()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 3);
        Assert.Empty(router.Receive(Peer(2), IDontWant(Id(7), Id(8))));
        Assert.Equal([Peer(3)], router.Accepted(Peer(1), 7).MessagesTo(7));
        Assert.Equal([Peer(1), Peer(3)], router.Publish(8).MessagesTo(8));
        Assert.Empty(router.Receive(Peer(2), rpc => rpc.IWant.Add(Id(7))));
        Assert.Equal(2, router.State.Counters.Unwanted);
    }

    [Fact]
    public void It_is_honoured_for_three_heartbeats()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        router.Receive(Peer(2), IDontWant(Id(7), Id(8)));
        router.Heartbeat();
        router.Heartbeat();
        Assert.Empty(router.Accepted(Peer(1), 7).MessagesTo(7));
        router.Heartbeat();
        Assert.Equal([Peer(2)], router.Accepted(Peer(1), 8).MessagesTo(8));
        Assert.All(router.State.Peers, peer => Assert.Equal(0, peer.Unwanted));
    }

    [Fact]
    [Trait("Row", "37")]
    public void A_million_ids_in_60_s_leave_1000_a_heartbeat_freed_after_three()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        for (int i = 0; i < 1000; i++)
        {
            router.Receive(Peer(1), IDontWant(Ids(i * 1000, 1000)));
            if (i % 8 == 7)
            {
                router.Heartbeat();
            }

            Assert.InRange(router.State.Peers[0].Unwanted, 1, 3000);
        }

        Assert.Equal(1_000_000 - (125 * 1000), router.State.Counters.UnwantedIgnored);
        int[] held = [.. Enumerable.Range(0, 3).Select(_ => HeldBeforeHeartbeat(router))];
        Assert.Equal([2000, 1000, 0], held);
    }

    // go's HEAD counts 10 ids of an RPC only; v0.12, which op-node runs, sends more and means them.
    [Fact]
    public void An_rpc_of_many_ids_is_honoured_as_a_thousand_rpcs_of_one_are()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 3);
        router.Receive(Peer(2), IDontWant(Ids(0, 1001)));
        for (int i = 0; i < 1001; i++)
        {
            router.Receive(Peer(3), IDontWant(Id(i)));
        }

        Assert.Empty(router.Accepted(Peer(1), 999).MessagesTo(999));
        Assert.Equal([Peer(2), Peer(3)], router.Accepted(Peer(1), 1000).MessagesTo(1000));
        Assert.Equal(2, router.State.Counters.UnwantedIgnored);
    }

    // go ignores an RPC of IDONTWANT past the thousandth of a heartbeat, and HEAD every id past the tenth of one.
    [Fact]
    public void We_send_a_thousand_of_one_id_each_per_heartbeat_and_peer()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        List<GossipRpc> sent = [];
        for (int i = 0; i < 1100; i++)
        {
            sent.AddRange(router.Message(Peer(1), i, size: 1024).Rpcs().Select(send => send.Rpc));
            router.Validated(i, MessageAcceptance.Ignore);
        }

        Assert.Equal(1000, sent.Count);
        Assert.All(sent, rpc => Assert.Single(rpc.IDontWant));
        router.Heartbeat();
        Assert.Equal([Peer(2)], router.Message(Peer(1), 2000, size: 1024).IDontWants(2000));
    }

    [Fact]
    public void What_may_still_wait_in_the_peers_queue_is_cancelled()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        router.Accepted(Peer(1), 7);
        Assert.Equal([new RouterOutput.CancelMessage(Peer(2), Id(7))], router.Receive(Peer(2), IDontWant(Id(6), Id(7), Id(8))));
    }

    private static int HeldBeforeHeartbeat(RouterHarness router)
    {
        int held = router.State.Peers[0].Unwanted;
        router.Heartbeat();
        return held;
    }
}
