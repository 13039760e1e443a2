using OpStack.Libp2p.Identity;
using OpStack.P2P.Sync;

namespace OpStack.P2P;

/// <summary>Settings of <see cref="SyncClient"/>; rates, costs and deadlines are op-node's and fixed.</summary>
public sealed record SyncOptions
{
    /// <summary>
    /// A range ends when for this time no block linked although the host took all that it was given. 1 s to 1 day, default 60 s. Own choice:
    /// four times what one silent server can hold up.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = SyncLimits.StallTimeout;

    /// <summary>
    /// Most bytes kept to hand a range on ascending: 1 MiB to 16 GiB, default 1 GiB. Own choice: 2,000 blocks of half a megabyte.
    /// </summary>
    public long MaxAscendingBytes { get; init; } = SyncLimits.MaxAscendingBytes;

    /// <summary>
    /// Whom to ask; null for every peer that serves the protocol. For op-node's --p2p.sync.onlyreqtostatic, whether the peer is static. Asked
    /// on the client's loop: it must return at once.
    /// </summary>
    public Func<PeerId, bool>? PeerFilter { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        if (StallTimeout < TimeSpan.FromSeconds(1) || StallTimeout > TimeSpan.FromDays(1))
        {
            throw new ArgumentException(
                $"{nameof(SyncOptions)}.{nameof(StallTimeout)} must be 1 s to 1 day, not {StallTimeout}.", nameof(StallTimeout));
        }

        if (MaxAscendingBytes is < 1L << 20 or > 1L << 34)
        {
            throw new ArgumentException(
                $"{nameof(SyncOptions)}.{nameof(MaxAscendingBytes)} must be 1 MiB to 16 GiB, not {MaxAscendingBytes}.", nameof(MaxAscendingBytes));
        }
    }
}
