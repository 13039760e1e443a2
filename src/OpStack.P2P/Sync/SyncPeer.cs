using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Sync;

/// <summary>A peer that may be asked, or could be before it went.</summary>
internal sealed class SyncPeer(PeerId id)
{
    public PeerId Id => id;

    /// <summary>The same rates as its server has for us, so that it need not hold us up.</summary>
    public RequestPacer Pacer { get; } = new(SyncLimits.PeerBurst, SyncLimits.PeerInterval);

    /// <summary>Whether it is there and speaks the protocol, as far as is known.</summary>
    public bool Serves { get; set; } = true;

    /// <summary>The request it has not answered; null when it has none.</summary>
    public long? Asked { get; set; }

    /// <summary>Which request was its last: the one that has waited longest is next.</summary>
    public long LastAsked { get; set; }

    /// <summary>
    /// Requests it failed, less those it answered: who is worse is asked later. There are fewer requests at once than there may be silent peers.
    /// </summary>
    public int Failures { get; private set; }

    /// <summary>It is not asked before this time.</summary>
    public TimeSpan PausedUntil { get; set; } = TimeSpan.MinValue;

    /// <summary>A request failed by its fault, or it gave a block.</summary>
    public void Judge(bool failed) => Failures = failed ? Failures + 1 : Math.Max(0, Failures - 1);

    /// <summary>How long until it may be asked.</summary>
    public TimeSpan DelayAt(TimeSpan now)
    {
        TimeSpan pacing = Pacer.DelayAt(now);
        return PausedUntil > now + pacing ? PausedUntil - now : pacing;
    }
}
