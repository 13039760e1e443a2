namespace OpStack.Libp2p.Connections;

/// <summary>Bounds of the swarm; sources: attack-cases.md section 3, wire.md section 7.</summary>
internal static class SwarmLimits
{
    /// <summary>Inbound connections whose handshake has not ended. At the limit the oldest one is dropped for the newcomer (go-libp2p: 32 transient inbound).</summary>
    public const int HalfOpenInbound = 32;

    /// <summary>Connections in all, both directions (go-libp2p: 128).</summary>
    public const int Connections = 128;

    /// <summary>Connections to one peer (go-libp2p: 8 per peer).</summary>
    public const int ConnectionsPerPeer = 8;

    /// <summary>Addresses tried for one peer in one dial, after name resolution. Arbitrary; honest peers have a handful.</summary>
    public const int AddressesPerDial = 16;

    /// <summary>Inbound streams of one connection whose protocol is being agreed or served (yamux allows 256; a handler is one task). Others are reset.</summary>
    public const int StreamTasksPerConnection = 256;

    /// <summary>How old the list of the machine's own addresses may be. Arbitrary; they change by hand.</summary>
    public static readonly TimeSpan InterfaceRefresh = TimeSpan.FromSeconds(10);
}
