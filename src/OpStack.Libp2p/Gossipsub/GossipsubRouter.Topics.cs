namespace OpStack.Libp2p.Gossipsub;

/// <summary>Joining and leaving topics.</summary>
internal sealed partial class GossipsubRouter
{
    private void OnJoin(string topic)
    {
        if (_mesh.ContainsKey(topic))
        {
            return;
        }

        _counters.Joined++;
        Announce(topic, subscribe: true);
        HashSet<RouterPeer> mesh = SetFor(_mesh, topic);
        if (_fanout.Remove(topic, out FanoutTopic? fanout))
        {
            foreach (RouterPeer peer in fanout.Peers)
            {
                if (MayGraft(topic, peer))
                {
                    Graft(topic, peer, mesh);
                }
            }
        }

        Graft(topic, ChooseToGraft(topic, mesh, _options.MeshDegree - mesh.Count), mesh);
    }

    private void OnLeave(string topic)
    {
        if (!_mesh.Remove(topic, out HashSet<RouterPeer>? mesh))
        {
            return;
        }

        // Messages of the topic are not taken any more, so what was promised cannot come.
        _counters.PromisesVoid += _promises.Void(topic);
        _counters.Left++;
        _counters.Pruned += mesh.Count;
        Announce(topic, subscribe: false);
        foreach (RouterPeer peer in mesh)
        {
            _scoring.Prune(peer.Id, topic, _now);
            _backoffs.Add(topic, peer.Id, _options.UnsubscribeBackoff, _now);
            SendPrune(topic, peer, _options.UnsubscribeBackoff, mayExchange: true);
        }
    }

    private void Announce(string topic, bool subscribe)
    {
        foreach (RouterPeer peer in _peers.Values)
        {
            ControlTo(peer).Subscriptions.Add(new SubscriptionEntry(topic, subscribe));
        }
    }
}
