using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Primitives.Encoding;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>The attacks of go-libp2p-pubsub's gossipsub_spam_test under its names, and rows of attack-cases. Peer 1 attacks.</summary>
public class AttackTests
{
    private readonly RecordingScoring _scoring = new();

    private static Action<GossipRpc> Graft(string topic = Topic) => rpc => rpc.Graft.Add(topic);

    // Every copy is answered by another IWANT, until no more come.
    [Fact]
    [Trait("Row", "36")]
    public void SpamIWANT_gets_the_message_once_and_then_three_times()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        int copies = 0;
        for (List<RouterOutput> outputs = router.Publish(7); outputs.MessagesTo(7).Count > 0;)
        {
            copies += outputs.MessagesTo(7).Count;
            outputs = router.Receive(Peer(1), rpc => rpc.IWant.Add(Id(7)));
        }

        Assert.Equal(1 + router.Options.GossipRetransmission, copies);
    }

    [Fact]
    [Trait("Row", "35")]
    public void SpamIHAVE_is_asked_for_little_and_pays_for_what_does_not_come()
    {
        using RouterHarness router = new(new GossipsubOptions { IWantFollowup = TimeSpan.FromSeconds(10) }, _scoring);
        router.AddMeshPeers(1, 1);
        Assert.Equal(10, Spam(router, 0));
        Assert.Empty(_scoring.Penalties);
        router.Heartbeat();
        Assert.Equal(10, Spam(router, 20_000));
        Assert.Empty(_scoring.Penalties);
        router.Advance(TimeSpan.FromSeconds(10));
        router.Heartbeat();
        Assert.Equal([$"penalty 10 {Peer(1)}", $"penalty 10 {Peer(1)}"], _scoring.Penalties);
        Assert.Equal(2 * ((3 * 5000) - 10), router.State.Counters.IHavesIgnored);
    }

    [Fact]
    [Trait("Row", "38")]
    public void GRAFTNonExistentTopic_gets_no_answer()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddMeshPeers(1, 1);
        for (int i = 0; i < 100; i++)
        {
            Assert.Empty(router.Receive(Peer(1), Graft($"non-existent {i}")));
        }

        Assert.Empty(_scoring.Penalties);
        Assert.Empty(router.State.Backoffs);
        Assert.Equal(100, router.State.Counters.GraftsIgnored);
    }

    [Fact]
    [Trait("Row", "38")]
    public void GRAFTDuringBackoff_is_penalised_until_it_is_not_heard()
    {
        using RouterHarness router = new(scoring: _scoring);
        _scoring.PenaltyWeight = -20;
        router.AddMeshPeers(1, 1);
        router.Receive(Peer(1), rpc => rpc.Prune.Add(new Prune(Topic, null, [])));
        router.Advance(router.Options.GraftFloodThreshold);
        int[] prunes = [.. Enumerable.Range(0, 5).Select(_ => router.Receive(Peer(1), Graft()).Prunes().Count)];
        Assert.Equal([1, 1, 1, 0, 0], prunes);
        Assert.Equal([$"penalty 1 {Peer(1)}", $"penalty 2 {Peer(1)}", $"penalty 2 {Peer(1)}"], _scoring.Penalties);
        router.Advance(TimeSpan.FromSeconds(61));
        Assert.Empty(router.Receive(Peer(1), Graft()));
        Assert.Empty(router.Mesh);
    }

    [Fact]
    [Trait("Row", "38")]
    public void A_hundred_sybils_that_graft_leave_the_mesh_at_twelve_with_its_dialled_peers()
    {
        using RouterHarness router = new();
        router.AddPeers(1000, 2, outbound: true);
        router.AddMeshPeers(1, 100);
        Assert.Equal(12, router.Mesh.Count);
        for (int i = 0; i < 240; i++)
        {
            router.Heartbeat();
            Assert.InRange(router.Mesh.Count, 6, 12);
            Assert.Superset(new HashSet<PeerId> { Peer(1000), Peer(1001) }, router.Mesh.ToHashSet());
            router.Receive(Peer(1 + (i % 100)), Graft());
        }
    }

    [Fact]
    [Trait("Row", "37")]
    public void SpamIDONTWANT_is_honoured_a_thousand_times_and_again_after_the_heartbeat()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        for (int i = 0; i <= 1000; i++)
        {
            router.Receive(Peer(1), rpc => rpc.IDontWant.Add(Id(i)));
        }

        Assert.Empty(router.Accepted(Peer(2), 999).MessagesTo(999));
        Assert.Equal([Peer(1)], router.Accepted(Peer(2), 1000).MessagesTo(1000));
        router.Heartbeat();
        router.Receive(Peer(1), rpc => rpc.IDontWant.Add(Id(2000)));
        Assert.Empty(router.Accepted(Peer(2), 2000).MessagesTo(2000));
    }

    // The validator threw or took too long (the shell answers Ignore), the queue was full, the throttle closed, ingest lost a message, a request
    // was never sent, our clock or signer was wrong: lodestar #9562.
    [Fact]
    [Trait("Row", "46")]
    public void Our_own_faults_punish_nobody()
    {
        using RouterHarness router = new(new GossipsubOptions { ValidationQueue = 2, ValidationThrottle = 3 }, _scoring);
        router.Handle(new RouterInput.Join("other"));
        router.AddMeshPeers(1, 4);
        for (int i = 1; i <= 4; i++)
        {
            Assert.Equal(50, router.Receive(Peer(i), rpc => rpc.IHave.Add(new IHave(Topic, Ids(100 * i, 50)))).IWants().Count);
        }

        router.Message(Peer(1), 100);
        router.Message(Peer(1), 101);
        router.Message(Peer(1), 102);
        router.Message(Peer(2), 200, topic: "other");
        router.Message(Peer(2), 201, topic: "other");
        router.Validated(100, MessageAcceptance.Ignore);
        router.Handle(new RouterInput.ValidationCompleted(Id(101), new MessageVerdict(MessageAcceptance.Reject, IsSenderToBlame: false), null));
        router.Handle(new RouterInput.MessageLost(Peer(3)));
        GossipRpc lost = new();
        lost.IWant.AddRange(Ids(400, 50));
        router.Handle(new RouterInput.SendDropped(Peer(4), lost));
        router.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 1), (router.State.Counters.QueueFull, router.State.Counters.Throttled));
        Assert.Empty(_scoring.Penalties);
        Assert.Equal(
            ["ValidationQueueFull", "ValidationThrottled", "ValidationIgnored", "ValidationIgnored"],
            _scoring.Events.Select(e => e.Split(' ')[0]).Where(e => Enum.TryParse<MessageRejection>(e, out _)));
        Assert.Equal(4, router.Mesh.Count);
    }

    // CVE-2026-33040 from the wire: u64::MAX, i64::MAX less an uptime, zero and none; then 24 virtual hours (CVE-2026-34219 came a minute later).
    [Theory]
    [Trait("Row", "34")]
    [InlineData(ulong.MaxValue, 3600)]
    [InlineData((ulong)long.MaxValue - 3600, 3600)]
    [InlineData(0UL, 60)]
    [InlineData(null, 60)]
    public void PRUNEWithHostileBackoff_is_held_an_hour_at_most(ulong? backoff, int seconds)
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        Assert.True(RpcReader.TryRead(PruneOnTheWire(backoff), new TopicTable([Topic]), out GossipRpc rpc, out _));
        Assert.Empty(router.Handle(new RouterInput.RpcReceived(Peer(1), rpc)));
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(router.State.Backoffs).Remaining);
        router.Advance(TimeSpan.FromHours(24));
        Assert.Empty(router.State.Backoffs);
        Assert.Equal([Peer(1)], router.Mesh);
    }

    private static byte[] PruneOnTheWire(ulong? backoff)
    {
        byte[] topic = System.Text.Encoding.UTF8.GetBytes(Topic);
        byte[] varint = new byte[10];
        byte[] field = backoff is { } value ? [0x18, .. varint[..Varint.Write(varint, value)]] : [];
        byte[] prune = [0x0A, (byte)topic.Length, .. topic, .. field];
        return [0x1A, (byte)(prune.Length + 2), 0x22, (byte)prune.Length, .. prune];
    }

    private static int Spam(RouterHarness router, int from) => Enumerable.Range(from, 3 * router.Options.MaxIHaveLength)
        .Count(i => router.Receive(Peer(1), rpc => rpc.IHave.Add(new IHave(Topic, [Id(i)]))).IWants().Count > 0);
}
