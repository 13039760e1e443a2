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
    /// Backoffs held per topic; past it the one that ends last goes. Ours: an entry needs a connection that grafted, so 4,096 peers
    /// within a minute are 30 times the connections a host allows (attack-cases 3: 128).
    /// </summary>
    public const int MaxBackoffsPerTopic = 4096;

    /// <summary>Topics one peer may subscribe to; rust-libp2p-gossipsub 0.50. The reader's allow-list is far shorter.</summary>
    public const int MaxTopicsPerPeer = 100;

    /// <summary>
    /// Ids of IDONTWANT taken from one peer per heartbeat (attack-cases row 37). go-libp2p-pubsub takes 1,000 RPCs, v0.12 with as many ids as
    /// they hold and HEAD with 10 each. One number of ids bounds both and refuses neither: v0.12 names all messages of an RPC it received in
    /// one IDONTWANT, which may be more than 10, and no peer sends an RPC without an id.
    /// </summary>
    public const int MaxIDontWantIds = 1000;

    /// <summary>RPCs with IDONTWANT sent to one peer per heartbeat, each with one id: go-libp2p-pubsub MaxIDontWantMessages, past which it ignores them.</summary>
    public const int MaxIDontWantsSent = 1000;

    /// <summary>Heartbeats an IDONTWANT is honoured; go-libp2p-pubsub IDontWantMessageTTL.</summary>
    public const int IDontWantHeartbeats = 3;

    /// <summary>
    /// Promises held of one peer; past it an IHAVE is answered without one. Ours: at the defaults of 10 IHAVEs a heartbeat, answered within 3 s,
    /// there are at most 70.
    /// </summary>
    public const int MaxPromisesPerPeer = 128;

    /// <summary>
    /// Bytes of messages given to one peer on IWANT per heartbeat: more cannot wait in its queue (<see cref="RpcLimits.SendQueueBytes"/>), and what is
    /// dropped there would count as given. What is over is not given, and may be asked for again.
    /// </summary>
    public const long MaxGivenBytes = RpcLimits.SendQueueBytes;

    /// <summary>
    /// Peers remembered per message, as senders of copies and as takers on IWANT. Ours: 8 times the connections a host allows (attack-cases 3: 128),
    /// all within the seconds that a message is held.
    /// </summary>
    public const int MaxPeersPerMessage = 1024;

    /// <summary>Peers taken from the PRUNEs of one peer per heartbeat. Ours: it leaves all four topics at once and names 16 for each.</summary>
    public const int MaxPeersExchanged = 4 * RpcLimits.MaxPrunePeers;

    /// <summary>Ids put into one RPC of IHAVE; 16 KiB is what rust-libp2p-gossipsub 0.50 accepts as control of one RPC (wire.md 9.16).</summary>
    public const int MaxIHaveIdsPerRpc = 500;

    /// <summary>
    /// Ids in the seen cache. 65 s of 4 topics at one block a second are 260; this leaves room for 2,000 garbage messages a second
    /// and stays under the 40 MB of attack-cases row 41 (measured: 17 MB when full, HeapTests).
    /// </summary>
    public const int MaxSeenIds = 131_072;

    /// <summary>Messages in the message cache. Ours: 5,000 accepted a second for the 6 s of 12 heartbeats.</summary>
    public const int MaxCachedMessages = 32_768;

    /// <summary>Bytes of the message cache: attack-cases and issue 4 allow 64 MiB.</summary>
    public const long MaxCachedBytes = 64L << 20;

    /// <summary>What an entry of the message cache counts besides its frame, so that small messages are bounded too.</summary>
    public const int CachedEntryOverhead = 256;
}
