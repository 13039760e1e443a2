using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Node;

/// <summary>Gossip, as its streams count it: read when it is collected.</summary>
internal sealed partial class NetworkMetrics
{
    private GossipsubStatistics Gossip => _gossip.Statistics;

    private void ObserveGossip()
    {
        _source.Observe(GossipMetrics.Messages, ReadMessages);
        _source.Observe(GossipMetrics.Rpcs, values => Fill(values, Gossip.RpcsReceived, Gossip.RpcsSent));
        _source.Observe(GossipMetrics.RpcsRefused, () => Gossip.RpcsRefused);
        _source.Observe(GossipMetrics.Control, ReadControl);
        _source.Observe(
            GossipMetrics.StreamEvents,
            values => Fill(
                values, Gossip.StreamsOpened, Gossip.StreamsLost, Gossip.WriteTimeouts, Gossip.InboundReplaced, Gossip.FramesRevoked));
        _source.Observe(
            GossipMetrics.Dropped, values => Fill(values, Gossip.MessagesDropped, Gossip.ControlDropped, Gossip.MessagesCancelled));
        _source.Observe(
            GossipMetrics.Faults, values => Fill(values, Gossip.HandlerFaults, Gossip.RouterFaults, Gossip.ValidationTimeouts));
        _source.Observe(BlockMetrics.Dropped, values => Fill(values, _gossip.DroppedBlocks, _gossip.DroppedEvents));
    }

    /// <summary>Some end before the router, and some in it.</summary>
    private void ReadMessages(Span<long> values)
    {
        GossipsubStatistics streams = Gossip;
        RouterCounters router = Router?.Counters ?? default;
        Fill(
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
        GossipsubStatistics streams = Gossip;
        (ControlCounts read, ControlCounts sent) = (streams.ControlReceived, streams.ControlSent);
        Fill(
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
