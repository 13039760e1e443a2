using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>What one node counted since it started.</summary>
internal sealed class NodeCounters
{
    /// <summary>RPCs of control it queued, and their bytes.</summary>
    public long ControlSent { get; set; }

    public long ControlBytes { get; set; }

    /// <summary>Messages it queued.</summary>
    public long MessagesSent { get; set; }

    /// <summary>Messages its full queues dropped.</summary>
    public long MessagesDropped { get; set; }

    /// <summary>Messages taken out of its queues again because the peer did not want them.</summary>
    public long MessagesCancelled { get; set; }

    /// <summary>RPCs of control its full queues dropped.</summary>
    public long ControlDropped { get; set; }

    /// <summary>Messages of graylisted peers, dropped before decoding.</summary>
    public long MessagesGraylisted { get; set; }

    /// <summary>RPCs the reader refused.</summary>
    public long RpcsRefused { get; set; }

    /// <summary>Messages decoded: neither recognised as a copy nor dropped before.</summary>
    public long Decoded { get; set; }

    /// <summary>Checks run, whether their result was shared or not: a real node verifies a signature in each.</summary>
    public long Checks { get; set; }

    /// <summary>Checks that ran out of time.</summary>
    public long ValidationTimeouts { get; set; }

    /// <summary>What the handler threw.</summary>
    public long HandlerFaults { get; set; }

    /// <summary>Streams given up because the peer did not read for as long as a write may take.</summary>
    public long WriteTimeouts { get; set; }

    /// <summary>Most entries seen in the queue of one peer.</summary>
    public int MostQueued { get; set; }

    /// <summary>Most bytes seen in the queue of one peer.</summary>
    public long MostQueuedBytes { get; set; }

    /// <summary>In the words of the gossip service, which counts the same.</summary>
    public GossipsubStatistics ToStatistics() => new()
    {
        RpcsRefused = RpcsRefused,
        MessagesDecoded = Decoded,
        MessagesGraylisted = MessagesGraylisted,
        MessagesDropped = MessagesDropped,
        MessagesCancelled = MessagesCancelled,
        ControlDropped = ControlDropped,
        WriteTimeouts = WriteTimeouts,
        ValidationTimeouts = ValidationTimeouts,
        HandlerFaults = HandlerFaults,
    };
}
