namespace OpStack.Libp2p.Gossipsub;

/// <summary>The heartbeat, in go's order (wire.md 9.12).</summary>
internal sealed partial class GossipsubRouter
{
    private long _ticks;

    private void Heartbeat()
    {
        _ticks++;
        _seen.Sweep(_now);
        if (_ticks % GossipsubLimits.BackoffSweepTicks == 0)
        {
            _backoffs.Sweep(_now);
        }

        foreach (RouterPeer peer in _peers.Values)
        {
            peer.OnHeartbeat();
            if (peer.Retry is not null)
            {
                ControlTo(peer);
            }
        }

        foreach ((string topic, HashSet<RouterPeer> mesh) in _mesh)
        {
            MaintainMesh(topic, mesh);
            EmitGossip(topic, mesh);
        }

        foreach ((string topic, FanoutTopic fanout) in _fanout)
        {
            MaintainFanout(topic, fanout);
        }

        _cache.Shift();
    }

    private void MaintainMesh(string topic, HashSet<RouterPeer> mesh)
    {
        foreach (RouterPeer peer in mesh.Where(peer => _scoring.Score(peer.Id) < 0).ToList())
        {
            PruneFrom(mesh, topic, peer);
        }

        if (mesh.Count < _options.MeshLow)
        {
            GraftRandom(topic, mesh, _options.MeshDegree - mesh.Count, _ => true);
        }

        if (mesh.Count > _options.MeshHigh)
        {
            HashSet<RouterPeer> chosen = [.. PeerSelection.ChooseMesh(
                mesh, _options.MeshDegree, _options.MeshByScore, _options.MeshOutbound, peer => _scoring.Score(peer.Id), _random)];
            foreach (RouterPeer peer in mesh.Where(peer => !chosen.Contains(peer)).ToList())
            {
                PruneFrom(mesh, topic, peer);
            }
        }

        if (mesh.Count >= _options.MeshLow)
        {
            GraftRandom(topic, mesh, _options.MeshOutbound - mesh.Count(peer => peer.Outbound), peer => peer.Outbound);
        }
    }

    private void MaintainFanout(string topic, FanoutTopic fanout)
    {
        if (fanout.LastPublish + _options.FanoutTtl < _now)
        {
            _fanout.Remove(topic);
            return;
        }

        fanout.Peers.RemoveWhere(peer => !MayPublishTo(peer));
        FillFanout(topic, fanout);
        EmitGossip(topic, fanout.Peers);
    }
}
