using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Sending messages on, and publishing our own (wire.md 9.7).</summary>
internal sealed partial class GossipsubRouter
{
    /// <summary>True for an id that was published or received within the seen TTL, or is being validated.</summary>
    public bool HasSeen(MessageId id, TimeSpan now) => _validating.ContainsKey(id) || _seen.Contains(id, now);

    private static readonly HashSet<PeerId> NoSenders = [];

    /// <summary>Topics we published to lately without having joined them.</summary>
    private readonly Dictionary<string, FanoutTopic> _fanout = [];

    private void OnPublish(RouterInput.Publish publish)
    {
        (string topic, MessageId id, GossipFrame frame, IReadOnlyList<InvalidMessage>? proven) = publish;
        if (!_validating.ContainsKey(id) && _seen.Add(id, _now))
        {
            _seen.Accept(id, _now);
            if (_options.FloodPublish)
            {
                Flood(id, topic, frame);
            }
            else
            {
                Forward(id, topic, frame, _mesh.TryGetValue(topic, out HashSet<RouterPeer>? mesh) ? mesh : FanoutPeers(topic), NoSenders);
            }
        }

        Blame(proven);
        frame.Release();
    }

    // IDONTWANT is not asked, as in go: nobody can have what we publish first.
    private void Flood(MessageId id, string topic, GossipFrame frame)
    {
        _cache.Put(id, topic, frame);
        _counters.FloodPublished++;
        if (!_subscribers.TryGetValue(topic, out HashSet<RouterPeer>? subscribers))
        {
            return;
        }

        foreach (RouterPeer peer in subscribers)
        {
            if (peer.IsDirect || MayPublishTo(peer))
            {
                Send(peer, id, frame);
            }
        }
    }

    /// <summary>
    /// Caches the message and sends it to all of <paramref name="peers"/> that neither sent it nor said they do not want it, and to direct peers.
    /// </summary>
    private void Forward(MessageId id, string topic, GossipFrame frame, HashSet<RouterPeer> peers, HashSet<PeerId> senders)
    {
        _cache.Put(id, topic, frame);
        foreach (RouterPeer peer in peers)
        {
            if (peer.DoesNotWant(id))
            {
                _counters.Unwanted++;
            }
            else if (!senders.Contains(peer.Id))
            {
                Send(peer, id, frame);
            }
        }

        SendToDirect(id, topic, frame, senders);
    }

    private void Send(RouterPeer peer, MessageId id, GossipFrame frame)
    {
        frame.Retain();
        _outputs.Add(new RouterOutput.SendMessage(peer.Id, id, frame));
    }

    // Unlike go, a topic nobody subscribes to yet is remembered as well: a peer that comes within the time-to-live learns of the message by IHAVE.
    private HashSet<RouterPeer> FanoutPeers(string topic)
    {
        if (!_fanout.TryGetValue(topic, out FanoutTopic? fanout))
        {
            _fanout.Add(topic, fanout = new FanoutTopic());
        }

        fanout.LastPublish = _now;
        if (fanout.Peers.Count == 0)
        {
            FillFanout(topic, fanout);
        }

        return fanout.Peers;
    }

    private void FillFanout(string topic, FanoutTopic fanout)
    {
        int missing = _options.MeshDegree - fanout.Peers.Count;
        if (missing <= 0 || !_subscribers.TryGetValue(topic, out HashSet<RouterPeer>? subscribers))
        {
            return;
        }

        _candidates.Clear();
        foreach (RouterPeer peer in subscribers)
        {
            if (!peer.IsDirect && !fanout.Peers.Contains(peer) && MayPublishTo(peer))
            {
                _candidates.Add(peer);
            }
        }

        fanout.Peers.UnionWith(PeerSelection.Sample(_candidates, missing, _random));
    }
}
