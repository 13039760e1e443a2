using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>What a peer advertised and we asked for is to come within 3 s (wire.md 9.11; go-libp2p-pubsub gossip_tracer).</summary>
public class PromiseTests
{
    private static readonly TimeSpan Followup = TimeSpan.FromSeconds(3);

    private readonly RecordingScoring _scoring = new();

    private static void Promise(RouterHarness router, PeerId peer, int from, int count = 1) =>
        Assert.Equal(count, router.Receive(peer, rpc => rpc.IHave.Add(new IHave(Topic, Ids(from, count)))).IWants().Count);

    private static void AssertVoid(RouterHarness router, int count = 1)
    {
        Assert.Empty(router.State.Promises);
        Assert.Equal((count, count, 0, 0), Counts(router));
        router.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((count, count, 0, 0), Counts(router));
    }

    private static (long Made, long Void, long Kept, long Broken) Counts(RouterHarness router)
    {
        RouterCounters counters = router.State.Counters;
        return (counters.PromisesMade, counters.PromisesVoid, counters.PromisesKept, counters.PromisesBroken);
    }

    [Fact]
    [Trait("Row", "35")]
    public void One_of_the_ids_asked_for_is_promised()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 0, count: 5000);
        PromiseSnapshot promise = Assert.Single(router.State.Promises);
        Assert.Equal((Peer(1), Topic, Followup), (promise.Peer, promise.Topic, promise.Remaining));
        Assert.Contains(promise.Id, Ids(0, 5000));
    }

    [Fact]
    [Trait("Row", "35")]
    public void A_broken_promise_is_penalised_at_the_first_heartbeat_after_3_s()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 0, count: 10);
        router.Advance(Followup);
        Assert.Empty(_scoring.Penalties);
        router.Heartbeat();
        Assert.Equal([$"penalty 1 {Peer(1)}"], _scoring.Penalties);
        Assert.Empty(router.State.Promises);
        router.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((1, 0, 0, 1), Counts(router));
    }

    [Fact]
    [Trait("Row", "35")]
    public void Broken_promises_are_counted_per_peer()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 2);
        for (int i = 0; i < 10; i++)
        {
            Promise(router, Peer(1), from: i);
        }

        Promise(router, Peer(2), from: 0);
        router.Advance(TimeSpan.FromSeconds(3.5));
        Assert.Equal([$"penalty 10 {Peer(1)}", $"penalty 1 {Peer(2)}"], _scoring.Penalties);
        Assert.Equal(11, router.State.Counters.Penalties);
    }

    [Theory]
    [InlineData(MessageAcceptance.Accept)]
    [InlineData(MessageAcceptance.Reject)]
    [InlineData(MessageAcceptance.Ignore)]
    public void Whoever_sends_the_message_keeps_the_promise_of_all(MessageAcceptance verdict)
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 3);
        Promise(router, Peer(1), from: 7);
        Promise(router, Peer(2), from: 7);
        router.Message(Peer(3), 7);
        Assert.Empty(router.State.Promises);
        router.Validated(7, verdict);
        router.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(_scoring.Penalties);
        Assert.Equal((2, 0, 2, 0), Counts(router));
    }

    [Fact]
    public void A_copy_recognised_without_decoding_keeps_it_as_well()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 7);
        router.Handle(new ReceivedCopy(Peer(1), Topic, Id(7)));
        Assert.Equal((1, 0, 1, 0), Counts(router));
    }

    // As go does for a missing signature: what the policy refuses is no message, and ingest computes no id for it.
    [Fact]
    public void What_the_signing_policy_refuses_keeps_no_promise()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 7);
        router.Handle(new RouterInput.InvalidReceived(Peer(1), Topic, MessageRejection.UnexpectedSignature));
        router.Advance(TimeSpan.FromSeconds(3.5));
        Assert.Equal([$"penalty 1 {Peer(1)}"], _scoring.Penalties);
    }

    [Fact]
    public void The_same_id_promised_twice_keeps_its_first_time()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 7);
        router.Advance(TimeSpan.FromSeconds(2));
        Promise(router, Peer(1), from: 7);
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.Single(router.State.Promises).Remaining);
        router.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal([$"penalty 1 {Peer(1)}"], _scoring.Penalties);
    }

    [Theory]
    [Trait("Row", "46")]
    [InlineData(1, 512)]
    [InlineData(256, 1)]
    public void Whose_message_our_queue_or_throttle_dropped_owes_nothing(int queue, int throttle)
    {
        using RouterHarness router = new(new GossipsubOptions { ValidationQueue = queue, ValidationThrottle = throttle }, _scoring);
        router.AddPeers(1, 3);
        Promise(router, Peer(1), from: 100);
        Promise(router, Peer(1), from: 101);
        Promise(router, Peer(2), from: 102);
        Promise(router, Peer(3), from: 2);
        router.Message(Peer(2), 1);
        router.Message(Peer(1), 2);
        Assert.Equal([Id(102)], router.State.Promises.Select(promise => promise.Id));
        Assert.Equal((4, 2, 1, 0), Counts(router));
        router.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([$"penalty 1 {Peer(2)}"], _scoring.Penalties);
    }

    [Fact]
    [Trait("Row", "46")]
    public void A_message_lost_before_the_router_ends_what_its_peer_owes()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 7);
        Assert.Empty(router.Handle(new RouterInput.MessageLost(Peer(1))));
        Assert.Empty(router.Handle(new RouterInput.MessageLost(Peer(2))));
        AssertVoid(router);
    }

    // Void it must not be: who floods us has always something that waits.
    [Fact]
    [Trait("Row", "46")]
    public void What_a_peer_owes_is_looked_at_once_none_of_its_frames_waits_with_us()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 2);
        Promise(router, Peer(1), from: 0);
        Promise(router, Peer(2), from: 10);
        router.Advance(Followup);
        router.Handle(new RouterInput.HeldUp(Peer(1)));
        router.Heartbeat();
        Assert.Equal([$"penalty 1 {Peer(2)}"], _scoring.Penalties);
        Assert.Equal(Peer(1), Assert.Single(router.State.Promises).Peer);
        router.Heartbeat();
        Assert.Equal([$"penalty 1 {Peer(2)}", $"penalty 1 {Peer(1)}"], _scoring.Penalties);
        router.Handle(new RouterInput.HeldUp(Peer(9)));
    }

    [Fact]
    [Trait("Row", "46")]
    public void Nothing_is_owed_for_a_request_that_was_never_sent()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        RouterOutput.SendRpc lost = Assert.IsType<RouterOutput.SendRpc>(
            Assert.Single(router.Receive(Peer(1), rpc => rpc.IHave.Add(new IHave(Topic, Ids(0, 10))))));
        router.Handle(new RouterInput.SendDropped(Peer(1), new GossipRpc { IWant = { Id(99) } }));
        Assert.Single(router.State.Promises);
        router.Handle(new RouterInput.SendDropped(Peer(1), lost.Rpc));
        AssertVoid(router);
    }

    [Fact]
    [Trait("Row", "46")]
    public void Nothing_is_owed_when_the_request_may_have_been_lost_with_our_stream()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 7);
        router.Connect(Peer(1));
        AssertVoid(router);
    }

    [Fact]
    public void Promises_go_with_the_peer()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 7);
        router.Disconnect(Peer(1));
        AssertVoid(router);
    }

    [Fact]
    public void Leaving_a_topic_ends_what_was_promised_of_it()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.Handle(new RouterInput.Join("other"));
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 7);
        router.Receive(Peer(1), rpc => rpc.IHave.Add(new IHave("other", Ids(8, 1))));
        router.Handle(new RouterInput.Leave(Topic));
        Assert.Equal("other", Assert.Single(router.State.Promises).Topic);
        router.Advance(TimeSpan.FromSeconds(3.5));
        Assert.Equal([$"penalty 1 {Peer(1)}"], _scoring.Penalties);
    }

    // The loop stood still for 10 s: what came meanwhile waits behind the heartbeat.
    [Fact]
    [Trait("Row", "46")]
    public void Time_in_which_we_did_nothing_is_not_the_peers()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 1);
        Promise(router, Peer(1), from: 7);
        TimeSpan late = router.Router.NextDeadline + TimeSpan.FromSeconds(10);
        router.Tick(late);
        Assert.Equal(TimeSpan.FromSeconds(2.9), Assert.Single(router.State.Promises).Remaining);
        router.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(_scoring.Penalties);
        router.Heartbeat();
        Assert.Single(_scoring.Penalties);
    }

    [Fact]
    public void Promises_of_one_peer_are_bounded()
    {
        using RouterHarness router = new(new GossipsubOptions { IWantFollowup = TimeSpan.FromMinutes(10) });
        router.AddPeers(1, 2);
        for (int i = 0; i < 200; i++)
        {
            Promise(router, Peer(1), from: i);
            Promise(router, Peer(2), from: i);
            if (i % 10 == 9)
            {
                router.Heartbeat();
            }
        }

        Assert.Equal(2 * GossipsubLimits.MaxPromisesPerPeer, router.State.Promises.Count);
    }
}
