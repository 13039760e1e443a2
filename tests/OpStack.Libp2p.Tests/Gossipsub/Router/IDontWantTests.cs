using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class IDontWantTests
{
    private static Action<Rpc> IDontWant(params IEnumerable<MessageId> ids) => rpc => rpc.IDontWant.AddRange(ids);

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

    // Row 37: a million ids in 60 s.
    [Fact]
    public void A_thousand_ids_a_heartbeat_are_held_and_freed_after_three()
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

        router.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, router.State.Peers[0].Unwanted);
    }
}
