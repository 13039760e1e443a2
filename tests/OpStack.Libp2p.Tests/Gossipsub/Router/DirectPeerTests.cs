using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>Peers 1 and 2 are direct.</summary>
public class DirectPeerTests
{
    private readonly RecordingScoring _scoring = new();

    private RouterHarness Router(bool join = true) => new(
        new GossipsubOptions { DirectPeers = [Peer(1), Peer(2), Self], MeshOutbound = 0, PeerExchange = true }, _scoring, join: join);

    private static List<PeerId> Dials(IEnumerable<RouterOutput> outputs) => [.. outputs.OfType<RouterOutput.Dial>().Select(dial => dial.Peer)];

    [Fact]
    public void They_are_never_grafted()
    {
        using RouterHarness router = Router();
        router.AddPeers(1, 2);
        Assert.Empty(router.Advance(TimeSpan.FromMinutes(2)).Grafts());
        router.AddPeers(3, 1);
        router.Handle(new RouterInput.Leave(Topic));
        Assert.Equal([Peer(3)], router.Handle(new RouterInput.Join(Topic)).Grafts());
        Assert.Equal([Peer(3)], router.Mesh);
    }

    [Fact]
    public void Their_graft_is_answered_by_a_prune_and_nothing_else()
    {
        using RouterHarness router = Router();
        router.AddPeers(1, 3);
        for (int i = 0; i < 3; i++)
        {
            (PeerId peer, Prune prune) = Assert.Single(router.Receive(Peer(1), rpc => rpc.Graft.Add(Topic)).Prunes());
            Assert.Equal((Peer(1), Topic, TimeSpan.FromSeconds(60)), (peer, prune.Topic, prune.Backoff));
            Assert.Empty(prune.Peers);
        }

        Assert.Empty(router.Mesh);
        Assert.Empty(router.State.Backoffs);
        Assert.Empty(_scoring.Penalties);
    }

    [Fact]
    public void They_are_heard_whatever_their_score()
    {
        using RouterHarness router = Router();
        router.AddPeers(1, 1);
        _scoring.Scores[Peer(1)] = -1e9;
        Assert.IsType<RouterOutput.Validate>(Assert.Single(router.Message(Peer(1), 7)));
        router.Receive(Peer(1), rpc => rpc.Prune.Add(new Prune(Topic, null, [])));
        Assert.Single(router.State.Backoffs);
        Assert.Empty(router.Heartbeats(4).OfType<RouterOutput.GraylistChanged>());
        Assert.False(Assert.Single(router.State.Peers).IsGraylisted);
        Assert.Equal((0, 0), (router.State.Counters.NotAccepted, router.State.Counters.ControlNotAccepted));
    }

    [Fact]
    public void Every_message_of_their_topics_goes_to_them_but_for_those_they_sent()
    {
        using RouterHarness router = Router();
        router.AddPeers(1, 1);
        router.Connect(Peer(2));
        router.AddMeshPeers(3, 2);
        _scoring.Scores[Peer(1)] = -1000;
        router.Receive(Peer(1), rpc => rpc.IDontWant.Add(Id(7)));
        Assert.Equal([Peer(4), Peer(1)], router.Accepted(Peer(3), 7).MessagesTo(7));
        Assert.Equal([Peer(3), Peer(4)], router.Accepted(Peer(1), 8).MessagesTo(8));
        Assert.Equal([Peer(3), Peer(4), Peer(1)], router.Publish(9).MessagesTo(9));
    }

    [Fact]
    public void They_are_flooded_and_no_part_of_a_fanout()
    {
        using RouterHarness router = Router(join: false);
        router.AddPeers(1, 4);
        Assert.Equal([Peer(1), Peer(2), Peer(3), Peer(4)], router.Publish(7).MessagesTo(7).Order());
        Assert.Equal([Peer(3), Peer(4)], router.State.Fanout[Topic].Order());

        using RouterHarness flooding = new(new GossipsubOptions { DirectPeers = [Peer(1)], FloodPublish = true }, _scoring);
        flooding.AddPeers(1, 1);
        _scoring.Scores[Peer(1)] = -1000;
        Assert.Equal([Peer(1)], flooding.Publish(7).MessagesTo(7));
    }

    [Fact]
    public void They_get_no_gossip()
    {
        using RouterHarness router = Router();
        router.AddMeshPeers(10, 6);
        router.AddPeers(1, 3);
        router.Accepted(Peer(10), 7);
        Assert.Equal([Peer(3)], router.Heartbeat().IHaves().Select(send => send.Peer));
    }

    [Fact]
    public void Those_not_connected_are_dialled_after_a_second_and_then_every_300_heartbeats()
    {
        using RouterHarness router = Router();
        TimeSpan start = router.Now;
        router.AddPeers(1, 1);
        router.Heartbeats(2);
        Assert.Equal(start + TimeSpan.FromSeconds(1), router.Router.NextDeadline);
        Assert.Equal([Peer(2)], Dials(router.Tick(router.Router.NextDeadline)));
        Assert.Equal(2, router.State.Counters.Heartbeats);
        Assert.Empty(Dials(router.Heartbeats(297)));
        router.Disconnect(Peer(1));
        Assert.Equal([Peer(1), Peer(2)], Dials(router.Heartbeat()));
        router.AddPeers(1, 2);
        Assert.Empty(Dials(router.Heartbeats(300)));
        Assert.Equal(3, router.State.Counters.DirectDials);
    }

    [Fact]
    public void The_snapshot_names_them()
    {
        using RouterHarness router = Router();
        router.AddPeers(2, 2);
        Assert.Equal([Peer(1), Peer(2)], router.State.DirectPeers);
        Assert.Equal([(Peer(2), true), (Peer(3), false)], router.State.Peers.Select(peer => (peer.Peer, peer.IsDirect)));
    }
}
