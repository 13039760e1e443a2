using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class FloodPublishTests
{
    private static readonly GossipsubOptions Flood = new() { FloodPublish = true };

    private readonly RecordingScoring _scoring = new();

    [Fact]
    public void Our_message_goes_to_every_subscriber_of_the_publish_threshold()
    {
        using RouterHarness router = new(Flood, _scoring);
        router.AddMeshPeers(1, 2);
        router.AddPeers(10, 20);
        router.AddPeers(40, 1, topic: "other");
        _scoring.Scores[Peer(10)] = -40.1;
        _scoring.Scores[Peer(11)] = -40;
        Assert.Equal([Peer(1), Peer(2), .. Enumerable.Range(11, 19).Select(Peer)], router.Publish(7).MessagesTo(7));
        Assert.Equal((1, 1), (router.State.Counters.FloodPublished, router.State.CachedMessages));
        Assert.Empty(router.Publish(7));
    }

    // As in go: no peer can have it before us.
    [Fact]
    public void IDONTWANT_is_not_asked()
    {
        using RouterHarness router = new(Flood);
        router.AddMeshPeers(1, 2);
        router.Receive(Peer(2), rpc => rpc.IDontWant.Add(Id(7)));
        Assert.Equal([Peer(1), Peer(2)], router.Publish(7).MessagesTo(7));
    }

    [Fact]
    public void What_others_publish_goes_to_the_mesh_only()
    {
        using RouterHarness router = new(Flood);
        router.AddMeshPeers(1, 2);
        router.AddPeers(10, 5);
        Assert.Equal([Peer(2)], router.Accepted(Peer(1), 7).MessagesTo(7));
    }

    [Fact]
    public void A_topic_not_joined_needs_no_fanout()
    {
        using RouterHarness router = new(Flood, join: false);
        router.AddPeers(1, 20);
        Assert.Equal(20, router.Publish(7).MessagesTo(7).Count);
        Assert.Empty(router.Publish(8, topic: "nobody's"));
        Assert.Empty(router.State.Fanout);
    }
}
