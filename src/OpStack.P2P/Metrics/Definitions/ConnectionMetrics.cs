using OpStack.Libp2p;
using OpStack.Libp2p.Connections;

namespace OpStack.P2P.Metrics.Definitions;

/// <summary>Metrics of connections, dials and bytes.</summary>
internal static class ConnectionMetrics
{
    /// <summary>The errors of a dial, and two ends that are none.</summary>
    private static readonly MetricLabel DialOutcome = new(
        "outcome", [.. MetricLabel.Of<Libp2pError>("").Values, "succeeded", "abandoned"]);

    private static readonly MetricLabel CloseReason = MetricLabel.Of<ConnectionCloseReason>("reason");

    public const int DialSucceeded = (int)Libp2pError.OutOfResources + 1;
    public const int DialAbandoned = DialSucceeded + 1;

    public static readonly MetricDefinition Peers = MetricDefinition.Gauge("peers", "{peer}", "Peers connected now, each once.");

    public static readonly MetricDefinition Connections = MetricDefinition.Gauge(
        "connections", "{connection}", "Connections open now.", MetricLabels.Opener);

    public static readonly MetricDefinition Handshakes = MetricDefinition.Gauge(
        "connections.handshakes", "{handshake}", "Inbound handshakes under way now.");

    public static readonly MetricDefinition Streams = MetricDefinition.Gauge("streams", "{stream}", "Streams open now.", MetricLabels.Opener);

    public static readonly MetricDefinition Accepted = MetricDefinition.Counter(
        "connections.accepted", "{connection}", "Sockets accepted, those refused included.");

    public static readonly MetricDefinition AcceptFaults = MetricDefinition.Counter(
        "connections.accept.faults", "{fault}", "Faults of accepting that were survived.");

    public static readonly MetricDefinition Opened = MetricDefinition.Counter(
        "connections.opened", "{connection}", "Connections that came up.", MetricLabels.Opener);

    public static readonly MetricDefinition Closed = MetricDefinition.Counter(
        "connections.closed", "{connection}", "Connections that ended.", MetricLabels.Opener, CloseReason);

    public static readonly MetricDefinition Refused = MetricDefinition.Counter(
        "connections.refused",
        "{connection}",
        "Connections turned away before they were up.",
        MetricLabel.Of<RefusalReason>("reason"));

    public static readonly MetricDefinition Duration = MetricDefinition.Histogram(
        "connections.duration", "s", "How long connections lasted that ended.", MetricBuckets.Life, MetricLabels.Opener);

    public static readonly MetricDefinition Gate = MetricDefinition.Counter(
        "gate.verdicts",
        "{verdict}",
        "What the connection gate said, by the place where it was asked.",
        MetricLabel.Of<GateHook>("hook"),
        MetricLabel.Of<GateVerdict>("verdict"));

    public static readonly MetricDefinition Dials = MetricDefinition.Counter("dials", "{dial}", "Dials of peers that ended.", DialOutcome);

    public static readonly MetricDefinition DialsNow = MetricDefinition.Gauge("dials.active", "{attempt}", "Connection attempts of ours under way now.");

    public static readonly MetricDefinition DialsQueued = MetricDefinition.Gauge("dials.queued", "{dial}", "Dials that wait for their turn now.");

    public static readonly MetricDefinition DialBackoffs = MetricDefinition.Gauge("dials.backoffs", "{address}", "Addresses in back-off now.");

    public static readonly MetricDefinition Bytes = MetricDefinition.Counter(
        "traffic", "By", "Bytes of all connections, muxing and encryption included.", MetricLabels.Flow);

    public static readonly MetricDefinition ProtocolBytes = MetricDefinition.Counter(
        "protocol.traffic",
        "By",
        "Payload bytes of streams.",
        new MetricLabel("protocol", ["gossipsub", "identify", "identify_push", "ping", "payload_by_number", "other"]),
        MetricLabels.Flow);

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        Peers, Connections, Handshakes, Streams, Accepted, AcceptFaults, Opened, Closed, Refused, Duration, Gate, Dials, DialsNow, DialsQueued,
        DialBackoffs, Bytes, ProtocolBytes,
    ];

    /// <summary>Where the bytes of a protocol belong in <see cref="ProtocolBytes"/>.</summary>
    public static int IndexOf(string protocol) =>
        protocol.StartsWith("/meshsub/", StringComparison.Ordinal) ? 0
        : protocol.StartsWith("/ipfs/id/push/", StringComparison.Ordinal) ? 2
        : protocol.StartsWith("/ipfs/id/", StringComparison.Ordinal) ? 1
        : protocol.StartsWith("/ipfs/ping/", StringComparison.Ordinal) ? 3
        : protocol.StartsWith("/opstack/req/payload_by_number/", StringComparison.Ordinal) ? 4
        : 5;
}
