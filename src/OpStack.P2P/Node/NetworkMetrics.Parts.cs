using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Node;

/// <summary>Sync, and how the parts do.</summary>
internal sealed partial class NetworkMetrics
{
    private void ObserveSync(SyncClient? client, PayloadServer? server)
    {
        SyncStatistics Asked() => client?.Statistics ?? new SyncStatistics();
        PayloadServerStatistics Served() => server?.Statistics ?? new PayloadServerStatistics();
        _source.Observe(SyncMetrics.InFlight, values => SeriesValues.Fill(values, Asked().InFlight, Served().Active));
        _source.Observe(SyncMetrics.Blocks, values => SeriesValues.Fill(values, Asked().Blocks, Served().Served));
        _source.Observe(SyncMetrics.Rejected, () => Asked().Rejected);
        _source.Observe(SyncMetrics.ServedBytes, () => Served().BytesSent);
        _source.Observe(SyncMetrics.Peers, () => Asked().Peers);
        _source.Observe(SyncMetrics.Quarantined, () => Asked().Quarantined);
        _source.Observe(SyncMetrics.QuarantinedBytes, () => Asked().QuarantinedBytes);
        _source.Observe(SyncMetrics.LastNumber, values => SeriesValues.Fill(values, (long)(Asked().LastRequested ?? 0), (long)(Served().LastServed ?? 0)));
    }

    private void ObserveNode(PartBoard board)
    {
        _source.Observe(NodeMetrics.State, values => FillByPart(values, board, part => (long)part.State));
        _source.Observe(NodeMetrics.Faults, values => FillByPart(values, board, part => part.Faults));
    }

    private static void FillByPart(Span<long> values, PartBoard board, Func<PartStatus, long> read)
    {
        foreach (PartStatus part in board.Snapshot())
        {
            values[(int)part.Part] = read(part);
        }
    }
}
