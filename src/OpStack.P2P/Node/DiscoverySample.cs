using OpStack.Discv5;

namespace OpStack.P2P.Node;

/// <summary>Discovery at one moment.</summary>
/// <param name="Metrics">Counters of protocol and driver.</param>
/// <param name="Live">Nodes of the table that answered.</param>
/// <param name="Connected">Nodes of the table that we have a session with.</param>
internal sealed record DiscoverySample(DiscoveryMetrics Metrics, int Live, int Connected)
{
    public static async Task<DiscoverySample> TakeAsync(Discv5Handler discovery, CancellationToken cancellationToken)
    {
        DiscoveryMetrics metrics = await discovery.GetMetricsAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<TableEntryInfo> table = await discovery.GetTableInfosAsync(cancellationToken).ConfigureAwait(false);
        return new DiscoverySample(metrics, table.Count(entry => entry.IsLive), table.Count(entry => entry.IsConnected));
    }
}
