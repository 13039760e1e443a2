namespace OpStack.P2P.Peers.Gating;

/// <summary>Why an address cannot be dialled (kona's DialError and what bans and scores add to it).</summary>
public enum DialError
{
    /// <summary>It can.</summary>
    None,
    /// <summary>It does not end in /p2p: whom to expect there is not known.</summary>
    InvalidMultiaddr,
    /// <summary>Its peer is being dialled already.</summary>
    AlreadyDialing,
    /// <summary>It was dialled as often as <see cref="GaterConfig.PeerRedialing"/> allows.</summary>
    ThresholdReached,
    /// <summary>Its peer is blocked.</summary>
    PeerBlocked,
    /// <summary>It is not TCP at an IP address or a host name.</summary>
    InvalidIpAddress,
    /// <summary>Its IP address is blocked.</summary>
    AddressBlocked,
    /// <summary>Its IP address lies in a blocked subnet.</summary>
    SubnetBlocked,
    /// <summary>Its peer is banned.</summary>
    PeerBanned,
    /// <summary>Its IP address is banned.</summary>
    AddressBanned,
    /// <summary>Its peer's score is below <see cref="GaterConfig.MinScore"/>.</summary>
    ScoreTooLow,
}
