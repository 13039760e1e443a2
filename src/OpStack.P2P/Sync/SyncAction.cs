using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Sync;

/// <summary>What the scheduler wants done.</summary>
internal abstract record SyncAction
{
    private SyncAction()
    {
    }

    /// <summary>Ask a peer for a block, and bring the answer under the same id, whatever it is.</summary>
    internal sealed record Ask(long Id, PeerId Peer, ulong Number) : SyncAction;

    /// <summary>Hand a block to the host, and tell when it has taken it.</summary>
    internal sealed record Deliver(SyncedBlock Block) : SyncAction;

    /// <summary>Change the peer's score.</summary>
    internal sealed record Score(PeerId Peer, SyncVerdict Verdict) : SyncAction;

    /// <summary>The range is over. What is still being asked goes on, so that who does not answer is found out.</summary>
    internal sealed record End(SyncRangeResult Result) : SyncAction;
}

/// <summary>What a peer deserves.</summary>
internal enum SyncVerdict
{
    /// <summary>Its block linked.</summary>
    Valid,
    /// <summary>Its answer was none.</summary>
    Error,
    /// <summary>Its block was whole, but another one links.</summary>
    Rejected,
}
