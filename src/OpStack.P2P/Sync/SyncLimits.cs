namespace OpStack.P2P.Sync;

/// <summary>Bounds, rates and times of payload_by_number, under the names of op-node's sync.go (op-stack-p2p.md 1.13).</summary>
internal static class SyncLimits
{
    /// <summary>For opening a stream to a peer and agreeing on the protocol (op-node streamTimeout).</summary>
    public static readonly TimeSpan StreamTimeout = TimeSpan.FromSeconds(5);

    /// <summary>For the client to write its request (op-node clientWriteRequestTimeout).</summary>
    public static readonly TimeSpan ClientWriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For the whole answer to arrive (op-node clientReadResponsetimeout).</summary>
    public static readonly TimeSpan ClientReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For the request to arrive at the server, and for the peer to end its side after the answer (op-node serverReadRequestTimeout).
    /// </summary>
    public static readonly TimeSpan ServerReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For the whole answer to be taken (op-node serverWriteChunkTimeout).</summary>
    public static readonly TimeSpan ServerWriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For the host to give a block. Own choice: half of what op-node gives waiting and loading together.</summary>
    public static readonly TimeSpan SourceTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A request that would have to wait longer for its turn is refused (op-node maxThrottleDelay).</summary>
    public static readonly TimeSpan MaxThrottleDelay = TimeSpan.FromSeconds(20);

    /// <summary>All peers together: 20 blocks per second (op-node globalServerBlocksRateLimit).</summary>
    public static readonly TimeSpan GlobalInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>All peers together: blocks at once (op-node globalServerBlocksBurst).</summary>
    public const int GlobalBurst = 40;

    /// <summary>One peer: 4 blocks per second (op-node peerServerBlocksRateLimit).</summary>
    public static readonly TimeSpan PeerInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>One peer: blocks at once (op-node peerServerBlocksBurst).</summary>
    public const int PeerBurst = 15;

    /// <summary>What a failed request costs the client of its own rate for that peer, in requests: 3.75 s (op-node clientErrRateCost).</summary>
    public const int ErrorCost = PeerBurst;

    /// <summary>Peers whose rates the server remembers (op-node: LRU of 1000).</summary>
    public const int MaxPeerRates = 1000;

    /// <summary>Bytes of a request: the height (op-node).</summary>
    public const int RequestSize = sizeof(ulong);

    /// <summary>What a peer may send after its request before it ends its side, in bytes. Own choice: nobody honest sends any.</summary>
    public const int MaxRequestTail = 1024;

    /// <summary>Longest answer as it arrives, in bytes (op-node maxGossipSize).</summary>
    public const int MaxResponseSize = 10 << 20;

    /// <summary>Longest answer decompressed, in bytes (op-node maxGossipSize).</summary>
    public const int MaxPayloadSize = 10 << 20;

    /// <summary>What is read of an answer at once, in bytes. Own choice: one chunk of framed snappy and its header fit.</summary>
    public const int ReadSize = 80 << 10;

    /// <summary>Blocks fetched ahead of the one that links next, in quarantine or on their way to the host (op-node: LRU of 100).</summary>
    public const int MaxQuarantine = 100;

    /// <summary>
    /// While more bytes than these are in quarantine only the block that links next is asked for. Own choice: with
    /// <see cref="MaxInFlight"/> answers of 10 MiB on top the client holds 224 MiB at most.
    /// </summary>
    public const long MaxQuarantineBytes = 64L << 20;

    /// <summary>Requests under way at once over all peers; each peer has one. Own choice: at 20 per second each may take 0.8 s.</summary>
    public const int MaxInFlight = 16;

    /// <summary>Peers known to the client, those that are gone included. Own choice: more than a swarm has connections.</summary>
    public const int MaxPeers = 1024;

    /// <summary>
    /// The block that links next is asked of another peer as well when the first has not answered for this time. Own choice: an honest answer
    /// takes less, and a silent peer would hold up everything for 15 s otherwise.
    /// </summary>
    public static readonly TimeSpan HedgeDelay = TimeSpan.FromSeconds(2);

    /// <summary>Peers asked for the same block at once. Own choice.</summary>
    public const int MaxHedges = 3;

    /// <summary>How long a peer is not asked whose block did not link. Own choice: its score has decayed to a tenth then.</summary>
    public static readonly TimeSpan SuspectPause = TimeSpan.FromSeconds(60);

    /// <summary>Ranges that wait while another is worked on. Own choice.</summary>
    public const int MaxQueuedRanges = 16;

    /// <summary>Inputs waiting for the client's loop; what cannot wait is not put there. Own choice.</summary>
    public const int MaxInputs = 1024;

    /// <summary>Default of <see cref="SyncOptions.StallTimeout"/>.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Default of <see cref="SyncOptions.MaxAscendingBytes"/>.</summary>
    public const long MaxAscendingBytes = 1L << 30;

    /// <summary>Peers whose application score is remembered. Own choice: as the rates.</summary>
    public const int MaxScoredPeers = 1000;

    /// <summary>How long the score of a peer that is gone is kept, in block times: 100 epochs of 6 (op-node RetainScore).</summary>
    public const int ScoreRetentionSlots = 600;

    /// <summary>Blocks above the head that gap detection remembers. Own choice: two hours of a chain with blocks every two seconds.</summary>
    public const int MaxKnownBlocks = 4096;

    /// <summary>After which a gap that is still open is asked for again. Own choice.</summary>
    public static readonly TimeSpan GapRetryInterval = TimeSpan.FromSeconds(30);

    /// <summary>A gap of more blocks than make this time is left to the execution layer (op-node ignores ranges older than 12 h).</summary>
    public static readonly TimeSpan MaxGapAge = TimeSpan.FromHours(12);
}
