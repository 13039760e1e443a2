namespace OpStack.P2P.Metrics.Definitions;

/// <summary>Metrics of what is known of peers, and of who is kept out.</summary>
internal static class PeerMetrics
{
    /// <summary>A peer is 0 and an address 1.</summary>
    private static readonly MetricLabel Banned = new("target", ["peer", "address"]);

    /// <summary>The words of the line about misbehaving peers, and one for a text of the host's.</summary>
    public static readonly MetricLabel BanReason = new(
        "reason",
        ["low-score", "invalid-messages", "mesh-deliveries", "application", "ip-colocation", "behaviour", "slow-peer", "other"]);

    public static readonly MetricDefinition Scores = MetricDefinition.Histogram(
        "peers.scores",
        "{score}",
        "Scores of connected gossip peers, each observed every 15 s: the whole, what each term adds to it, and the counts of sync answers.",
        MetricBuckets.Score,
        new MetricLabel("type",
        [
            "total", "time_in_mesh", "first_message_deliveries", "mesh_message_deliveries", "mesh_failure_penalty", "invalid_message_deliveries",
            "application", "ip_colocation", "behaviour", "slow_peer", "valid_responses", "error_responses", "rejected_payloads",
        ]));

    public static readonly MetricDefinition Known = MetricDefinition.Gauge("peers.known", "{peer}", "Peers in the peer store now.");

    public static readonly MetricDefinition Spared = MetricDefinition.Gauge(
        "peers.spared", "{peer}", "Peers below the ban threshold that the last inspection spared, because too few others were left.");

    public static readonly MetricDefinition Bans = MetricDefinition.Counter("bans", "{ban}", "Bans laid.", Banned, BanReason);

    public static readonly MetricDefinition Unbans = MetricDefinition.Counter(
        "unbans", "{ban}", "Bans that ended.", Banned, new MetricLabel("cause", ["expired", "lifted"]));

    public static readonly MetricDefinition BansNow = MetricDefinition.Gauge("bans.active", "{ban}", "Bans that stand now.", Banned);

    public static readonly MetricDefinition Listed = MetricDefinition.Gauge(
        "gate.listed",
        "{entry}",
        "Entries of the operator's lists now.",
        new MetricLabel("list", ["blocked_peers", "blocked_addresses", "blocked_subnets", "protected_peers"]));

    public static readonly MetricDefinition RoundTrip = MetricDefinition.Histogram(
        "ping.duration", "s", "Round trips to peers, of each every three minutes.", MetricBuckets.Exchange);

    public static readonly MetricDefinition PingFailures = MetricDefinition.Counter("ping.failures", "{ping}", "Pings without an answer.");

    public static IReadOnlyList<MetricDefinition> All { get; } = [Scores, Known, Spared, Bans, Unbans, BansNow, Listed, RoundTrip, PingFailures];
}
