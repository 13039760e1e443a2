namespace OpStack.Libp2p.Gossipsub;

/// <summary>Peer exchange: peers named in a PRUNE (wire.md 9.9, 9.10).</summary>
internal sealed partial class GossipsubRouter
{
    /// <summary>Peers a pruned one may turn to. Their signed records are the shell's to add.</summary>
    private PeerInfo[] PeersToName(string topic, RouterPeer pruned)
    {
        if (!_subscribers.TryGetValue(topic, out HashSet<RouterPeer>? subscribers))
        {
            return [];
        }

        List<RouterPeer> named = [];
        foreach (RouterPeer peer in subscribers)
        {
            if (peer != pruned && Score(peer) >= 0)
            {
                named.Add(peer);
            }
        }

        PeerSelection.Sample(named, RpcLimits.MaxPrunePeers, _random);
        _counters.ExchangeSent += named.Count;
        return [.. named.Select(peer => new PeerInfo(peer.Id, null))];
    }

    private void OnPeersNamed(RouterPeer from, PeerInfo[] named)
    {
        if (named.Length == 0)
        {
            return;
        }

        int room = Math.Min(RpcLimits.MaxPrunePeers, GossipsubLimits.MaxPeersExchanged - from.Spent.PeersExchanged);
        if (!_options.PeerExchange || room <= 0 || Score(from) < _scoring.Thresholds.AcceptPeerExchange)
        {
            _counters.ExchangeIgnored++;
            return;
        }

        List<PeerInfo> taken = PeerSelection.Sample([.. named.DistinctBy(info => info.Peer)], room, _random);
        from.Spent.PeersExchanged += taken.Count;
        taken.RemoveAll(info => info.Peer.Equals(_self) || _peers.ContainsKey(info.Peer));
        if (taken.Count > 0)
        {
            _counters.ExchangeTaken += taken.Count;
            _outputs.Add(new RouterOutput.ConnectExchanged(taken));
        }
    }
}
