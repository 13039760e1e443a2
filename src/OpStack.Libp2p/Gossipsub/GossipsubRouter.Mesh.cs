namespace OpStack.Libp2p.Gossipsub;

/// <summary>The mesh: GRAFT and PRUNE, theirs and ours.</summary>
internal sealed partial class GossipsubRouter
{
    /// <summary>Mesh peers of every joined topic; may be empty.</summary>
    private readonly Dictionary<string, HashSet<RouterPeer>> _mesh = [];

    // wire.md 9.9. Whether the peer subscribes is not asked: its SUBSCRIBE may still be on the way. A topic we have not joined
    // gets no answer, so that it cannot be used to make us send.
    private void OnGraft(RouterPeer peer, List<string> topics)
    {
        foreach (string topic in topics)
        {
            if (!_mesh.TryGetValue(topic, out HashSet<RouterPeer>? mesh) || mesh.Contains(peer))
            {
                continue;
            }

            if (_backoffs.End(topic, peer.Id) is { } end && _now < end)
            {
                _counters.GraftsInBackoff++;
                bool flood = _now < end + _options.GraftFloodThreshold - _options.PruneBackoff;
                _scoring.AddPenalty(peer.Id, flood ? 2 : 1);
                RefuseGraft(topic, peer, _options.PruneBackoff);
            }
            else if (_scoring.Score(peer.Id) < 0 || (mesh.Count >= _options.MeshHigh && !peer.Outbound))
            {
                RefuseGraft(topic, peer, _options.PruneBackoff);
            }
            else
            {
                mesh.Add(peer);
                _scoring.Graft(peer.Id, topic, _now);
            }
        }
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
                _scoring.Prune(peer.Id, prune.Topic, _now);
            }

            TimeSpan backoff = prune.Backoff is { } given && given > TimeSpan.Zero ? given : _options.PruneBackoff;
            _backoffs.Add(prune.Topic, peer.Id, backoff, _now);
        }
    }

    /// <summary>True when a peer may be grafted by us. A backoff that has just ended still counts: the peer's clock decides.</summary>
    private bool MayGraft(string topic, RouterPeer peer) => _backoffs.End(topic, peer.Id) is null && _scoring.Score(peer.Id) >= 0;

    private void GraftRandom(string topic, HashSet<RouterPeer> mesh, int count, Func<RouterPeer, bool> condition)
    {
        if (count <= 0)
        {
            return;
        }

        List<RouterPeer> candidates = Subscribers(topic, peer => !mesh.Contains(peer) && condition(peer) && MayGraft(topic, peer));
        foreach (RouterPeer peer in PeerSelection.Sample(candidates, count, _random))
        {
            Graft(topic, peer, mesh);
        }
    }

    private void Graft(string topic, RouterPeer peer, HashSet<RouterPeer> mesh)
    {
        mesh.Add(peer);
        _scoring.Graft(peer.Id, topic, _now);
        ControlTo(peer).Graft.Add(topic);
    }

    private void PruneFrom(HashSet<RouterPeer> mesh, string topic, RouterPeer peer)
    {
        mesh.Remove(peer);
        _scoring.Prune(peer.Id, topic, _now);
        RefuseGraft(topic, peer, _options.PruneBackoff);
    }

    /// <summary>Sends PRUNE, and keeps the backoff it names ourselves.</summary>
    private void RefuseGraft(string topic, RouterPeer peer, TimeSpan backoff)
    {
        _backoffs.Add(topic, peer.Id, backoff, _now);
        List<Prune> prunes = ControlTo(peer).Prune;
        if (!prunes.Exists(prune => prune.Topic == topic))
        {
            prunes.Add(new Prune(topic, peer.Version >= GossipsubVersion.V11 ? backoff : null, []));
        }
    }
}
