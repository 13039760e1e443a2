using OpStack.P2P.Benchmarks.Rows;

namespace OpStack.P2P.Benchmarks;

/// <summary>The table's rows, in its order.</summary>
internal static class AllRows
{
    public static IEnumerable<Row> Create() =>
        [.. KeccakRows.Create(), .. SignatureRows.Create(), .. SnappyRows.Create(), .. ValidationRows.Create(), .. DuplicateRows.Create(),
        .. ForwardCoreRows.Create(), .. HeartbeatRows.Create(), .. DiscoveryCoreRows.Create(), .. RoutingRows.Create(),
        .. DeliveryRows.Create(), .. ThroughputRows.Create(), .. MeshRows.Create(),
        .. IdleRows.Create(), .. DiscoveryRows.Create(), .. ForwardRows.Create()];
}
