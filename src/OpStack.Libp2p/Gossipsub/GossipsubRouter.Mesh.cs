namespace OpStack.Libp2p.Gossipsub;

/// <summary>The mesh: GRAFT and PRUNE, theirs and ours.</summary>
internal sealed partial class GossipsubRouter
{
    /// <summary>Mesh peers of every joined topic; may be empty.</summary>
    private readonly Dictionary<string, HashSet<RouterPeer>> _mesh = [];

    // Peers to choose from, until the next choice is made.
    private readonly List<RouterPeer> _candidates = [];

    // wire.md 9.9. Whether the peer subscribes is not asked: its SUBSCRIBE may still be on the way. A topic we have not joined
    // gets no answer, so that it cannot be used to make us send; it also ends peer exchange for this RPC, for all its topics.
    private void OnGraft(RouterPeer peer, GossipRpc rpc)
    {
        if (rpc.Graft.Count == 0)
        {
            return;
        }

        double score = Score(peer);
        bool mayExchange = !rpc.HasForeignGraft;
        HashSet<string> refused = [];
        foreach (string topic in rpc.Graft)
        {
            if (!_mesh.TryGetValue(topic, out HashSet<RouterPeer>? mesh))
            {
                _counters.GraftsIgnored++;
                mayExchange = false;
            }
            else if (!mesh.Contains(peer) && !TryGraft(topic, mesh, peer, score, ref mayExchange))
            {
                _counters.GraftsRefused++;
                refused.Add(topic);
            }
        }

        foreach (string topic in refused)
        {
            SendPrune(topic, peer, _options.PruneBackoff, mayExchange);
        }
    }

    private bool TryGraft(string topic, HashSet<RouterPeer> mesh, RouterPeer peer, double score, ref bool mayExchange)
    {
        if (peer.IsDirect)
        {
            // It does not know that we count it as direct. No backoff: it would never be asked for.
            mayExchange = false;
            return false;
        }

        if (_backoffs.End(topic, peer.Id) is { } end && _now < end)
        {
            mayExchange = false;
            _counters.GraftsInBackoff++;
            bool flood = _now < end + _options.GraftFloodThreshold - _options.PruneBackoff;
            Penalise(peer, flood ? 2 : 1);
            _backoffs.Add(topic, peer.Id, _options.PruneBackoff, _now);
            return false;
        }

        if (score < 0 || (mesh.Count >= _options.MeshHigh && !peer.Outbound))
        {
            mayExchange &= score >= 0;
            _backoffs.Add(topic, peer.Id, _options.PruneBackoff, _now);
            return false;
        }

        mesh.Add(peer);
        _counters.Grafted++;
        _scoring.Graft(peer.Id, topic, _now);
        return true;
    }

    // wire.md 9.10.
    private void OnPrune(RouterPeer peer, List<Prune> prunes)
    {
        foreach (Prune prune in prunes)
        {
            if (!_mesh.TryGetValue(prune.Topic, out HashSet<RouterPeer>? mesh))
            {
                continue;
            }

            if (mesh.Remove(peer))
            {
                _counters.Pruned++;
                _scoring.Prune(peer.Id, prune.Topic, _now);
            }

            TimeSpan backoff = prune.Backoff is { } given && given > TimeSpan.Zero ? given : _options.PruneBackoff;
            _backoffs.Add(prune.Topic, peer.Id, backoff, _now);
            OnPeersNamed(peer, prune.Peers);
        }
    }

    /// <summary>True when a peer may be grafted by us. A backoff that has just ended still counts: the peer's clock decides.</summary>
    private bool MayGraft(string topic, RouterPeer peer, double minScore = 0) =>
        !peer.IsDirect && _backoffs.End(topic, peer.Id) is null && Score(peer) >= minScore;

    /// <summary>At most so many subscribers at random that may be grafted and are not in the mesh. Valid until the next choice.</summary>
    private List<RouterPeer> ChooseToGraft(string topic, HashSet<RouterPeer> mesh, int count, bool onlyOutbound = false, double minScore = 0)
    {
        _candidates.Clear();
        if (count > 0 && _subscribers.TryGetValue(topic, out HashSet<RouterPeer>? subscribers))
        {
            foreach (RouterPeer peer in subscribers)
            {
                if ((peer.Outbound || !onlyOutbound) && !mesh.Contains(peer) && MayGraft(topic, peer, minScore))
                {
                    _candidates.Add(peer);
                }
            }
        }

        return PeerSelection.Sample(_candidates, count, _random);
    }

    private void Graft(string topic, List<RouterPeer> peers, HashSet<RouterPeer> mesh)
    {
        foreach (RouterPeer peer in peers)
        {
            Graft(topic, peer, mesh);
        }
    }

    private void Graft(string topic, RouterPeer peer, HashSet<RouterPeer> mesh)
    {
        mesh.Add(peer);
        _counters.Grafted++;
        _scoring.Graft(peer.Id, topic, _now);
        ControlTo(peer).Graft.Add(topic);
    }

    private void PruneFrom(HashSet<RouterPeer> mesh, string topic, RouterPeer peer, bool mayExchange)
    {
        mesh.Remove(peer);
        _counters.Pruned++;
        _scoring.Prune(peer.Id, topic, _now);
        _backoffs.Add(topic, peer.Id, _options.PruneBackoff, _now);
        SendPrune(topic, peer, _options.PruneBackoff, mayExchange);
    }

    /// <param name="topic">The topic.</param>
    /// <param name="peer">To whom; version 1.0 knows neither backoff nor peers.</param>
    /// <param name="backoff">The backoff it names.</param>
    /// <param name="mayExchange">The rules of the case allow to name other peers; the option decides.</param>
    private void SendPrune(string topic, RouterPeer peer, TimeSpan backoff, bool mayExchange)
    {
        bool isPlain = peer.Version < GossipsubVersion.V11;
        PeerInfo[] named = _options.PeerExchange && mayExchange && !isPlain ? PeersToName(topic, peer) : [];
        GossipRpc rpc = ControlTo(peer);
        rpc.Graft.Remove(topic); // One of this very step is taken back.
        rpc.Prune.Add(new Prune(topic, isPlain ? null : backoff, named));
    }
}
