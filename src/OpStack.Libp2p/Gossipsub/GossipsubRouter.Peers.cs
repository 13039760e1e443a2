using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Peers and their subscriptions.</summary>
internal sealed partial class GossipsubRouter
{
    private readonly Dictionary<PeerId, RouterPeer> _peers = [];

    /// <summary>Who subscribes to a topic. No entry is empty.</summary>
    private readonly Dictionary<string, HashSet<RouterPeer>> _subscribers = [];

    private void OnConnected(RouterInput.PeerConnected connected)
    {
        if (!_peers.TryGetValue(connected.Peer, out RouterPeer? peer))
        {
            _peers.Add(connected.Peer, peer = new RouterPeer(connected.Peer, _direct.Contains(connected.Peer)));
            _counters.PeersAdded++;
            _scoring.AddPeer(connected.Peer, _now);
            Review(peer);
        }
        else
        {
            // Our IWANTs may have been lost with the stream.
            _counters.PromisesVoid += _promises.Void(peer);
        }

        peer.Version = connected.Version;
        peer.Outbound = connected.Outbound;

        // What was dropped on an earlier stream is covered by this hello, except for GRAFTs and PRUNEs.
        foreach (string topic in _mesh.Keys)
        {
            ControlTo(peer).Subscriptions.Add(new SubscriptionEntry(topic, true));
        }
    }

    // With the next heartbeat, and so no more often, however many streams it opens.
    private void OnReopened(RouterInput.StreamReopened reopened)
    {
        if (!_peers.TryGetValue(reopened.Peer, out RouterPeer? peer))
        {
            return;
        }

        GossipRpc told = new();
        foreach ((string topic, HashSet<RouterPeer> mesh) in _mesh)
        {
            told.Subscriptions.Add(new SubscriptionEntry(topic, true));
            if (mesh.Contains(peer))
            {
                told.Graft.Add(topic);
            }
        }

        SendAgain(told, peer);
    }

    private void OnDisconnected(RouterInput.PeerDisconnected disconnected)
    {
        if (!_peers.Remove(disconnected.Peer, out RouterPeer? peer))
        {
            return;
        }

        foreach (string topic in peer.Topics)
        {
            RemoveSubscriber(topic, peer);
        }

        // The score prunes for itself, and not before it has decided whether it is kept.
        foreach (HashSet<RouterPeer> mesh in _mesh.Values)
        {
            _counters.Pruned += mesh.Remove(peer) ? 1 : 0;
        }

        foreach (FanoutTopic fanout in _fanout.Values)
        {
            fanout.Peers.Remove(peer);
        }

        _counters.PromisesVoid += _promises.Void(peer);
        _counters.PeersRemoved++;
        _scoring.RemovePeer(peer.Id, _now);
    }

    private void OnRpc(RouterInput.RpcReceived received)
    {
        GossipRpc rpc = received.Rpc;
        if (!_peers.TryGetValue(received.Peer, out RouterPeer? peer) || rpc.Subscriptions.Count > RpcLimits.MaxSubscriptions)
        {
            _counters.ControlNotAccepted++;
            return;
        }

        ApplySubscriptions(peer, rpc.Subscriptions);
        Review(peer);
        if (peer.IsGraylisted)
        {
            _counters.ControlNotAccepted++;
            return;
        }

        OnIHave(peer, rpc.IHave);
        OnIWant(peer, rpc.IWant);
        OnGraft(peer, rpc);
        OnPrune(peer, rpc.Prune);
        OnIDontWant(peer, rpc.IDontWant);
    }

    private void ApplySubscriptions(RouterPeer peer, List<SubscriptionEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        // One topic both ways in one RPC cancels out (go's FilterSubscriptions).
        Dictionary<string, bool> wanted = [];
        foreach (SubscriptionEntry entry in entries)
        {
            if (!wanted.TryAdd(entry.Topic, entry.Subscribe) && wanted[entry.Topic] != entry.Subscribe)
            {
                wanted.Remove(entry.Topic);
            }
        }

        foreach ((string topic, bool subscribe) in wanted)
        {
            if (!subscribe)
            {
                Unsubscribe(peer, topic);
            }
            else if (peer.Topics.Count < GossipsubLimits.MaxTopicsPerPeer && peer.Topics.Add(topic))
            {
                SetFor(_subscribers, topic).Add(peer);
            }
        }
    }

    // go leaves the peer in the mesh until its PRUNE comes; rust removes it at once, and so does this: the PRUNE may be lost. As in rust a backoff
    // stands for it: by leaving and coming back a peer would otherwise be ever new to the mesh, and P3 never active. It is the one the peer's own
    // PRUNE names; rust's is the longer one of a PRUNE of ours, and would have an honest peer penalised that comes back in time.
    private void Unsubscribe(RouterPeer peer, string topic)
    {
        if (peer.Topics.Remove(topic))
        {
            RemoveSubscriber(topic, peer);
        }

        if (_mesh.TryGetValue(topic, out HashSet<RouterPeer>? mesh) && mesh.Remove(peer))
        {
            _counters.Pruned++;
            _scoring.Prune(peer.Id, topic, _now);
            _backoffs.Add(topic, peer.Id, _options.UnsubscribeBackoff, _now);
        }

        if (_fanout.TryGetValue(topic, out FanoutTopic? fanout))
        {
            fanout.Peers.Remove(peer);
        }
    }

    private void RemoveSubscriber(string topic, RouterPeer peer)
    {
        HashSet<RouterPeer> subscribers = _subscribers[topic];
        subscribers.Remove(peer);
        if (subscribers.Count == 0)
        {
            _subscribers.Remove(topic);
        }
    }

    private static HashSet<RouterPeer> SetFor(Dictionary<string, HashSet<RouterPeer>> topics, string topic)
    {
        if (!topics.TryGetValue(topic, out HashSet<RouterPeer>? peers))
        {
            topics.Add(topic, peers = []);
        }

        return peers;
    }
}
