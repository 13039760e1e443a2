namespace OpStack.Libp2p.Connections;

/// <summary>Counts of a <see cref="Swarm"/>: those ending in "now" are of the moment, the others since it was made.</summary>
public sealed record SwarmStatistics
{
    /// <summary>Inbound connections up now.</summary>
    public required int InboundNow { get; init; }

    /// <summary>Outbound connections up now.</summary>
    public required int OutboundNow { get; init; }

    /// <summary>Inbound handshakes under way now.</summary>
    public required int HalfOpenInboundNow { get; init; }

    /// <summary>Connection attempts of ours under way now, at most <see cref="ConnectionLimits.MaxDials"/>.</summary>
    public required int DialsNow { get; init; }

    /// <summary>Dials waiting for their turn now, at most <see cref="ConnectionLimits.MaxQueuedDials"/>.</summary>
    public required int QueuedDialsNow { get; init; }

    /// <summary>Addresses in back-off now, at most <see cref="ConnectionLimits.MaxBackoffs"/>.</summary>
    public required int BackoffsNow { get; init; }

    /// <summary>Sockets accepted, those refused included.</summary>
    public required long Accepted { get; init; }

    /// <summary>Inbound handshakes begun: the accepted sockets that nobody refused.</summary>
    public required long HandshakesBegun { get; init; }

    /// <summary>Faults of accepting that were survived (no descriptors left, a socket error).</summary>
    public required long AcceptFaults { get; init; }

    /// <summary>Dials of peers that ended connected.</summary>
    public required long DialsSucceeded { get; init; }

    /// <summary>Dials of peers that failed, by reason; cancelled ones are not counted.</summary>
    public required IReadOnlyDictionary<Libp2pError, long> DialsFailed { get; init; }

    /// <summary>Connections turned away, by reason.</summary>
    public required IReadOnlyDictionary<RefusalReason, long> Refused { get; init; }

    /// <summary>Connections closed, by reason.</summary>
    public IReadOnlyDictionary<ConnectionCloseReason, long> Closed => ClosedInbound.Concat(ClosedOutbound)
        .GroupBy(closed => closed.Key)
        .ToDictionary(closed => closed.Key, closed => closed.Sum(c => c.Value));

    /// <summary>Those of them that the remote had dialled.</summary>
    public required IReadOnlyDictionary<ConnectionCloseReason, long> ClosedInbound { get; init; }

    /// <summary>Those of them that we had dialled.</summary>
    public required IReadOnlyDictionary<ConnectionCloseReason, long> ClosedOutbound { get; init; }

    /// <summary>Inbound connections that entered the table.</summary>
    public required long OpenedInbound { get; init; }

    /// <summary>Outbound connections that entered the table.</summary>
    public required long OpenedOutbound { get; init; }

    /// <summary>Dials that ended because whoever wanted them gave up, or because the swarm ends.</summary>
    public required long DialsAbandoned { get; init; }

    /// <summary>What the gate said, by the place where it was asked; every place is there. Without a gate everything is allowed.</summary>
    public required IReadOnlyDictionary<GateHook, IReadOnlyDictionary<GateVerdict, long>> Gate { get; init; }

    /// <summary>Streams that remotes have open now.</summary>
    public required int InboundStreamsNow { get; init; }

    /// <summary>Streams of ours that are open now.</summary>
    public required int OutboundStreamsNow { get; init; }

    /// <summary>Bytes of all connections, those that ended included, with muxing and encryption.</summary>
    public required Traffic Traffic { get; init; }
}
