using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>A mesh of low scores is bettered every 60 heartbeats (wire.md 9.12 step 5e). The threshold here is 5.</summary>
public class OpportunisticGraftTests
{
    private static readonly GossipsubOptions NoQuota = new() { MeshOutbound = 0 };

    private readonly RecordingScoring _scoring = new();

    private void Score(int from, params double[] scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            _scoring.Scores[Peer(from + i)] = scores[i];
        }
    }

    [Fact]
    public void Every_sixtieth_heartbeat_two_peers_above_the_median_are_grafted()
    {
        using RouterHarness router = new(NoQuota, _scoring);
        router.AddMeshPeers(1, 7);
        router.AddPeers(20, 8);
        Score(1, 0, 0, 0, 4, 9, 9, 9);
        Score(20, 0, 3, 4, 4, 4.1, 5, 6, 7);
        Assert.Empty(router.Heartbeats(59).Grafts());
        List<PeerId> grafts = router.Heartbeat().Grafts();
        Assert.Equal(2, grafts.Count);
        Assert.Subset(new HashSet<PeerId> { Peer(24), Peer(25), Peer(26), Peer(27) }, grafts.ToHashSet());
        Assert.Equal(9, router.Mesh.Count);
        Assert.Equal(2, router.State.Counters.OpportunisticGrafts);
        Assert.Empty(router.Heartbeats(59).Grafts());
    }

    // The median of an even number is the upper one, as in go.
    [Theory]
    [InlineData(0.0, 0.0, 0.0, 5.0, 5.0, 5.0)]
    [InlineData(0.0, 0.0, 0.0, 7.0, 8.0, 9.0)]
    [InlineData(5.0, 5.0, 5.0, 5.0, 5.0, 5.0)]
    public void A_mesh_with_its_median_at_the_threshold_is_left_alone(params double[] mesh)
    {
        using RouterHarness router = new(NoQuota, _scoring);
        router.AddMeshPeers(1, mesh.Length);
        router.AddPeers(20, 4);
        Score(1, mesh);
        Score(20, 100, 100, 100, 100);
        Assert.Empty(router.Heartbeats(120).Grafts());
    }

    [Fact]
    public void A_mesh_of_one_is_left_alone()
    {
        using RouterHarness router = new(new GossipsubOptions { MeshDegree = 1, MeshLow = 1, MeshByScore = 1, MeshOutbound = 0 }, _scoring);
        router.AddMeshPeers(1, 1);
        router.AddPeers(20, 4);
        Score(20, 100, 100, 100, 100);
        Assert.Empty(router.Heartbeats(120).Grafts());
    }

    [Fact]
    public void Peers_in_backoff_and_direct_peers_are_not_grafted()
    {
        using RouterHarness router = new(NoQuota with { DirectPeers = [Peer(20)] }, _scoring);
        router.AddMeshPeers(1, 6);
        router.AddPeers(20, 2);
        Score(20, 100, 100);
        router.Heartbeats(50);
        router.Receive(Peer(21), rpc => rpc.Prune.Add(new Prune(Topic, null, [])));
        Assert.Empty(router.Heartbeats(10).Grafts());
    }

    // go grafts past Dhi here and prunes a heartbeat later.
    [Fact]
    [Trait("Row", "38")]
    public void A_full_mesh_makes_room_and_keeps_those_it_was_made_for()
    {
        using RouterHarness router = new(NoQuota, _scoring);
        router.AddMeshPeers(1, 12);
        Score(1, 4, 3, 2, 1);
        router.Heartbeats(59);
        router.AddPeers(20, 2);
        Score(20, 1, 1);
        List<RouterOutput> outputs = router.Heartbeat();
        Assert.Equal([Peer(20), Peer(21)], outputs.Grafts().Order());
        Assert.Equal(4, outputs.Prunes().Count);
        Assert.Equal(10, router.Mesh.Count);
        Assert.Superset(new HashSet<PeerId> { Peer(1), Peer(2), Peer(3), Peer(4), Peer(20), Peer(21) }, router.Mesh.ToHashSet());
    }
}
