namespace OpStack.P2P.Metrics.Definitions;

/// <summary>Metrics of blocks fetched and served by number.</summary>
internal static class SyncMetrics
{
    /// <summary>We ask is 0, we serve is 1.</summary>
    private static readonly MetricLabel Role = new("role", ["client", "server"]);

    /// <summary>In the order of SyncFault, which is a higher room's; a server's are of the same words, and one more.</summary>
    public static readonly MetricLabel Outcome = new(
        "outcome",
        [
            "none", "not_found", "invalid_request", "unknown_error", "unknown_code", "wrong_version", "truncated", "too_long", "broken_snappy",
            "broken_ssz", "wrong_number", "wrong_fork", "wrong_hash", "timeout", "vanished", "unsupported", "local", "throttled",
        ]);

    public static readonly MetricDefinition Requests = MetricDefinition.Counter(
        "sync.requests", "{request}", "Requests by number that ended, by what was wrong.", Role, Outcome);

    public static readonly MetricDefinition Duration = MetricDefinition.Histogram(
        "sync.request.duration", "s", "How long requests by number took, the wait for a turn included.", MetricBuckets.Exchange, Role, Outcome);

    public static readonly MetricDefinition InFlight = MetricDefinition.Gauge("sync.requests.active", "{request}", "Requests by number under way now.", Role);

    public static readonly MetricDefinition Blocks = MetricDefinition.Counter("sync.blocks", "{block}", "Blocks fetched that linked, and blocks served whole.", Role);

    public static readonly MetricDefinition Rejected = MetricDefinition.Counter(
        "sync.blocks.rejected", "{block}", "Blocks fetched that were whole and proven not to be of the chain.");

    public static readonly MetricDefinition ServedBytes = MetricDefinition.Counter("sync.served.size", "By", "Compressed bytes of blocks served.");

    public static readonly MetricDefinition Peers = MetricDefinition.Gauge("sync.peers", "{peer}", "Peers that may be asked now.");

    public static readonly MetricDefinition Quarantined = MetricDefinition.Gauge(
        "sync.quarantine", "{block}", "Blocks held now until they link or are taken.");

    public static readonly MetricDefinition QuarantinedBytes = MetricDefinition.Gauge("sync.quarantine.size", "By", "Their bytes.");

    public static readonly MetricDefinition LastNumber = MetricDefinition.Latest(
        "sync.last.number", "{height}", "The number asked for last, and that served last.", Role);

    public static IReadOnlyList<MetricDefinition> All { get; } =
        [Requests, Duration, InFlight, Blocks, Rejected, ServedBytes, Peers, Quarantined, QuarantinedBytes, LastNumber];
}
