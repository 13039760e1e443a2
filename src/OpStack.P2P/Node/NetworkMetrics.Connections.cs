using OpStack.Libp2p.Connections;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Node;

/// <summary>Connections, dials, bytes, and who is kept out.</summary>
internal sealed partial class NetworkMetrics
{
    private static readonly int CloseReasons = Enum.GetValues<ConnectionCloseReason>().Length;
    private static readonly int Verdicts = Enum.GetValues<GateVerdict>().Length;

    private SwarmStatistics Swarm => _swarm.Value;

    private void ObserveConnections()
    {
        _source.Observe(ConnectionMetrics.Peers, () => _gossip.ConnectedPeers.Count);
        _source.Observe(ConnectionMetrics.Connections, values => SeriesValues.Fill(values, Swarm.InboundNow, Swarm.OutboundNow));
        _source.Observe(ConnectionMetrics.Handshakes, () => Swarm.HalfOpenInboundNow);
        _source.Observe(ConnectionMetrics.Streams, values => SeriesValues.Fill(values, Swarm.InboundStreamsNow, Swarm.OutboundStreamsNow));
        _source.Observe(ConnectionMetrics.Accepted, () => Swarm.Accepted);
        _source.Observe(ConnectionMetrics.AcceptFaults, () => Swarm.AcceptFaults);
        _source.Observe(ConnectionMetrics.Opened, values => SeriesValues.Fill(values, Swarm.OpenedInbound, Swarm.OpenedOutbound));
        _source.Observe(ConnectionMetrics.Closed, ReadClosed);
        _source.Observe(ConnectionMetrics.Refused, values => SeriesValues.FillBy(values, Swarm.Refused));
        _source.Observe(ConnectionMetrics.Dials, ReadDials);
        _source.Observe(ConnectionMetrics.DialsNow, () => Swarm.DialsNow);
        _source.Observe(ConnectionMetrics.DialsQueued, () => Swarm.QueuedDialsNow);
        _source.Observe(ConnectionMetrics.DialBackoffs, () => Swarm.BackoffsNow);
        _source.Observe(ConnectionMetrics.Bytes, values => SeriesValues.Fill(values, Swarm.Traffic.Received, Swarm.Traffic.Sent));
        _source.Observe(ConnectionMetrics.ProtocolBytes, ReadProtocolBytes);
    }

    private void ObserveGate()
    {
        _source.Observe(ConnectionMetrics.Gate, ReadGate);
        _source.Observe(BlockMetrics.Dropped, values => SeriesValues.Fill(values, _gossip.DroppedBlocks, _gossip.DroppedEvents));
        _source.Observe(PeerMetrics.Known, () => _gossip.PeerStore.Count);
        _source.Observe(PeerMetrics.Spared, () => _gossip.SparedPeers);
        _source.Observe(PeerMetrics.BansNow, ReadBans);
        _source.Observe(PeerMetrics.Listed, values => SeriesValues.Fill(
            values,
            _gossip.Gater.ListBlockedPeers().Count,
            _gossip.Gater.ListBlockedAddrs().Count,
            _gossip.Gater.ListBlockedSubnets().Count,
            _gossip.Gater.ListProtectedPeers().Count));

        // A gater of the host's own counts for itself.
        if (_gossip.Gater is ConnectionGater gater)
        {
            _source.Observe(PeerMetrics.Bans, gater.BanCounters.ReadBans);
            _source.Observe(PeerMetrics.Unbans, gater.BanCounters.ReadUnbans);
        }
    }

    private void ReadClosed(Span<long> values)
    {
        SwarmStatistics swarm = Swarm;
        SeriesValues.FillBy(values[((int)ConnectionDirection.Inbound * CloseReasons)..], swarm.ClosedInbound);
        SeriesValues.FillBy(values[((int)ConnectionDirection.Outbound * CloseReasons)..], swarm.ClosedOutbound);
    }

    private void ReadDials(Span<long> values)
    {
        SwarmStatistics swarm = Swarm;
        SeriesValues.FillBy(values, swarm.DialsFailed);
        values[ConnectionMetrics.DialSucceeded] = swarm.DialsSucceeded;
        values[ConnectionMetrics.DialAbandoned] = swarm.DialsAbandoned;
    }

    private void ReadGate(Span<long> values)
    {
        foreach ((GateHook hook, IReadOnlyDictionary<GateVerdict, long> verdicts) in Swarm.Gate)
        {
            SeriesValues.FillBy(values[((int)hook * Verdicts)..], verdicts);
        }
    }

    private void ReadBans(Span<long> values)
    {
        foreach (GaterBan ban in _gossip.Gater.ListBans())
        {
            values[ban.Peer is null ? 1 : 0]++;
        }
    }

    private void ReadProtocolBytes(Span<long> values)
    {
        foreach ((string protocol, Traffic traffic) in _gossip.ConnectionManager.TrafficByProtocol)
        {
            int first = ConnectionMetrics.IndexOf(protocol) * MetricLabels.Flow.Values.Count;
            values[first + MetricLabels.Received] += traffic.Received;
            values[first + MetricLabels.Sent] += traffic.Sent;
        }
    }
}
