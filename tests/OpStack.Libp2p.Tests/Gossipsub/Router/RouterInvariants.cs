using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>What holds after every step, whatever happened before.</summary>
internal static class RouterInvariants
{
    public static void Check(
        RouterSnapshot state, HashSet<PeerId> connected, HashSet<string> joined, HashSet<PeerId> graylisted, IEnumerable<RouterOutput> outputs)
    {
        Assert.True(connected.SetEquals(state.Peers.Select(peer => peer.Peer)), "peers are the connected peers");
        Assert.True(joined.SetEquals(state.Mesh.Keys), "a mesh for every joined topic and no other");
        Assert.All(state.Mesh.Values, peers => Assert.True(connected.IsSupersetOf(peers), "mesh within connected peers"));
        Assert.All(state.Fanout, topic => Assert.True(connected.IsSupersetOf(topic.Value) && !joined.Contains(topic.Key), "fanout"));
        Assert.All(state.Subscribers, topic => Assert.True(topic.Value.Count > 0 && connected.IsSupersetOf(topic.Value), "subscribers"));
        Assert.Equal(
            state.Peers.SelectMany(peer => peer.Topics.Select(topic => (topic, peer.Peer))).Order(),
            state.Subscribers.SelectMany(topic => topic.Value.Select(peer => (topic.Key, peer))).Order());
        Assert.All(state.Peers, peer => Assert.True(peer.Unwanted <= 3 * GossipsubLimits.MaxIDontWantIds));
        Assert.True(state.SeenIds <= GossipsubLimits.MaxSeenIds && state.CachedBytes <= GossipsubLimits.MaxCachedBytes);
        CheckStanding(state, connected, graylisted);
        CheckPromises(state, connected);
        CheckOutputs(state, connected, outputs);
    }

    /// <summary>After a heartbeat: no mesh above the high mark, and nobody below zero in it.</summary>
    public static void CheckAfterHeartbeat(RouterSnapshot state, GossipsubOptions options, Func<PeerId, double> score)
    {
        Assert.All(state.Mesh.Values, peers => Assert.True(peers.Count <= options.MeshHigh));
        Assert.All(state.Mesh.Values, peers => Assert.All(peers, peer => Assert.True(score(peer) >= 0)));
        Assert.All(state.Promises, promise => Assert.True(promise.Remaining >= TimeSpan.Zero));
    }

    /// <summary>Nobody is in a mesh who may not be, and the shell knows whom not to hear.</summary>
    private static void CheckStanding(RouterSnapshot state, HashSet<PeerId> connected, HashSet<PeerId> graylisted)
    {
        Assert.All(state.Mesh.Values.Concat(state.Fanout.Values), peers => Assert.Empty(peers.Intersect(state.DirectPeers)));
        Assert.All(state.Backoffs, backoff => Assert.True(backoff.Remaining <= GossipsubLimits.MaxPruneBackoff));
        Assert.DoesNotContain(state.Backoffs, b => b.Remaining > TimeSpan.Zero && state.Mesh.GetValueOrDefault(b.Topic, []).Contains(b.Peer));
        Assert.All(state.Peers, peer => Assert.Equal(state.DirectPeers.Contains(peer.Peer), peer.IsDirect));
        Assert.True(graylisted.SetEquals(state.Peers.Where(peer => peer.IsGraylisted).Select(peer => peer.Peer)), "graylisted as told");
        Assert.True(connected.IsSupersetOf(graylisted) && !graylisted.Overlaps(state.DirectPeers), "graylist");
    }

    private static void CheckPromises(RouterSnapshot state, HashSet<PeerId> connected)
    {
        Assert.All(state.Promises, promise => Assert.Contains(promise.Peer, connected));
        Assert.All(state.Promises.CountBy(promise => promise.Peer), peer => Assert.True(peer.Value <= GossipsubLimits.MaxPromisesPerPeer));
        RouterCounters counters = state.Counters;
        Assert.Equal(
            counters.PromisesMade, counters.PromisesKept + counters.PromisesBroken + counters.PromisesVoid + state.Promises.Count);
    }

    private static void CheckOutputs(RouterSnapshot state, HashSet<PeerId> connected, IEnumerable<RouterOutput> outputs)
    {
        foreach (RouterOutput output in outputs)
        {
            switch (output)
            {
                case RouterOutput.SendMessage send:
                    Assert.Contains(send.Peer, connected);
                    break;
                case RouterOutput.SendRpc send:
                    Assert.Contains(send.Peer, connected);
                    Assert.True(send.Rpc.HasControl || send.Rpc.Subscriptions.Count > 0, "no empty RPC");
                    Assert.Equal(send.Rpc.Graft.Count, send.Rpc.Graft.Distinct().Count());
                    Assert.Empty(send.Rpc.Graft.Intersect(send.Rpc.Prune.Select(prune => prune.Topic)));
                    Assert.All(send.Rpc.Prune, prune => Assert.True(prune.Backoff is null || prune.Backoff <= TimeSpan.FromHours(1)));
                    Assert.All(send.Rpc.Prune, prune => Assert.True(prune.Peers.Length <= 16 && prune.Peers.All(info => info.Peer != send.Peer)));
                    break;
                case RouterOutput.Dial dial:
                    Assert.True(state.DirectPeers.Contains(dial.Peer) && !connected.Contains(dial.Peer), "dial");
                    break;
                case RouterOutput.ConnectExchanged connect:
                    Assert.InRange(connect.Peers.Count, 1, 16);
                    Assert.All(connect.Peers, info => Assert.True(!connected.Contains(info.Peer) && info.Peer != RouterHarness.Self));
                    break;
                case RouterOutput.CancelMessage cancel:
                    Assert.Contains(cancel.Peer, connected);
                    break;
            }
        }
    }
}
