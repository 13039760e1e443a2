using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Node;

/// <summary>
/// How the metrics of gossip are read: from what its streams count and from a router's state. That is all it knows, so that a simulation's nodes
/// are measured by the same code.
/// </summary>
internal sealed partial class GossipReadings
{
    private readonly MetricSource _source;
    private readonly BlockTopics _topics;
    private readonly Func<GossipsubStatistics> _streams;
    private readonly ApplicationScores _answers;
    private RouterSnapshot? _router;

    /// <summary>Says how everything is read.</summary>
    /// <param name="source">Where the readings go.</param>
    /// <param name="chainId">The L2 chain id, for its topics.</param>
    /// <param name="streams">What the streams have counted; read when it is collected.</param>
    /// <param name="answers">The counts of sync answers.</param>
    public GossipReadings(MetricSource source, ulong chainId, Func<GossipsubStatistics> streams, ApplicationScores answers)
    {
        _source = source;
        _topics = new BlockTopics(chainId);
        _streams = streams;
        _answers = answers;
        ObserveStreams();
        ObserveRouter();
    }

    /// <summary>The router's state from here on.</summary>
    public void OnSample(RouterSnapshot router) => Volatile.Write(ref _router, router);

    private GossipsubStatistics Streams => _streams();

    private void ObserveStreams()
    {
        _source.Observe(GossipMetrics.Messages, ReadMessages);
        _source.Observe(GossipMetrics.Rpcs, values => SeriesValues.Fill(values, Streams.RpcsReceived, Streams.RpcsSent));
        _source.Observe(GossipMetrics.RpcsRefused, () => Streams.RpcsRefused);
        _source.Observe(GossipMetrics.Control, ReadControl);
        _source.Observe(
            GossipMetrics.StreamEvents,
            values => SeriesValues.Fill(
                values, Streams.StreamsOpened, Streams.StreamsLost, Streams.WriteTimeouts, Streams.InboundReplaced, Streams.FramesRevoked));
        _source.Observe(
            GossipMetrics.Dropped, values => SeriesValues.Fill(values, Streams.MessagesDropped, Streams.ControlDropped, Streams.MessagesCancelled));
        _source.Observe(
            GossipMetrics.Faults, values => SeriesValues.Fill(values, Streams.HandlerFaults, Streams.RouterFaults, Streams.ValidationTimeouts));
    }

    /// <summary>Some end before the router, and some in it.</summary>
    private void ReadMessages(Span<long> values)
    {
        GossipsubStatistics streams = Streams;
        RouterCounters router = Router?.Counters ?? default;
        SeriesValues.Fill(
            values,
            router.Accepted,
            router.Rejected,
            router.Ignored,
            router.Duplicates,
            streams.PolicyRefused,
            router.QueueFull,
            router.Throttled,
            router.NotAccepted,
            router.NotJoined,
            streams.NotSubscribed,
            streams.MessagesGraylisted);
    }

    private void ReadControl(Span<long> values)
    {
        GossipsubStatistics streams = Streams;
        (ControlCounts read, ControlCounts sent) = (streams.ControlReceived, streams.ControlSent);
        SeriesValues.Fill(
            values,
            read.Subscribe,
            sent.Subscribe,
            read.Unsubscribe,
            sent.Unsubscribe,
            read.IHave,
            sent.IHave,
            read.IWant,
            sent.IWant,
            read.Graft,
            sent.Graft,
            read.Prune,
            sent.Prune,
            read.IDontWant,
            sent.IDontWant);
    }
}
