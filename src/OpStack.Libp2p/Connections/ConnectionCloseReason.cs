namespace OpStack.Libp2p.Connections;

/// <summary>Why a connection ended.</summary>
public enum ConnectionCloseReason
{
    /// <summary>The remote closed it, said go-away or vanished (reset, end of stream).</summary>
    ClosedByRemote,
    /// <summary>The remote answered no keep-alive, or did not read what we wrote, within the muxer's deadlines.</summary>
    TimedOut,
    /// <summary>The remote broke a rule of the protocol.</summary>
    ProtocolViolation,
    /// <summary>The host asked for it.</summary>
    Requested,
    /// <summary>The host blocked the peer, its address or its subnet.</summary>
    Blocked,
    /// <summary>The host banned the peer or its address.</summary>
    Banned,
    /// <summary>The connection manager trimmed it: there were too many.</summary>
    Trimmed,
    /// <summary>A limit was reached, and it made room for a connection that counts more.</summary>
    Displaced,
    /// <summary>It was the losing half of a simultaneous dial.</summary>
    Duplicate,
    /// <summary>Our own code failed on it.</summary>
    Fault,
    /// <summary>The swarm is being disposed.</summary>
    Shutdown,
}
