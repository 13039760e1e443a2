namespace OpStack.Libp2p.Gossipsub;

/// <summary>Steps 5a to 5e of the heartbeat for one topic (wire.md 9.12).</summary>
internal sealed partial class GossipsubRouter
{
    private readonly List<double> _meshScores = [];

    private void MaintainMesh(string topic, HashSet<RouterPeer> mesh)
    {
        PruneBelowZero(topic, mesh);
        if (mesh.Count < _options.MeshLow)
        {
            Graft(topic, ChooseToGraft(topic, mesh, _options.MeshDegree - mesh.Count), mesh);
        }

        if (mesh.Count > _options.MeshHigh)
        {
            PruneTo(_options.MeshDegree, topic, mesh);
        }

        if (mesh.Count >= _options.MeshLow)
        {
            GraftDialled(topic, mesh);
        }

        if (IsEvery(_options.OpportunisticGraftTicks) && mesh.Count > 1)
        {
            GraftOpportunistically(topic, mesh);
        }
    }

    private void PruneBelowZero(string topic, HashSet<RouterPeer> mesh)
    {
        foreach (RouterPeer peer in mesh)
        {
            if (Score(peer) < 0)
            {
                PruneFrom(mesh, topic, peer, mayExchange: false);
            }
        }
    }

    private void PruneTo(int degree, string topic, HashSet<RouterPeer> mesh)
    {
        HashSet<RouterPeer> chosen =
            [.. PeerSelection.ChooseMesh(mesh, degree, _options.MeshByScore, _options.MeshOutbound, Score, _random)];
        foreach (RouterPeer peer in mesh)
        {
            if (!chosen.Contains(peer))
            {
                PruneFrom(mesh, topic, peer, mayExchange: true);
            }
        }
    }

    private void GraftDialled(string topic, HashSet<RouterPeer> mesh)
    {
        int missing = _options.MeshOutbound;
        foreach (RouterPeer peer in mesh)
        {
            missing -= peer.Outbound ? 1 : 0;
        }

        GraftMakingRoom(topic, ChooseToGraft(topic, mesh, missing, onlyOutbound: true), mesh);
    }

    // A mesh that scores badly in the middle is bettered by peers that score better than its middle.
    private void GraftOpportunistically(string topic, HashSet<RouterPeer> mesh)
    {
        _meshScores.Clear();
        foreach (RouterPeer peer in mesh)
        {
            _meshScores.Add(Score(peer));
        }

        _meshScores.Sort();
        double median = _meshScores[_meshScores.Count / 2];
        if (median >= _scoring.Thresholds.OpportunisticGraft)
        {
            return;
        }

        List<RouterPeer> better = ChooseToGraft(topic, mesh, _options.OpportunisticGraftPeers, minScore: Math.BitIncrement(median));
        _counters.OpportunisticGrafts += better.Count;
        GraftMakingRoom(topic, better, mesh);
    }

    /// <summary>
    /// Grafts, and prunes before if the mesh would exceed its high mark. go grafts beyond it and prunes a heartbeat later, at random those
    /// it has just chosen; here the mark holds after every heartbeat, and the chosen stay.
    /// </summary>
    private void GraftMakingRoom(string topic, List<RouterPeer> peers, HashSet<RouterPeer> mesh)
    {
        if (mesh.Count + peers.Count > _options.MeshHigh)
        {
            PruneTo(Math.Max(Math.Min(_options.MeshDegree, _options.MeshHigh - peers.Count), _options.MeshOutbound), topic, mesh);
        }

        Graft(topic, peers, mesh);
    }
}
