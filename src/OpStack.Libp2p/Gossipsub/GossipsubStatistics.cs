namespace OpStack.Libp2p.Gossipsub;

/// <summary>What a <see cref="GossipsubService"/> counted since it was created. All values only grow.</summary>
public sealed record GossipsubStatistics
{
    /// <summary>RPCs read.</summary>
    public long RpcsReceived { get; init; }

    /// <summary>Their bytes, length prefixes included.</summary>
    public long BytesReceived { get; init; }

    /// <summary>RPCs refused whole: malformed, or over a limit of the codec.</summary>
    public long RpcsRefused { get; init; }

    /// <summary>Messages decoded by the handler (first copies).</summary>
    public long MessagesDecoded { get; init; }

    /// <summary>Byte-equal copies of a retained message, recognised without decoding.</summary>
    public long CopiesRecognised { get; init; }

    /// <summary>Messages refused because they carry a signature or an author (StrictNoSign).</summary>
    public long PolicyRefused { get; init; }

    /// <summary>Messages dropped before decoding because their topic is not subscribed, or is none of ours.</summary>
    public long NotSubscribed { get; init; }

    /// <summary>Messages dropped before decoding because their sender's score is below the graylist threshold.</summary>
    public long MessagesGraylisted { get; init; }

    /// <summary>Inbound streams reset because a frame arrived too slowly while others waited for its room.</summary>
    public long FramesRevoked { get; init; }

    /// <summary>Inbound streams replaced by a second one of the same peer.</summary>
    public long InboundReplaced { get; init; }

    /// <summary>Outbound streams opened.</summary>
    public long StreamsOpened { get; init; }

    /// <summary>Outbound streams that ended while their peer was connected.</summary>
    public long StreamsLost { get; init; }

    /// <summary>Outbound streams reset because a write took longer than 30 s.</summary>
    public long WriteTimeouts { get; init; }

    /// <summary>RPCs written.</summary>
    public long RpcsSent { get; init; }

    /// <summary>Their bytes, length prefixes included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Messages dropped because a peer's queue was full or its stream not open.</summary>
    public long MessagesDropped { get; init; }

    /// <summary>Messages dropped from a peer's queue because it said meanwhile that it does not want them.</summary>
    public long MessagesCancelled { get; init; }

    /// <summary>Control RPCs dropped for the same reasons; their GRAFTs, PRUNEs and subscriptions are sent again.</summary>
    public long ControlDropped { get; init; }

    /// <summary>Messages ignored because no verdict came within 3 s.</summary>
    public long ValidationTimeouts { get; init; }

    /// <summary>Exceptions the handler threw; each made its message ignored.</summary>
    public long HandlerFaults { get; init; }

    /// <summary>Inputs the router threw at: bugs of ours, logged.</summary>
    public long RouterFaults { get; init; }

    /// <summary>Control and subscriptions read, those of graylisted peers included; of topics that are not ours nothing is counted.</summary>
    public ControlCounts ControlReceived { get; init; }

    /// <summary>Control and subscriptions written.</summary>
    public ControlCounts ControlSent { get; init; }
}
