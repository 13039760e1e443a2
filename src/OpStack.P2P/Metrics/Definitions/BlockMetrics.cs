using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Metrics.Definitions;

/// <summary>Metrics of blocks.</summary>
internal static class BlockMetrics
{
    /// <summary>In the order of BlockInvalidReason, which is a higher room's.</summary>
    public static readonly MetricLabel Reason = new(
        "reason",
        [
            "none", "unknown_topic", "broken_snappy_encoding", "invalid_length", "no_signer", "signature", "signer", "broken_ssz_encoding",
            "timestamp", "block_hash", "withdrawals", "blob_gas_used", "excess_blob_gas", "too_many_blocks", "block_seen",
        ]);

    public static readonly MetricDefinition Validations = MetricDefinition.Counter(
        "block.validations", "{block}", "Blocks of peers that were judged.", MetricLabel.Of<MessageAcceptance>("result"), Reason);

    public static readonly MetricDefinition ValidationTime = MetricDefinition.Histogram(
        "block.validation.duration",
        "s",
        "Time of the processor to judge a block, by phase; our own among them.",
        MetricBuckets.Work,
        new MetricLabel("phase", ["decode", "check", "admit"]));

    public static readonly MetricDefinition Delivered = MetricDefinition.Counter(
        "block.delivered", "{block}", "Valid blocks of peers handed on.", MetricLabels.Version);

    public static readonly MetricDefinition Latency = MetricDefinition.Histogram(
        "block.delivery.latency", "s", "From the timestamp of a valid block of a peer to its delivery.", MetricBuckets.Delivery);

    public static readonly MetricDefinition LastNumber = MetricDefinition.Latest(
        "block.last.number", "{height}", "The number of the last valid block of a peer.");

    public static readonly MetricDefinition LastTimestamp = MetricDefinition.Latest(
        "block.last.timestamp", "s", "The timestamp of the last valid block of a peer, unix time.");

    public static readonly MetricDefinition LastArrival = MetricDefinition.Latest(
        "block.last.arrival", "s", "When the last valid block of a peer was delivered, unix time.");

    public static readonly MetricDefinition Published = MetricDefinition.Counter(
        "block.published",
        "{block}",
        "Blocks of ours to be signed and gossiped, by what became of them.",
        new MetricLabel("outcome", ["published", "no_signer", "wrong_signer", "signing_failed", "signing_timeout", "refused", "failed"]));

    public static readonly MetricDefinition LastFailure = MetricDefinition.Latest(
        "block.publish.last_failure", "s", "When a block of ours was last not published, unix time; 0 for never.");

    public static readonly MetricDefinition Dropped = MetricDefinition.Counter(
        "events.dropped",
        "{event}",
        "Blocks and other events dropped because the host did not read them in time.",
        new MetricLabel("kind", ["block", "other"]));

    public static IReadOnlyList<MetricDefinition> All { get; } =
        [Validations, ValidationTime, Delivered, Latency, LastNumber, LastTimestamp, LastArrival, Published, LastFailure, Dropped];
}
