using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class FanoutTests
{
    private readonly RecordingScoring _scoring = new();

    private IReadOnlyList<PeerId> Fanout(RouterHarness router) => router.State.Fanout[Topic];

    [Fact]
    public void A_topic_not_joined_is_published_to_the_same_random_peers()
    {
        using RouterHarness router = new(join: false);
        router.AddPeers(1, 20);
        List<PeerId> first = router.Publish(1).MessagesTo(1);
        Assert.Equal(8, first.Count);
        Assert.Equal(first, router.Publish(2).MessagesTo(2));
        Assert.Equal(first.Order(), Fanout(router).Order());
    }

    [Fact]
    public void A_joined_topic_goes_to_the_mesh_only()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        router.AddPeers(10, 5);
        Assert.Equal([Peer(1), Peer(2)], router.Publish(1).MessagesTo(1));
        Assert.Empty(router.State.Fanout);
    }

    [Fact]
    public void The_fanout_ends_24_s_after_the_last_publish()
    {
        using RouterHarness router = new(join: false);
        router.AddPeers(1, 3);
        router.Publish(1);
        router.Advance(TimeSpan.FromSeconds(20));
        router.Publish(2);
        router.Advance(TimeSpan.FromSeconds(24));
        Assert.Equal(3, Fanout(router).Count);
        router.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Empty(router.State.Fanout);
    }

    [Fact]
    public void Heartbeats_replace_peers_that_left_or_fell()
    {
        using RouterHarness router = new(join: false, scoring: _scoring);
        router.AddPeers(1, 20);
        List<PeerId> first = router.Publish(1).MessagesTo(1);
        router.Disconnect(first[0]);
        router.Receive(first[1], rpc => rpc.Subscriptions.Add(new SubscriptionEntry(Topic, false)));
        _scoring.Scores[first[2]] = -41;
        Assert.Equal(6, Fanout(router).Count);
        router.Heartbeat();
        Assert.Equal(8, Fanout(router).Count);
        Assert.Superset(first[3..].ToHashSet(), Fanout(router).ToHashSet());
        Assert.DoesNotContain(first[2], Fanout(router));
    }

    [Fact]
    public void Joining_takes_the_mesh_from_the_fanout()
    {
        using RouterHarness router = new(join: false, scoring: _scoring);
        router.AddPeers(1, 20);
        List<PeerId> fanout = router.Publish(1).MessagesTo(1);
        _scoring.Scores[fanout[0]] = -1;
        List<PeerId> grafts = router.Handle(new RouterInput.Join(Topic)).Grafts();
        Assert.Equal(8, grafts.Count);
        Assert.Superset(fanout[1..].ToHashSet(), grafts.ToHashSet());
        Assert.DoesNotContain(fanout[0], grafts);
        Assert.Empty(router.State.Fanout);
    }

    [Fact]
    public void A_publish_nobody_was_there_for_is_gossiped_to_who_comes()
    {
        using RouterHarness router = new(join: false);
        Assert.Empty(router.Publish(1));
        router.AddPeers(1, 9);
        (PeerId peer, IHave ihave) = Assert.Single(router.Heartbeat().IHaves());
        Assert.Equal([Id(1)], ihave.Ids);
        Assert.DoesNotContain(peer, Fanout(router));
        Assert.Equal([peer], router.Receive(peer, rpc => rpc.IWant.Add(Id(1))).MessagesTo(1));
    }
}
