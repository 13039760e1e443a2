namespace OpStack.P2P.Metrics.Definitions;

/// <summary>Metrics of discovery.</summary>
internal static class DiscoveryDefinitions
{
    private static readonly MetricLabel Request = new("kind", ["ping", "findnode", "talk"]);

    /// <summary>Handed on, dropped for a host that does not read, and the members of EnrRejection but None, in order.</summary>
    public static readonly MetricLabel RecordOutcome = new(
        "outcome",
        [
            "forwarded", "own_record", "missing_key", "decode_error", "invalid_version", "invalid_chain_id", "no_tcp_address", "private_address",
            "banned", "dropped",
        ]);

    public static readonly MetricDefinition Table = MetricDefinition.Gauge("discovery.table", "{node}", "Nodes in the routing table now.");

    public static readonly MetricDefinition Live = MetricDefinition.Gauge(
        "discovery.table.live", "{node}", "Nodes of the routing table that answered a ping.");

    public static readonly MetricDefinition Connected = MetricDefinition.Gauge(
        "discovery.peers", "{node}", "Nodes of the routing table that we have a session with now.");

    public static readonly MetricDefinition Sessions = MetricDefinition.Gauge("discovery.sessions", "{session}", "Sessions held now.");

    public static readonly MetricDefinition Challenges = MetricDefinition.Gauge(
        "discovery.challenges.pending", "{challenge}", "Challenges of ours that wait for a handshake now.");

    public static readonly MetricDefinition Pending = MetricDefinition.Gauge(
        "discovery.requests.pending", "{request}", "Requests in flight or queued now.");

    public static readonly MetricDefinition Packets = MetricDefinition.Counter(
        "discovery.packets", "{packet}", "Datagrams.", MetricLabels.Flow);

    public static readonly MetricDefinition Bytes = MetricDefinition.Counter("discovery.traffic", "By", "Bytes of datagrams.", MetricLabels.Flow);

    public static readonly MetricDefinition Dropped = MetricDefinition.Counter(
        "discovery.packets.dropped",
        "{packet}",
        "Datagrams dropped: by the filter, because they are no packets or no messages, because our loop was behind, or because the system did not send them.",
        new MetricLabel("reason",
        [
            "not_allowed", "banned_address", "banned_node", "address_rate", "node_rate", "read_budget", "challenge_rate", "malformed_packet",
            "malformed_message", "queue_full", "send_failed",
        ]));

    public static readonly MetricDefinition ChallengeEvents = MetricDefinition.Counter(
        "discovery.challenges", "{challenge}", "WHOAREYOUs.", new MetricLabel("event", ["received", "sent", "ignored"]));

    public static readonly MetricDefinition Handshakes = MetricDefinition.Counter(
        "discovery.handshakes",
        "{handshake}",
        "Handshakes of peers: those that gave a session, and those refused.",
        new MetricLabel("outcome", ["accepted", "refused"]));

    public static readonly MetricDefinition Requests = MetricDefinition.Counter(
        "discovery.requests", "{request}", "Requests, repetitions not counted.", Request, MetricLabels.Flow);

    public static readonly MetricDefinition RequestEvents = MetricDefinition.Counter(
        "discovery.request.events",
        "{event}",
        "Requests of ours sent again and ended without a valid answer, and answers nobody waits for.",
        new MetricLabel("event", ["retried", "failed", "response_ignored"]));

    public static readonly MetricDefinition Lookups = MetricDefinition.Counter("discovery.lookups", "{lookup}", "Lookups begun.");

    public static readonly MetricDefinition LookupQueries = MetricDefinition.Counter(
        "discovery.lookup.queries", "{request}", "FINDNODEs of lookups.");

    public static readonly MetricDefinition Records = MetricDefinition.Counter(
        "discovery.records", "{record}", "Records found, by what became of them.", RecordOutcome);

    public static readonly MetricDefinition RecordsRefused = MetricDefinition.Counter(
        "discovery.records.refused", "{record}", "Records in answers that were refused: wrong distance, bad signature, forbidden address.");

    public static readonly MetricDefinition Evictions = MetricDefinition.Counter(
        "discovery.evictions", "{node}", "Nodes taken out of the table at random.");

    public static readonly MetricDefinition Stored = MetricDefinition.Gauge("discovery.store", "{record}", "Records in the boot store at its last look.");

    public static readonly MetricDefinition StoreTime = MetricDefinition.Histogram(
        "discovery.store.duration", "s", "How long the boot store took to be looked after and saved.", MetricBuckets.Call);

    public static readonly MetricDefinition RecordUpdates = MetricDefinition.Counter(
        "discovery.record.updates", "{update}", "Changes of our own record.");

    public static readonly MetricDefinition Addresses = MetricDefinition.Counter(
        "discovery.addresses",
        "{address}",
        "Addresses of ours that peers voted for: those at which strangers reached us, and those at which they did not.",
        new MetricLabel("outcome", ["confirmed", "refuted"]));

    public static readonly MetricDefinition Faults = MetricDefinition.Counter(
        "discovery.faults",
        "{fault}",
        "Faults of ours: exceptions of the loop, events the driver did not read in time, and talk requests that were dropped or whose handler failed.",
        new MetricLabel("kind", ["loop", "event_dropped", "talk_dropped", "talk_handler"]));

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        Table, Live, Connected, Sessions, Challenges, Pending, Packets, Bytes, Dropped, ChallengeEvents, Handshakes, Requests, RequestEvents, Lookups,
        LookupQueries, Records, RecordsRefused, Evictions, Stored, StoreTime, RecordUpdates, Addresses, Faults,
    ];
}
