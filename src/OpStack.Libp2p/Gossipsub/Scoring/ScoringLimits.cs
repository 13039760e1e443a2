namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>Bounds on what peers can make a <see cref="PeerScore"/> hold. Connected peers are bounded by the host, topics by the parameters.</summary>
internal static class ScoringLimits
{
    /// <summary>
    /// Scores kept of peers that are gone; past it the best one goes first, and of equals the one that would be forgotten first. Ours: 32
    /// times the connections a host allows (attack-cases 3); 5.5 MB when full, with counters on one topic and two addresses each (measured).
    /// Whoever comes back under fresh ids fills it with scores of 0, which go before any bad one: pushing out one bad score takes as many
    /// identities as this, each of them worse, while being rid of it takes one new identity.
    /// </summary>
    public const int MaxRetainedScores = 4096;

    /// <summary>
    /// Delivery records; past it the oldest goes first, and further copies of that message count for nobody. Ours: four topics at a block a
    /// second are 480 within the 120 s a record lives by default; the rest is room for 270 messages of garbage a second. 9 MB when full
    /// (measured).
    /// </summary>
    public const int MaxDeliveryRecords = 32_768;

    /// <summary>
    /// Senders remembered per delivery record; further ones count for nothing. Ours: twice the connections a host allows, so that only peers
    /// that come and go within one validation are left out.
    /// </summary>
    public const int MaxSendersPerRecord = 256;

    /// <summary>Addresses counted per peer; as many as it may have connections (attack-cases 3, go-libp2p's resource manager).</summary>
    public const int MaxAddressesPerPeer = 8;

    /// <summary>
    /// Missed ticks up to which counters decay tick by tick, so that a late caller gets exactly what a timely one gets. Beyond it they decay by
    /// a power, which differs in the last digits. Ours: after half an hour without a tick nobody can tell.
    /// </summary>
    public const int MaxTicksOneByOne = 1024;

    /// <summary>Most that a counter read back from storage may be: far beyond what a peer can do, and its square is far from overflow.</summary>
    public const double MaxStoredCounter = 1e9;
}
