using OpStack.P2P.Payloads;

namespace OpStack.P2P.Gossip;

/// <summary>Bounds and times of block gossip, under the names of op-node's gossip.go and kona's gossip/config.rs.</summary>
internal static class GossipLimits
{
    /// <summary>Longest decompressed message in bytes, inclusive: 10 MiB (op-node maxGossipSize).</summary>
    public const int MaxGossipSize = 10 * (1 << 20);

    /// <summary>Shortest decompressed message in bytes: a signature and one byte (op-node minGossipSize).</summary>
    public const int MinGossipSize = PayloadLimits.MinMessageLength;

    /// <summary>Heights remembered per topic (op-node blockHeightLRU, kona SEEN_HASH_CACHE_SIZE).</summary>
    public const int SeenHashCacheSize = 1000;

    /// <summary>
    /// A height with more different blocks than this takes no other (op-node, kona MAX_BLOCKS_TO_KEEP). The rule is "more than": six pass,
    /// against the spec's text.
    /// </summary>
    public const int MaxBlocksToKeep = 5;

    /// <summary>Longest topic hashed on the stack, in bytes. Own choice: block topics have about 30.</summary>
    public const int MaxStackTopicLength = 256;

    /// <summary>Shortest body in bytes whose two hashes are worth two cores. Own choice: its hash takes ten times as long as handing work over.</summary>
    public const int MinParallelSize = 32 * 1024;

    /// <summary>
    /// Times that one who waits for a hash looks whether it is there, giving way to whoever wants the core, before it goes to sleep. Own choice: about
    /// half a millisecond, the hash of 200 KB.
    /// </summary>
    public const int MaxHashTurns = 500;

    /// <summary>
    /// Bytes of body for each transaction, at least, for the transactions root to be computed beside the payload hash. Own choice: one block of
    /// Keccak-256, so that the root costs about as much as the hash at most.
    /// </summary>
    public const int MinParallelTransactionSize = 136;

    /// <summary>How old a block may be (op-node --p2p.gossip.timestamp.threshold).</summary>
    public static readonly TimeSpan TimestampThreshold = TimeSpan.FromSeconds(60);

    /// <summary>How far in the future a block may lie, in seconds (op-node, kona).</summary>
    public const ulong MaxFutureSeconds = 5;

    /// <summary>
    /// Longest block time in seconds. Own choice: times derived from it (decay, retention of scores) stay far from overflow.
    /// </summary>
    public const ulong MaxBlockTimeSeconds = 3600;

    /// <summary>
    /// How long after an accepted block our signer counts as the one that signs: later, a wrong signer costs no score. Own choice (issue
    /// 4).
    /// </summary>
    public static readonly TimeSpan SignerTrust = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Blocks of a stranger that one sender may send within a block time before it is blamed on the spot. Own choice: a new sequencer makes
    /// one, and a few more after a pause.
    /// </summary>
    public const int MaxSuccessorBlocks = 4;

    /// <summary>Blocks of strangers remembered until our signer is heard of again; more are rejected without blame. Own choice.</summary>
    public const int MaxSuspicions = 1024;

    /// <summary>How long the previous unsafe block signer stays valid (op-node DefaultSignerGracePeriod).</summary>
    public static readonly TimeSpan SignerGracePeriod = TimeSpan.FromHours(3);

    /// <summary>How often scores are written down for bans, gates and the RPC (op-node's score inspect period).</summary>
    public static readonly TimeSpan ScoreInspectInterval = TimeSpan.FromSeconds(15);

    /// <summary>For gossip to tell its scores. Own choice.</summary>
    public static readonly TimeSpan ScoreInspectTimeout = TimeSpan.FromSeconds(5);
}
