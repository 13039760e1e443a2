using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class MeshTests
{
    private readonly RecordingScoring _scoring = new();

    [Fact]
    public void Heartbeats_come_after_100_ms_and_then_every_500_ms()
    {
        using RouterHarness router = new();
        TimeSpan start = router.Now;
        List<RouterOutput> outputs = [];
        Assert.Equal(start + TimeSpan.FromMilliseconds(100), router.Router.NextDeadline);
        router.AddPeers(1, 1);
        router.Router.Tick(start + TimeSpan.FromMilliseconds(99), outputs);
        Assert.Empty(outputs);
        router.Router.Tick(start + TimeSpan.FromMilliseconds(100), outputs);
        Assert.Single(outputs.Grafts());
        Assert.Equal(start + TimeSpan.FromMilliseconds(600), router.Router.NextDeadline);
        router.Router.Tick(start + TimeSpan.FromMilliseconds(5000), outputs);
        Assert.Equal(start + TimeSpan.FromMilliseconds(5500), router.Router.NextDeadline);
    }

    [Fact]
    public void Time_does_not_run_backwards()
    {
        using RouterHarness router = new();
        router.Advance(TimeSpan.FromSeconds(10));
        TimeSpan next = router.Router.NextDeadline;
        router.Router.Tick(TimeSpan.Zero, []);
        Assert.Equal(next, router.Router.NextDeadline);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(8, 8)]
    [InlineData(30, 8)]
    public void A_thin_mesh_is_filled_to_the_degree(int peers, int mesh)
    {
        using RouterHarness router = new();
        router.AddPeers(1, peers);
        List<PeerId> grafts = router.Heartbeat().Grafts();
        Assert.Equal(mesh, grafts.Count);
        Assert.Equal(grafts.Order(), router.Mesh.Order());
        Assert.Empty(router.Heartbeat().Rpcs());
    }

    [Fact]
    public void A_mesh_between_low_and_high_is_left_alone()
    {
        using RouterHarness router = new(new GossipsubOptions { MeshOutbound = 0 });
        router.AddMeshPeers(1, 6);
        router.AddPeers(10, 10);
        Assert.Empty(router.Heartbeat());
        router.AddMeshPeers(30, 6);
        Assert.Empty(router.Heartbeat());
        Assert.Equal(12, router.Mesh.Count);
    }

    [Fact]
    public void Joining_grafts_up_to_the_degree_at_once()
    {
        using RouterHarness router = new(join: false);
        router.AddPeers(1, 20);
        Assert.Equal(8, router.Handle(new RouterInput.Join(Topic)).Grafts().Count);
        Assert.Equal(8, router.Mesh.Count);
    }

    [Fact]
    public void An_oversized_mesh_is_pruned_to_the_degree_with_the_outbound_quota()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 12);
        router.AddMeshPeers(20, 3, outbound: true);
        List<(PeerId Peer, Prune Prune)> prunes = router.Heartbeat().Prunes();
        Assert.Equal(7, prunes.Count);
        Assert.Equal(8, router.Mesh.Count);
        Assert.True(router.Mesh.Count(peer => peer.CompareTo(Peer(20)) >= 0) >= 2);
        Assert.Equal(prunes.Select(p => p.Peer).Order(), router.State.Backoffs.Select(b => b.Peer).Order());
    }

    [Fact]
    public void Pruning_keeps_the_best_scores()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddMeshPeers(1, 12);
        router.AddMeshPeers(20, 2, outbound: true);
        foreach (int best in new[] { 3, 5, 7, 9 })
        {
            _scoring.Scores[Peer(best)] = best;
        }

        router.Heartbeat();
        Assert.Equal(8, router.Mesh.Count);
        Assert.Superset(new HashSet<PeerId> { Peer(3), Peer(5), Peer(7), Peer(9), Peer(20), Peer(21) }, router.Mesh.ToHashSet());
    }

    [Fact]
    public void A_mesh_without_dialled_peers_grafts_some()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 8);
        router.AddPeers(20, 5, outbound: true);
        List<PeerId> grafts = router.Heartbeat().Grafts();
        Assert.Equal(2, grafts.Count);
        Assert.All(grafts, peer => Assert.True(peer.CompareTo(Peer(20)) >= 0));
    }

    // With room for two, the two grafted for want of peers may have to make room for one that we dialled.
    [Fact]
    public void A_graft_taken_back_in_the_same_heartbeat_is_not_sent()
    {
        GossipsubOptions narrow = new() { MeshDegree = 2, MeshLow = 2, MeshHigh = 2, MeshByScore = 0, MeshOutbound = 1 };
        int pruned = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            using RouterHarness router = new(narrow, seed: seed);
            router.AddPeers(1, 2);
            router.AddPeers(3, 1, outbound: true);
            List<RouterOutput> outputs = router.Heartbeat();
            Assert.Equal(router.Mesh.Order(), outputs.Grafts().Order());
            Assert.Contains(Peer(3), router.Mesh);
            Assert.Equal(2, router.Mesh.Count);
            pruned += outputs.Prunes().Count;
        }

        Assert.InRange(pruned, 1, 19);
    }

    [Fact]
    public void A_peer_whose_score_fell_below_zero_is_pruned_and_not_grafted()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddMeshPeers(1, 3);
        _scoring.Scores[Peer(2)] = -1;
        List<RouterOutput> outputs = router.Heartbeat();
        Assert.Equal(Peer(2), Assert.Single(outputs.Prunes()).Peer);
        Assert.Empty(outputs.Grafts());
        Assert.Equal([Peer(1), Peer(3)], router.Mesh);
    }

    [Fact]
    public void One_rpc_per_peer_holds_all_its_control()
    {
        using RouterHarness router = new();
        router.Handle(new RouterInput.Join("second"));
        router.AddPeers(1, 1);
        router.Receive(Peer(1), rpc => rpc.Subscriptions.Add(new SubscriptionEntry("second", true)));
        Assert.Equal([Topic, "second"], Assert.Single(router.Heartbeat().Rpcs()).Rpc.Graft);
    }

    [Fact]
    public void Dropped_control_is_sent_again_as_far_as_it_still_holds()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        GossipRpc lost = Assert.Single(router.Heartbeat().Rpcs()).Rpc;
        lost.Subscriptions.AddRange([new SubscriptionEntry(Topic, true), new SubscriptionEntry("left", true)]);
        lost.Prune.AddRange([new Prune(Topic, null, []), new Prune("left", TimeSpan.FromSeconds(10), [])]);
        lost.IWant.Add(Id(1));
        Assert.Empty(router.Handle(new RouterInput.SendDropped(Peer(1), lost)));
        GossipRpc again = Assert.Single(router.Heartbeat().Rpcs()).Rpc;
        Assert.Equal([Topic], again.Graft);
        Assert.Equal(["left"], again.Prune.Select(prune => prune.Topic));
        Assert.Equal([new SubscriptionEntry(Topic, true)], again.Subscriptions);
        Assert.Empty(again.IWant);
        Assert.Empty(router.Heartbeat());
    }

    [Fact]
    public void Dropped_control_overtaken_by_events_is_not_sent()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        GossipRpc lost = Assert.Single(router.Heartbeat().Rpcs()).Rpc;
        router.Handle(new RouterInput.SendDropped(Peer(1), lost));
        router.Receive(Peer(1), rpc => rpc.Prune.Add(new Prune(Topic, null, [])));
        Assert.Empty(router.Heartbeat());
        router.Disconnect(Peer(1));
        Assert.Empty(router.Handle(new RouterInput.SendDropped(Peer(1), lost)));
        Assert.Empty(router.Heartbeat());
    }
}
