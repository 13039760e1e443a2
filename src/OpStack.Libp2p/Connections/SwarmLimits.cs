namespace OpStack.Libp2p.Connections;

/// <summary>
/// Bounds of the swarm that a host has no reason to set; those it may set are in <see cref="ConnectionLimits"/>. Sources: attack-cases.md
/// section 3, wire.md section 7.
/// </summary>
internal static class SwarmLimits
{
    /// <summary>Addresses tried for one peer in one dial, after name resolution. Arbitrary; honest peers have a handful.</summary>
    public const int AddressesPerDial = 16;

    /// <summary>How deep /dnsaddr names may point at one another (go-libp2p swarm).</summary>
    public const int DnsAddrDepth = 4;

    /// <summary>Addresses taken from the /dnsaddr records of one dial (go-multiaddr-dns).</summary>
    public const int DnsAddrRecords = 100;

    /// <summary>TXT look-ups of one /dnsaddr address, over all depths. Ours: more than any honest tree has.</summary>
    public const int DnsAddrLookups = 16;

    /// <summary>
    /// Addresses that peers are told besides those bound. Ours: with them an identify message stays within what rust-libp2p reads.
    /// </summary>
    public const int ExternalAddresses = 16;

    /// <summary>Tags of one peer. Ours; the host is the only one to set them.</summary>
    public const int TagsPerPeer = 32;

    /// <summary>How old the list of the machine's own addresses may be. Arbitrary; they change by hand.</summary>
    public static readonly TimeSpan InterfaceRefresh = TimeSpan.FromSeconds(10);

    /// <summary>Between two connection attempts of one dial while none has failed (RFC 8305 section 5).</summary>
    public static readonly TimeSpan AttemptStagger = TimeSpan.FromMilliseconds(250);

    /// <summary>The pause before the accept loop goes on after a fault that is no socket's. Ours.</summary>
    public static readonly TimeSpan LoopFaultPause = TimeSpan.FromSeconds(1);
}
