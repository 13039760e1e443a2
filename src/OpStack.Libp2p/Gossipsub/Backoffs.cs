using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Until when a peer and we do not graft each other, per topic. Entries outlive the connection, and stay a little longer than they count:
/// as long as there is one we do not graft (wire.md 9.12), so that a clock slightly ahead costs us no penalty at the peer.
/// </summary>
internal sealed class Backoffs(int maxPerTopic)
{
    private readonly Dictionary<string, Dictionary<PeerId, TimeSpan>> _topics = [];

    /// <summary>Entries held.</summary>
    public int Count => _topics.Values.Sum(peers => peers.Count);

    /// <summary>Adds a backoff, bounded by <see cref="GossipsubLimits.MaxPruneBackoff"/>. One that ends later already stays.</summary>
    public void Add(string topic, PeerId peer, TimeSpan duration, TimeSpan now)
    {
        TimeSpan end = now + (duration < GossipsubLimits.MaxPruneBackoff ? duration : GossipsubLimits.MaxPruneBackoff);
        if (!_topics.TryGetValue(topic, out Dictionary<PeerId, TimeSpan>? peers))
        {
            _topics.Add(topic, peers = []);
        }

        if (peers.TryGetValue(peer, out TimeSpan present))
        {
            peers[peer] = present > end ? present : end;
            return;
        }

        if (peers.Count >= maxPerTopic)
        {
            // Peers name up to an hour: those that do must not push out the minute of others, whom we would graft too early.
            peers.Remove(peers.MaxBy(entry => entry.Value).Key);
        }

        peers.Add(peer, end);
    }

    /// <summary>The end of the peer's backoff, which may lie in the past; null without one.</summary>
    public TimeSpan? End(string topic, PeerId peer) =>
        _topics.TryGetValue(topic, out Dictionary<PeerId, TimeSpan>? peers) && peers.TryGetValue(peer, out TimeSpan end) ? end : null;

    /// <summary>Drops what ended longer ago than <see cref="GossipsubLimits.BackoffSlack"/>.</summary>
    public void Sweep(TimeSpan now)
    {
        foreach ((string topic, Dictionary<PeerId, TimeSpan> peers) in _topics)
        {
            foreach ((PeerId peer, TimeSpan end) in peers)
            {
                if (end + GossipsubLimits.BackoffSlack < now)
                {
                    peers.Remove(peer);
                }
            }

            if (peers.Count == 0)
            {
                _topics.Remove(topic);
            }
        }
    }

    /// <summary>Everything held.</summary>
    public IEnumerable<(string Topic, PeerId Peer, TimeSpan End)> Entries() =>
        _topics.SelectMany(topic => topic.Value.Select(entry => (topic.Key, entry.Key, entry.Value)));
}
