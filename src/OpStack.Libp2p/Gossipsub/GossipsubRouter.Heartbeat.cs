namespace OpStack.Libp2p.Gossipsub;

/// <summary>The heartbeat, in go's order (wire.md 9.12). One of a quiet network allocates nothing.</summary>
internal sealed partial class GossipsubRouter
{
    private void Heartbeat()
    {
        _counters.Heartbeats++;
        _seen.Sweep(_now);
        if (IsEvery(GossipsubLimits.BackoffSweepTicks))
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

        PenaliseBrokenPromises();
        if (IsEvery(_options.DirectConnectTicks))
        {
            DialDirect();
        }

        foreach (RouterPeer peer in _peers.Values)
        {
            peer.IsHeldUp = false;
            Review(peer);
        }

        _scoresAreCurrent = true;
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

    private bool IsEvery(int ticks) => _counters.Heartbeats % ticks == 0;

    private void PenaliseBrokenPromises()
    {
        if (_promises.Count == 0)
        {
            return;
        }

        foreach ((RouterPeer peer, int count) in _promises.TakeBroken(_now))
        {
            _counters.PromisesBroken += count;
            Penalise(peer, count);
        }
    }

    private void MaintainFanout(string topic, FanoutTopic fanout)
    {
        if (fanout.LastPublish + _options.FanoutTtl < _now)
        {
            _fanout.Remove(topic);
            return;
        }

        foreach (RouterPeer peer in fanout.Peers)
        {
            if (!MayPublishTo(peer))
            {
                fanout.Peers.Remove(peer);
            }
        }

        FillFanout(topic, fanout);
        EmitGossip(topic, fanout.Peers);
    }
}
