using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Inspection.</summary>
internal sealed partial class GossipsubRouter
{
    /// <summary>Copies the state.</summary>
    public RouterSnapshot Snapshot() => new(
        [.. _peers.Values.Select(peer => new PeerSnapshot(peer.Id, peer.Version, peer.Outbound, [.. peer.Topics], peer.UnwantedCount, peer.IsDirect, peer.IsGraylisted))],
        Copy(_mesh, peers => peers),
        Copy(_fanout, fanout => fanout.Peers),
        Copy(_subscribers, peers => peers),
        [.. _backoffs.Entries().Select(entry => new BackoffSnapshot(entry.Topic, entry.Peer, entry.End - _now))],
        [.. _promises.Entries(_now).Select(entry => new PromiseSnapshot(entry.Peer.Id, entry.Topic, entry.Id, entry.Remaining))],
        [.. _direct],
        _scoring.Snapshot(_now),
        _seen.Count,
        _cache.Count,
        _cache.Bytes,
        _validating.Count,
        _counters);

    private static Dictionary<string, IReadOnlyList<PeerId>> Copy<T>(Dictionary<string, T> topics, Func<T, HashSet<RouterPeer>> peers) =>
        topics.ToDictionary(topic => topic.Key, topic => (IReadOnlyList<PeerId>)[.. peers(topic.Value).Select(peer => peer.Id)]);
}
