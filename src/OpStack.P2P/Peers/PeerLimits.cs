namespace OpStack.P2P.Peers;

/// <summary>Bounds of what is read about peers from text and files.</summary>
internal static class PeerLimits
{
    /// <summary>Most records of a boot store (kona's BootStore, MAX_PEERS).</summary>
    public const int MaxStoredRecords = 2048;

    /// <summary>
    /// Largest boot store file read, in bytes. Own choice: five times what <see cref="MaxStoredRecords"/> records of the largest size take
    /// as text.
    /// </summary>
    public const int MaxStoreFileSize = 4 << 20;

    /// <summary>
    /// Most unusable boot store files kept aside; with so many there, the next one stays in its place and nothing is saved. Own choice.
    /// </summary>
    public const int MaxBadStoreFiles = 16;

    /// <summary>Longest enode URL in characters. Own choice: 136 of scheme and id, a host name, both ports.</summary>
    public const int MaxEnodeText = 512;

    /// <summary>Longest host name in characters (RFC 1035 section 2.3.4, without the trailing dot).</summary>
    public const int MaxHostName = 253;

    /// <summary>
    /// Most entries of each of the operator's lists: blocked peers, addresses, subnets, protected peers. Own choice: the file of the full
    /// lists stays within <see cref="MaxGaterFileSize"/>.
    /// </summary>
    public const int MaxListed = 16_384;

    /// <summary>Most bans of peers, and as many of addresses; the one that ends first makes room. Own choice.</summary>
    public const int MaxBans = 4096;

    /// <summary>Longest reason of a ban in characters. Own choice.</summary>
    public const int MaxBanReason = 64;

    /// <summary>
    /// Addresses whose dials are counted; the one dialled longest ago is forgotten first. Own choice: four for each peer of the store.
    /// </summary>
    public const int MaxDialedAddresses = 8192;

    /// <summary>Largest file of a gater read, in bytes. Own choice: three times what full lists take.</summary>
    public const int MaxGaterFileSize = 16 << 20;

    /// <summary>
    /// Peers of the peer store, half of which may be peers that never were connected. Own choice: as many as the boot store has records.
    /// </summary>
    public const int MaxStoredPeers = 2048;

    /// <summary>
    /// Peers of the store with a negative score, which are not forgotten for others; past it the one not seen for longest goes. Own choice:
    /// a quarter, so that whoever misbehaves under many ids leaves the rest to those we look for.
    /// </summary>
    public const int MaxStoredOffenders = MaxStoredPeers / 4;

    /// <summary>Addresses kept of one peer. Own choice; honest peers have a handful, and a dial tries 16 at most.</summary>
    public const int MaxAddressesPerPeer = 8;

    /// <summary>Longest address kept, in bytes of its binary form. Own choice: the longest host name and a port.</summary>
    public const int MaxAddressBytes = 300;

    /// <summary>Longest agent version kept, in characters: what we send ourselves at most.</summary>
    public const int MaxAgentVersion = 128;

    /// <summary>Longest protocol version kept, in characters. Own choice; op-node and kona have none.</summary>
    public const int MaxProtocolVersion = 64;

    /// <summary>Protocols kept of a peer. Own choice: an op-node has about ten.</summary>
    public const int MaxProtocols = 24;

    /// <summary>
    /// Longest protocol kept, in characters; longer ones are left out, since half a name is another's. Own choice: the longest of ours has
    /// 50.
    /// </summary>
    public const int MaxProtocolLength = 80;

    /// <summary>Topics whose counters are kept of a peer. Own choice: twice the block topics.</summary>
    public const int MaxScoredTopics = 8;

    /// <summary>Longest topic of a stored counter, in characters. Own choice: block topics have about 30.</summary>
    public const int MaxTopicLength = 128;

    /// <summary>
    /// Largest file of a peer store read, in bytes. Own choice, and checked by a test: it holds the full store whatever its peers say of
    /// themselves, so no peer can make us lose it.
    /// </summary>
    public const int MaxPeerFileSize = 32 << 20;

    /// <summary>The share of a new round trip in the average (go-libp2p LatencyEWMASmoothing).</summary>
    public const double LatencySmoothing = 0.1;

    /// <summary>
    /// Candidates of one round of dials. Own choice: many times what four workers can dial in 30 s, and few enough that rounds cost nothing
    /// while most of a full store is in back-off.
    /// </summary>
    public const int MaxDialsPerRound = 64;

    /// <summary>Peers that broke the protocol remembered until they are told to the log; more are left out. Own choice.</summary>
    public const int MaxViolators = 256;

    /// <summary>Pings begun at once in a round (op-node pings.go).</summary>
    public const int PingBurst = 10;

    /// <summary>Between two pings after the burst (op-node).</summary>
    public static readonly TimeSpan PingPace = TimeSpan.FromSeconds(1);

    /// <summary>Between two rounds of pings, before the first, and for one round (op-node).</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromMinutes(3);

    /// <summary>For one target to apply a ban; so long its fault keeps others from theirs. Own choice.</summary>
    public static readonly TimeSpan BanTimeout = TimeSpan.FromSeconds(5);

    /// <summary>For one dial of a static peer, all its addresses and the wait for its turn (op-node).</summary>
    public static readonly TimeSpan StaticDialDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Longest ban, and longest time that anything about a peer is kept. Own choice.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromDays(365);

    /// <summary>Shortest interval of anything done about peers again and again. Own choice.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(10);
}
