using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class GraftPruneTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    private readonly RecordingScoring _scoring = new();

    private static Action<GossipRpc> Graft(string topic = Topic) => rpc => rpc.Graft.Add(topic);

    private static Action<GossipRpc> Prune(TimeSpan? backoff, string topic = Topic) => rpc => rpc.Prune.Add(new Prune(topic, backoff, []));

    [Fact]
    public void A_graft_is_taken_even_before_the_subscription()
    {
        using RouterHarness router = new();
        router.Connect(Peer(1));
        Assert.Empty(router.Receive(Peer(1), Graft()));
        Assert.Empty(router.Receive(Peer(1), Graft()));
        Assert.Equal([Peer(1)], router.Mesh);
    }

    [Fact]
    [Trait("Row", "38")]
    public void A_graft_of_a_topic_not_joined_gets_no_answer()
    {
        using RouterHarness router = new();
        router.Connect(Peer(1));
        Assert.Empty(router.Receive(Peer(1), Graft("other")));
        Assert.Equal([Topic], router.State.Mesh.Keys);
    }

    // Trap 8: within 10 s of the PRUNE it counts twice.
    [Fact]
    [Trait("Row", "38")]
    public void A_graft_in_backoff_is_penalised_and_renews_the_backoff()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddMeshPeers(1, 1);
        router.Receive(Peer(1), Prune(Minute));
        router.Advance(TimeSpan.FromSeconds(9.999));
        (PeerId peer, Prune prune) = Assert.Single(router.Receive(Peer(1), Graft()).Prunes());
        Assert.Equal((Peer(1), Topic, Minute), (peer, prune.Topic, prune.Backoff));
        Assert.Empty(prune.Peers);
        Assert.Equal([$"penalty 2 {Peer(1)}"], _scoring.Penalties);

        router.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(router.Receive(Peer(1), Graft()).Prunes());
        Assert.Equal([$"penalty 2 {Peer(1)}", $"penalty 1 {Peer(1)}"], _scoring.Penalties);

        router.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.Single(router.Receive(Peer(1), Graft()).Prunes());
        router.Advance(Minute);
        Assert.Empty(router.Receive(Peer(1), Graft()));
        Assert.Equal([Peer(1)], router.Mesh);
        Assert.Equal(3, router.State.Counters.GraftsInBackoff);
    }

    [Fact]
    [Trait("Row", "38")]
    public void A_hundred_grafts_in_backoff_are_a_hundred_penalties_and_one_answer()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 1);
        router.Receive(Peer(1), Prune(Minute));
        Assert.Single(router.Receive(Peer(1), rpc => rpc.Graft.AddRange(Enumerable.Repeat(Topic, 100))).Prunes());
        Assert.Equal(100, _scoring.Penalties.Count());
        Assert.Empty(router.Mesh);
    }

    [Fact]
    [Trait("Row", "38")]
    public void A_full_mesh_takes_only_peers_that_we_dialled()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 12);
        router.AddPeers(20, 1);
        Assert.Equal(Minute, Assert.Single(router.Receive(Peer(20), Graft()).Prunes()).Prune.Backoff);
        Assert.Equal(12, router.Mesh.Count);
        Assert.Single(router.State.Backoffs);
        Assert.Equal((1, 0), (router.State.Counters.GraftsRefused, router.State.Counters.GraftsInBackoff));
        router.AddMeshPeers(21, 1, outbound: true);
        Assert.Contains(Peer(21), router.Mesh);
        router.Heartbeat();
        Assert.InRange(router.Mesh.Count, 8, 12);
    }

    [Fact]
    public void A_peer_below_zero_is_refused()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 1);
        _scoring.Scores[Peer(1)] = -0.1;
        Assert.Single(router.Receive(Peer(1), Graft()).Prunes());
        Assert.Empty(router.Mesh);
        Assert.Empty(_scoring.Penalties);
        Assert.Single(router.State.Backoffs);
    }

    [Fact]
    public void A_prune_to_version_1_0_names_the_topic_only()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 12);
        router.AddPeers(20, 1, GossipsubVersion.V10);
        Assert.Null(Assert.Single(router.Receive(Peer(20), Graft()).Prunes()).Prune.Backoff);
        Assert.Equal(Minute, Assert.Single(router.State.Backoffs).Remaining);
    }

    // 24 virtual hours of heartbeats (CVE-2026-34219 came a minute later).
    [Theory]
    [Trait("Row", "34")]
    [InlineData(null, 60)]
    [InlineData(0L, 60)]
    [InlineData(-1L, 60)]
    [InlineData(TimeSpan.TicksPerSecond * 7, 7)]
    [InlineData(TimeSpan.TicksPerSecond * 3601, 3600)]
    [InlineData(long.MaxValue, 3600)]
    [InlineData(long.MaxValue - TimeSpan.TicksPerHour, 3600)]
    public void A_prune_of_any_backoff_is_held_a_second_to_an_hour(long? ticks, int seconds)
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        Assert.Empty(router.Receive(Peer(1), Prune(ticks is { } t ? TimeSpan.FromTicks(t) : null)));
        Assert.Empty(router.Mesh);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(router.State.Backoffs).Remaining);
        router.Disconnect(Peer(1));
        router.Advance(TimeSpan.FromHours(24));
        Assert.Empty(router.State.Backoffs);
    }

    [Fact]
    public void A_prune_of_a_topic_not_joined_leaves_no_state()
    {
        using RouterHarness router = new();
        router.Connect(Peer(1));
        router.Receive(Peer(1), Prune(Minute, "other"));
        Assert.Empty(router.State.Backoffs);
    }

    [Fact]
    public void A_backoff_survives_the_connection()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddMeshPeers(1, 1);
        router.Receive(Peer(1), Prune(Minute));
        router.Disconnect(Peer(1));
        router.Advance(TimeSpan.FromSeconds(30));
        router.AddPeers(1, 1);
        Assert.Empty(router.Advance(TimeSpan.FromSeconds(31)).Grafts());
        router.Receive(Peer(1), Prune(Minute));
        Assert.Single(router.Receive(Peer(1), Graft()).Prunes());
        Assert.Equal([$"penalty 2 {Peer(1)}"], _scoring.Penalties);
    }

    // Trap 8: we wait two seconds longer than the backoff says, and then until the next sweep.
    [Fact]
    public void We_graft_again_only_after_the_backoff_and_its_slack()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        router.Receive(Peer(1), Prune(Minute));
        Assert.Empty(router.Advance(TimeSpan.FromSeconds(62)).Grafts());
        Assert.Equal([Peer(1)], router.Advance(TimeSpan.FromSeconds(7.5 + 0.5)).Grafts());
    }

    [Fact]
    public void Leaving_prunes_the_mesh_for_ten_seconds()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        router.AddMeshPeers(2, 1, GossipsubVersion.V10);
        List<(PeerId Peer, Prune Prune)> prunes = router.Handle(new RouterInput.Leave(Topic)).Prunes();
        Assert.Equal([(Peer(1), TimeSpan.FromSeconds(10)), (Peer(2), null)], prunes.Select(p => (p.Peer, p.Prune.Backoff)));
        Assert.All(router.State.Backoffs, backoff => Assert.Equal(TimeSpan.FromSeconds(10), backoff.Remaining));
        Assert.Empty(router.Handle(new RouterInput.Join(Topic)).Grafts());
    }

    [Fact]
    public void Backoffs_of_one_topic_are_bounded()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(0, 12);
        for (int i = 100; i < 100 + GossipsubLimits.MaxBackoffsPerTopic + 50; i++)
        {
            router.Connect(Peer(i));
            router.Receive(Peer(i), Graft());
            router.Disconnect(Peer(i));
        }

        Assert.Equal(GossipsubLimits.MaxBackoffsPerTopic, router.State.Backoffs.Count);
    }

    // A peer names up to an hour in its PRUNE and leaves; the next identity does the same.
    [Fact]
    [Trait("Row", "34")]
    public void Backoffs_of_4096_identities_that_name_an_hour_do_not_push_out_that_of_an_honest_peer()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        router.Receive(Peer(1), Prune(Minute));
        for (int i = 100; i < 100 + GossipsubLimits.MaxBackoffsPerTopic; i++)
        {
            router.Connect(Peer(i));
            router.Receive(Peer(i), Prune(TimeSpan.FromHours(1)));
            router.Disconnect(Peer(i));
        }

        Assert.Equal(GossipsubLimits.MaxBackoffsPerTopic, router.State.Backoffs.Count);
        Assert.Empty(router.Advance(TimeSpan.FromSeconds(59)).Grafts());
    }
}
