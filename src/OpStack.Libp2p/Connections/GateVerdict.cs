namespace OpStack.Libp2p.Connections;

/// <summary>What an <see cref="IConnectionGate"/> says of a dial or a connection: let it go on, or the reason against it.</summary>
public enum GateVerdict
{
    /// <summary>Let it go on.</summary>
    Allow,
    /// <summary>The peer id is blocked.</summary>
    PeerBlocked,
    /// <summary>The IP address is blocked.</summary>
    AddressBlocked,
    /// <summary>The IP address lies in a blocked subnet.</summary>
    SubnetBlocked,
    /// <summary>The peer is banned for a time.</summary>
    PeerBanned,
    /// <summary>The IP address is banned for a time.</summary>
    AddressBanned,
    /// <summary>The peer's score is below what a connection needs.</summary>
    ScoreTooLow,
    /// <summary>The peer or address was dialled as often as its period allows.</summary>
    DialThresholdReached,
    /// <summary>The gate itself failed (it threw); what it guards stays shut.</summary>
    GateFailed,
    /// <summary>A reason of the host's own.</summary>
    Other,
}
