using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>What holds after every step, whatever happened before.</summary>
internal static class RouterInvariants
{
    public static void Check(RouterSnapshot state, HashSet<PeerId> connected, HashSet<string> joined, IEnumerable<RouterOutput> outputs)
    {
        Assert.True(connected.SetEquals(state.Peers.Select(peer => peer.Peer)), "peers are the connected peers");
        Assert.True(joined.SetEquals(state.Mesh.Keys), "a mesh for every joined topic and no other");
        Assert.All(state.Mesh.Values, peers => Assert.True(connected.IsSupersetOf(peers), "mesh within connected peers"));
        Assert.All(state.Fanout, topic => Assert.True(connected.IsSupersetOf(topic.Value) && !joined.Contains(topic.Key), "fanout"));
        Assert.All(state.Subscribers, topic => Assert.True(topic.Value.Count > 0 && connected.IsSupersetOf(topic.Value), "subscribers"));
        Assert.Equal(
            state.Peers.SelectMany(peer => peer.Topics.Select(topic => (topic, peer.Peer))).Order(),
            state.Subscribers.SelectMany(topic => topic.Value.Select(peer => (topic.Key, peer))).Order());
        Assert.All(state.Backoffs, backoff => Assert.True(backoff.Remaining <= GossipsubLimits.MaxPruneBackoff));
        Assert.All(state.Peers, peer => Assert.True(peer.Unwanted <= 3 * GossipsubLimits.MaxIDontWantIds));
        Assert.True(state.SeenIds <= GossipsubLimits.MaxSeenIds && state.CachedBytes <= GossipsubLimits.MaxCachedBytes);
        CheckOutputs(connected, outputs);
    }

    /// <summary>After a heartbeat: no mesh above the high mark, and none of it in backoff.</summary>
    public static void CheckAfterHeartbeat(RouterSnapshot state, GossipsubOptions options)
    {
        Assert.All(state.Mesh.Values, peers => Assert.True(peers.Count <= options.MeshHigh));
        Assert.DoesNotContain(state.Backoffs, b => b.Remaining > TimeSpan.Zero && state.Mesh.GetValueOrDefault(b.Topic, []).Contains(b.Peer));
    }

    private static void CheckOutputs(HashSet<PeerId> connected, IEnumerable<RouterOutput> outputs)
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
                    break;
            }
        }
    }
}
