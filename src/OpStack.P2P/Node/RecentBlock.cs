using OpStack.Libp2p.Identity;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>How an unsafe block came to this node.</summary>
public enum BlockOrigin
{
    /// <summary>By gossip.</summary>
    Gossip,

    /// <summary>By number, to fill a gap.</summary>
    Sync,

    /// <summary>An operator posted it (admin_postUnsafePayload).</summary>
    Posted,

    /// <summary>We signed and gossiped it ourselves.</summary>
    Published,
}

/// <summary>What is remembered of an unsafe block after the host took it; holds none of its bytes.</summary>
/// <param name="Number">Its height.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Size">Bytes of the envelope without its signature, decompressed.</param>
/// <param name="Transactions">Its transactions, deposits included.</param>
/// <param name="Timestamp">Its timestamp, UTC; whole seconds.</param>
/// <param name="ReceivedAt">When it was there, valid, UTC.</param>
/// <param name="Origin">How it came.</param>
/// <param name="Peer">Who sent it first; null for one of ours or of the operator's.</param>
public sealed record RecentBlock(
    ulong Number, Hash256 Hash, int Size, int Transactions, DateTimeOffset Timestamp, DateTimeOffset ReceivedAt, BlockOrigin Origin, PeerId? Peer)
{
    /// <summary>
    /// Its age when it came, against its own timestamp: negative when our clock is behind the sequencer's, and long for what fills a gap.
    /// </summary>
    public TimeSpan Latency => ReceivedAt - Timestamp;
}
