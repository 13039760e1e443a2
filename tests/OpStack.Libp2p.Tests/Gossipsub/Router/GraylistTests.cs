using System.Net;
using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>The shell learns at once when a peer falls below the graylist threshold (here -80), and when it is above it again.</summary>
public class GraylistTests
{
    private static readonly RouterOutput Fell = new RouterOutput.GraylistChanged(Peer(1), true);
    private static readonly RouterOutput Rose = new RouterOutput.GraylistChanged(Peer(1), false);

    private readonly RecordingScoring _scoring = new();

    private RouterHarness Router(double score = 0)
    {
        RouterHarness router = new(scoring: _scoring);
        router.AddMeshPeers(1, 3);
        _scoring.Scores[Peer(1)] = score;
        return router;
    }

    [Fact]
    public void A_penalty_is_told_with_the_answer_that_caused_it()
    {
        using RouterHarness router = Router();
        _scoring.PenaltyWeight = -41;
        router.Receive(Peer(1), rpc => rpc.Prune.Add(new Prune(Topic, null, [])));
        List<RouterOutput> outputs = router.Receive(Peer(1), rpc => rpc.Graft.Add(Topic));
        Assert.Contains(Fell, outputs);
        Assert.Single(outputs.Prunes());
        Assert.Empty(router.Receive(Peer(1), rpc => rpc.Graft.Add(Topic)));
        Assert.Equal((1, 1), (router.State.Counters.Graylisted, router.State.Counters.ControlNotAccepted));
        Assert.Equal([true, false, false], router.State.Peers.Select(peer => peer.IsGraylisted));
    }

    [Fact]
    public void A_message_it_is_to_blame_for_is_told_with_the_verdict()
    {
        using RouterHarness router = Router();
        _scoring.InvalidWeight = -81;
        router.Message(Peer(1), 7);
        Assert.Equal([Fell], router.Validated(7, MessageAcceptance.Reject));
    }

    [Fact]
    public void So_is_one_the_signing_policy_refuses()
    {
        using RouterHarness router = Router();
        _scoring.InvalidWeight = -81;
        Assert.Equal([Fell], router.Handle(new RouterInput.InvalidReceived(Peer(1), Topic, MessageRejection.UnexpectedSignature)));
    }

    [Fact]
    public void A_broken_promise_is_told_at_the_heartbeat()
    {
        using RouterHarness router = Router();
        _scoring.PenaltyWeight = -1;
        router.Receive(Peer(1), rpc => rpc.IHave.Add(new IHave(Topic, Ids(0, 1))));
        _scoring.Scores[Peer(1)] = -80;
        Assert.DoesNotContain(Fell, router.Advance(TimeSpan.FromSeconds(3)));
        Assert.Equal([Fell], router.Heartbeat());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_shell_tells_of_it_counts_at_once(bool dropped)
    {
        using RouterHarness router = Router(-81);
        RouterInput input = dropped ? new RouterInput.MessagesDropped(Peer(1), 5) : new RouterInput.PeerAddresses(Peer(1), [IPAddress.Parse("192.0.2.1")]);
        Assert.Equal([Fell], router.Handle(input));
        Assert.Equal(dropped ? $"dropped 5 {Peer(1)}" : $"addresses 192.0.2.1 {Peer(1)}", _scoring.Events[^1]);
    }

    [Fact]
    public void What_is_told_of_a_peer_that_is_gone_goes_nowhere()
    {
        using RouterHarness router = Router();
        Assert.Empty(router.Handle(new RouterInput.MessagesDropped(Peer(9), 5)));
        Assert.Empty(router.Handle(new RouterInput.PeerAddresses(Peer(9), [IPAddress.Loopback])));
        Assert.DoesNotContain(_scoring.Events, e => e.EndsWith($"{Peer(9)}", StringComparison.Ordinal));
    }

    // Whatever changes a score between inputs (P5, decay) is seen by the heartbeat.
    [Fact]
    public void The_heartbeat_sees_it_fall_and_rise()
    {
        using RouterHarness router = Router();
        router.Heartbeat();
        _scoring.Scores[Peer(1)] = -80.1;
        Assert.Contains(Fell, router.Heartbeat());
        Assert.Empty(router.Heartbeat());
        _scoring.Scores[Peer(1)] = -80;
        Assert.Equal([Rose], router.Heartbeat());
        Assert.Single(router.Message(Peer(1), 7));
    }

    [Fact]
    public void A_peer_that_comes_back_with_its_old_score_is_told_right_away()
    {
        using RouterHarness router = Router(-81);
        router.Disconnect(Peer(1));
        Assert.Equal(Fell, router.Connect(Peer(1))[0]);
    }

    // wire.md 9.6 steps 2 and 3.
    [Fact]
    public void Of_its_rpcs_only_the_subscriptions_count()
    {
        using RouterHarness router = Router();
        router.Accepted(Peer(2), 7);
        _scoring.Scores[Peer(1)] = -81;
        List<RouterOutput> outputs = router.Receive(Peer(1), rpc =>
        {
            rpc.Subscriptions.Add(new SubscriptionEntry("other", true));
            rpc.IHave.Add(new IHave(Topic, Ids(8, 1)));
            rpc.IWant.Add(Id(7));
            rpc.Prune.Add(new Prune(Topic, null, []));
            rpc.IDontWant.Add(Id(9));
        });
        Assert.Equal([Fell], outputs);
        Assert.Equal([Peer(1)], router.State.Subscribers["other"]);
        Assert.Contains(Peer(1), router.Mesh);
        Assert.Equal(0, router.State.Peers[0].Unwanted);
    }
}
