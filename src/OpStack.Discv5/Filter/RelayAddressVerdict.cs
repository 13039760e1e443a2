namespace OpStack.Discv5.Filter;

/// <summary>Whether an address told by another node may be contacted, or why not.</summary>
internal enum RelayAddressVerdict
{
    /// <summary>It may.</summary>
    Valid,

    /// <summary>0.0.0.0 or ::.</summary>
    Unspecified,

    /// <summary>Multicast, broadcast, documentation and the like.</summary>
    Special,

    /// <summary>A loopback address from a host that is not on loopback.</summary>
    Loopback,

    /// <summary>A LAN address from a host that is not on a LAN.</summary>
    Lan,

    /// <summary>A UDP port of 0, or a privileged one (1 to 1024) outside the sender's own local network.</summary>
    LowPort,
}
