namespace OpStack.Libp2p.Gossipsub;

/// <summary>Bounds on what a peer can make the router hold or do. What has a place in <see cref="GossipsubOptions"/> is not repeated here.</summary>
internal static class GossipsubLimits
{
    /// <summary>Longest backoff held, whoever named it; the reader clamps to the same.</summary>
    public static readonly TimeSpan MaxPruneBackoff = TimeSpan.FromSeconds(RpcLimits.MaxPruneBackoffSeconds);

    /// <summary>How long an expired backoff still keeps us from grafting; go-libp2p-pubsub: two of its 1 s heartbeats.</summary>
    public static readonly TimeSpan BackoffSlack = TimeSpan.FromSeconds(2);

    /// <summary>Heartbeats between sweeps of the backoffs; go-libp2p-pubsub.</summary>
    public const int BackoffSweepTicks = 15;

    /// <summary>
    /// Backoffs held per topic; past it the one that ends first goes. Ours: an entry needs a connection that grafted, so 4,096 peers
    /// within a minute are 30 times the connections a host allows (attack-cases 3: 128).
    /// </summary>
    public const int MaxBackoffsPerTopic = 4096;

    /// <summary>Topics one peer may subscribe to; rust-libp2p-gossipsub 0.50. The reader's allow-list is far shorter.</summary>
    public const int MaxTopicsPerPeer = 100;

    /// <summary>Ids of IDONTWANT taken from one peer per heartbeat; go-libp2p-pubsub MaxIDontWantMessages.</summary>
    public const int MaxIDontWantIds = 1000;

    /// <summary>Heartbeats an IDONTWANT is honoured; go-libp2p-pubsub IDontWantMessageTTL.</summary>
    public const int IDontWantHeartbeats = 3;

    /// <summary>Ids put into one RPC of IHAVE; 16 KiB is what rust-libp2p-gossipsub 0.50 accepts as control of one RPC (wire.md 9.16).</summary>
    public const int MaxIHaveIdsPerRpc = 500;

    /// <summary>
    /// Ids in the seen cache. 65 s of 4 topics at one block a second are 260; this leaves room for 2,000 garbage messages a second
    /// and stays under the 40 MB of attack-cases row 41 (measured: 17 MB when full, HeapTests).
    /// </summary>
    public const int MaxSeenIds = 131_072;

    /// <summary>Bytes of the message cache: attack-cases and issue 4 allow 64 MiB.</summary>
    public const long MaxCachedBytes = 64L << 20;

    /// <summary>What an entry of the message cache counts besides its frame, so that small messages are bounded too.</summary>
    public const int CachedEntryOverhead = 256;
}
