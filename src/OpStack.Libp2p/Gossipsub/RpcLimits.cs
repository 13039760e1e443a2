namespace OpStack.Libp2p.Gossipsub;

/// <summary>Bounds of what is read from, kept for and sent to a gossip peer. Sources: wire.md 9.16, attack-cases.md section 3.</summary>
internal static class RpcLimits
{
    /// <summary>Longest RPC in bytes, without its length prefix (op-node and kona: 10 MiB).</summary>
    public const int MaxRpc = 10 * 1024 * 1024;

    /// <summary>Most bytes of subscriptions and control together in one RPC we read (5,000 ids of an IHAVE need 110 KB; an attacker gets no more than this scanned).</summary>
    public const int MaxControlBytes = 1024 * 1024;

    /// <summary>Most bytes of subscriptions and control in one RPC we send (rust-libp2p-gossipsub 0.50 errors the stream above it).</summary>
    public const int MaxControlBytesSent = 16 * 1024;

    /// <summary>Most subscriptions in one RPC (rust-libp2p-gossipsub 0.50, PR 6527).</summary>
    public const int MaxSubscriptions = 100;

    /// <summary>Most publish entries in one RPC (rust-libp2p-gossipsub 0.50).</summary>
    public const int MaxPublish = 500;

    /// <summary>Most ids of all IHAVE entries of one RPC together that are kept (go MaxIHaveLength); the rest is dropped.</summary>
    public const int MaxIHaveIds = 5000;

    /// <summary>Most ids of all IWANT entries of one RPC together that are kept; the rest is dropped.</summary>
    public const int MaxIWantIds = 5000;

    /// <summary>Most ids of all IDONTWANT entries of one RPC together that are kept (go MaxIDontWantMessages); the rest is dropped.</summary>
    public const int MaxIDontWantIds = 1000;

    /// <summary>Most IHAVE, GRAFT and PRUNE entries of one RPC together (a choice of ours: one per topic is what peers send).</summary>
    public const int MaxControlEntries = 300;

    /// <summary>Most peers of one PRUNE that are kept (go PrunePeers); the rest is dropped.</summary>
    public const int MaxPrunePeers = 16;

    /// <summary>Longest topic in bytes (wire.md 9.16).</summary>
    public const int MaxTopicBytes = 256;

    /// <summary>Longest signed peer record of a PRUNE's peer in bytes; a longer one is dropped with its peer.</summary>
    public const int MaxSignedPeerRecord = 4096;

    /// <summary>Longest PRUNE backoff in seconds, applied where it is read (CVE-2026-33040, CVE-2026-34219).</summary>
    public const int MaxPruneBackoffSeconds = 3600;
}
