namespace OpStack.Libp2p.Gossipsub;

/// <summary>Control on its way out: one RPC per peer and step, and what has to be sent again.</summary>
internal sealed partial class GossipsubRouter
{
    private readonly List<RouterPeer> _withOutbox = [];

    /// <summary>The RPC that goes to the peer at the end of this step.</summary>
    private GossipRpc ControlTo(RouterPeer peer)
    {
        if (peer.Outbox.Count == 0)
        {
            peer.Outbox.Add(new GossipRpc());
            _withOutbox.Add(peer);
        }

        return peer.Outbox[0];
    }

    private void Flush()
    {
        foreach (RouterPeer peer in _withOutbox)
        {
            GossipRpc first = peer.Outbox[0];
            if (peer.Retry is { } retry)
            {
                peer.Retry = null;
                AddWhatStillHolds(retry, peer, first);
            }

            foreach (GossipRpc rpc in peer.Outbox)
            {
                if (rpc.HasControl || rpc.Subscriptions.Count > 0)
                {
                    _outputs.Add(new RouterOutput.SendRpc(peer.Id, rpc));
                }
            }

            peer.Outbox.Clear();
        }

        _withOutbox.Clear();
    }

    private void OnSendDropped(RouterInput.SendDropped dropped)
    {
        if (_peers.TryGetValue(dropped.Peer, out RouterPeer? peer))
        {
            _counters.PromisesVoid += _promises.Void(peer, dropped.Rpc.IWant);
            SendAgain(dropped.Rpc, peer);
        }
    }

    private void SendAgain(GossipRpc rpc, RouterPeer peer)
    {
        peer.Retry ??= new GossipRpc();
        AddWhatStillHolds(rpc, peer, peer.Retry);
    }

    /// <summary>Copies subscriptions, GRAFTs and PRUNEs that agree with the state now, and are not in <paramref name="to"/> already.</summary>
    private void AddWhatStillHolds(GossipRpc from, RouterPeer peer, GossipRpc to)
    {
        foreach (SubscriptionEntry entry in from.Subscriptions)
        {
            if (_mesh.ContainsKey(entry.Topic) == entry.Subscribe && !to.Subscriptions.Contains(entry))
            {
                to.Subscriptions.Add(entry);
            }
        }

        foreach (string topic in from.Graft)
        {
            if (InMesh(topic, peer) && !to.Graft.Contains(topic))
            {
                to.Graft.Add(topic);
            }
        }

        foreach (Prune prune in from.Prune)
        {
            if (!InMesh(prune.Topic, peer) && !to.Prune.Exists(present => present.Topic == prune.Topic))
            {
                to.Prune.Add(prune);
            }
        }
    }

    private bool InMesh(string topic, RouterPeer peer) => _mesh.TryGetValue(topic, out HashSet<RouterPeer>? mesh) && mesh.Contains(peer);
}
