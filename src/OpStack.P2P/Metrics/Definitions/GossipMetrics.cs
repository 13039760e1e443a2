namespace OpStack.P2P.Metrics.Definitions;

/// <summary>Metrics of gossipsub.</summary>
internal static class GossipMetrics
{
    /// <summary>The four block topics, and whatever a handler of the host's own joins.</summary>
    private static readonly MetricLabel Topic = new("topic", [.. MetricLabels.Version.Values, "other"]);

    public static readonly MetricDefinition Peers = MetricDefinition.Gauge(
        "gossip.peers", "{peer}", "Peers with a gossip stream now.", new MetricLabel("version", ["1.0", "1.1", "1.2"]));

    public static readonly MetricDefinition Graylisted = MetricDefinition.Gauge(
        "gossip.peers.graylisted", "{peer}", "Gossip peers whose score is below the graylist threshold now.");

    public static readonly MetricDefinition Mesh = MetricDefinition.Gauge("gossip.mesh", "{peer}", "Mesh degree: mesh peers now.", Topic);

    public static readonly MetricDefinition Subscribers = MetricDefinition.Gauge(
        "gossip.subscribers", "{peer}", "Connected peers that subscribe now.", Topic);

    public static readonly MetricDefinition PeerEvents = MetricDefinition.Counter(
        "gossip.peer.events",
        "{event}",
        "Gossip peers that came and went, and peers that entered and left a mesh.",
        new MetricLabel("event", ["added", "removed", "grafted", "pruned"]));

    public static readonly MetricDefinition TopicEvents = MetricDefinition.Counter(
        "gossip.topic.events", "{event}", "Topics joined and left by us.", new MetricLabel("event", ["joined", "left"]));

    public static readonly MetricDefinition Messages = MetricDefinition.Counter(
        "gossip.messages",
        "{message}",
        "Messages received, by what became of them.",
        new MetricLabel("outcome",
        [
            "accepted", "rejected", "ignored", "duplicate", "signed", "queue_full", "throttled", "not_accepted", "not_joined", "not_subscribed",
            "graylisted",
        ]));

    public static readonly MetricDefinition Rpcs = MetricDefinition.Counter(
        "gossip.rpcs", "{rpc}", "RPCs read and written.", MetricLabels.Flow);

    public static readonly MetricDefinition RpcsRefused = MetricDefinition.Counter(
        "gossip.rpcs.refused", "{rpc}", "RPCs refused whole: malformed, or over a limit.");

    public static readonly MetricDefinition Control = MetricDefinition.Counter(
        "gossip.control",
        "{entry}",
        "Control and subscriptions: topics of subscriptions, IHAVE, GRAFT and PRUNE, ids of IWANT and IDONTWANT.",
        new MetricLabel("kind", ["subscribe", "unsubscribe", "ihave", "iwant", "graft", "prune", "idontwant"]),
        MetricLabels.Flow);

    public static readonly MetricDefinition ControlRefused = MetricDefinition.Counter(
        "gossip.control.refused",
        "{entry}",
        "Control of peers that was not followed.",
        new MetricLabel("cause", ["graft_in_backoff", "graft_refused", "graft_not_joined", "ihave_excess", "idontwant_excess", "exchange_ignored", "not_accepted"]));

    public static readonly MetricDefinition Promises = MetricDefinition.Counter(
        "gossip.promises",
        "{promise}",
        "Messages that peers advertised and that we asked for, by what became of it.",
        new MetricLabel("outcome", ["made", "kept", "broken", "void"]));

    public static readonly MetricDefinition Given = MetricDefinition.Counter("gossip.given", "{message}", "Messages given on IWANT.");

    public static readonly MetricDefinition GivenBytes = MetricDefinition.Counter("gossip.given.size", "By", "Bytes of messages given on IWANT.");

    public static readonly MetricDefinition Penalties = MetricDefinition.Counter(
        "gossip.penalties", "{penalty}", "Penalties for bad behaviour (P7).");

    public static readonly MetricDefinition Graylistings = MetricDefinition.Counter(
        "gossip.graylistings", "{event}", "Times that a peer fell below the graylist threshold.");

    public static readonly MetricDefinition OpportunisticGrafts = MetricDefinition.Counter(
        "gossip.grafts.opportunistic", "{peer}", "Peers grafted to better a mesh of low scores.");

    public static readonly MetricDefinition StreamEvents = MetricDefinition.Counter(
        "gossip.stream.events",
        "{event}",
        "Gossip streams opened, lost, ended for a late write, replaced, or ended for a slow frame.",
        new MetricLabel("event", ["opened", "lost", "write_timeout", "replaced", "frame_revoked"]));

    public static readonly MetricDefinition QueueEntries = MetricDefinition.Gauge(
        "gossip.queue.entries", "{rpc}", "RPCs that wait to be written now, to all peers.");

    public static readonly MetricDefinition QueueDeepest = MetricDefinition.Latest(
        "gossip.queue.deepest", "{rpc}", "RPCs that wait now for the peer that has most of them; its limit is 256.");

    public static readonly MetricDefinition QueueBytes = MetricDefinition.Gauge("gossip.queue.size", "By", "Bytes that wait to be written now, to all peers.");

    public static readonly MetricDefinition Dropped = MetricDefinition.Counter(
        "gossip.dropped",
        "{rpc}",
        "What was not written: messages and control whose queue was full or closed, and messages that were not wanted any more.",
        new MetricLabel("kind", ["message", "control", "unwanted_message"]));

    public static readonly MetricDefinition Backlog = MetricDefinition.Gauge(
        "gossip.backlog", "By", "Bytes of frames being received and of messages without a verdict now.", new MetricLabel("stage", ["frames", "messages"]));

    public static readonly MetricDefinition Validating = MetricDefinition.Gauge(
        "gossip.validating", "{message}", "Messages being validated now.");

    public static readonly MetricDefinition Seen = MetricDefinition.Gauge("gossip.seen", "{id}", "Ids in the seen cache now.");

    public static readonly MetricDefinition Cached = MetricDefinition.Gauge("gossip.cache.messages", "{message}", "Messages in the message cache now.");

    public static readonly MetricDefinition CachedBytes = MetricDefinition.Gauge("gossip.cache.size", "By", "Bytes in the message cache now.");

    public static readonly MetricDefinition Backoffs = MetricDefinition.Gauge("gossip.backoffs", "{backoff}", "Mesh backoffs held now.");

    public static readonly MetricDefinition Heartbeats = MetricDefinition.Counter("gossip.heartbeats", "{heartbeat}", "Heartbeats of the router.");

    public static readonly MetricDefinition Faults = MetricDefinition.Counter(
        "gossip.faults",
        "{fault}",
        "Faults of ours: exceptions of the block handler and of the router, and verdicts that came too late.",
        new MetricLabel("kind", ["handler", "router", "validation_timeout"]));

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        Peers, Graylisted, Mesh, Subscribers, PeerEvents, TopicEvents, Messages, Rpcs, RpcsRefused, Control, ControlRefused, Promises, Given,
        GivenBytes, Penalties, Graylistings, OpportunisticGrafts, StreamEvents, QueueEntries, QueueDeepest, QueueBytes, Dropped, Backlog, Validating,
        Seen, Cached, CachedBytes, Backoffs, Heartbeats, Faults,
    ];
}
