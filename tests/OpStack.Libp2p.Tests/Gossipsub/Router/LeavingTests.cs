using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>A peer that leaves the mesh with its connection.</summary>
public class LeavingTests
{
    private static readonly PeerScoreParams Params = new()
    {
        Topics = new Dictionary<string, TopicScoreParams>
        {
            [Topic] = new()
            {
                FirstMessageDeliveriesWeight = 1,
                FirstMessageDeliveriesDecay = 0.99,
                MeshMessageDeliveriesWeight = -1,
                MeshMessageDeliveriesDecay = 0.5,
            },
        },
    };

    // As in go. P3b has no weight here: had the peer been pruned before, it would go with the few points of P2 and without its past.
    [Fact]
    public void What_it_owed_counts_when_it_is_decided_whether_its_score_is_kept()
    {
        // No heartbeat comes in between that would prune it.
        GossipsubOptions options = new() { HeartbeatInterval = TimeSpan.FromMinutes(1) };
        using RouterHarness router = new(options, new PeerScore(Params, new PeerScoreThresholds()));
        router.Heartbeat();
        router.AddMeshPeers(1, 1);
        router.Accepted(Peer(1), 1);
        router.Advance(TimeSpan.FromSeconds(10));
        Assert.True(router.State.Scores.Single().Total < 0);

        router.Disconnect(Peer(1));
        PeerScoreSnapshot kept = Assert.Single(router.State.Scores);
        Assert.Equal(TimeSpan.FromMinutes(20), kept.ForgottenIn);
        Assert.False(kept.Topics.Single().IsInMesh);
        Assert.True(kept.Topics.Single().Terms.Single(term => term.Name == "P3b").Counter > 100);
    }
}
