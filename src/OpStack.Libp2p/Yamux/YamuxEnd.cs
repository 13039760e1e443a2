namespace OpStack.Libp2p.Yamux;

/// <summary>Why a connection ended.</summary>
internal enum YamuxCloseReason
{
    /// <summary>We closed it.</summary>
    ClosedLocally,
    /// <summary>We aborted it.</summary>
    AbortedLocally,
    /// <summary>The peer ended its writing side.</summary>
    ClosedByPeer,
    /// <summary>The peer sent a GoAway other than "normal".</summary>
    GoAwayByPeer,
    /// <summary>The peer broke a rule: <see cref="YamuxEnd.Violation"/>.</summary>
    ProtocolViolation,
    /// <summary>A ping was not answered in time.</summary>
    KeepAliveTimeout,
    /// <summary>The peer did not take a write in time.</summary>
    WriteTimeout,
    /// <summary>The transport failed: <see cref="YamuxEnd.Cause"/>.</summary>
    TransportFailed,
    /// <summary>A fault of ours: <see cref="YamuxEnd.Cause"/>.</summary>
    InternalError,
}

/// <summary>The end of a connection: the first cause, set once.</summary>
/// <param name="Reason">Why.</param>
/// <param name="GoAway">What we tell the peer, if anything.</param>
/// <param name="Violation">The rule that the peer broke.</param>
/// <param name="Cause">What the transport or our own code threw.</param>
internal sealed record YamuxEnd(
    YamuxCloseReason Reason,
    YamuxGoAwayCode? GoAway = null,
    YamuxViolation Violation = YamuxViolation.None,
    Exception? Cause = null);
