using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Sync;

/// <summary>A height of the window and what is known of getting it.</summary>
internal sealed class WantedBlock
{
    /// <summary>Peers that were asked and have not answered.</summary>
    public List<PeerId> Asked { get; } = [];

    /// <summary>When a peer was asked last.</summary>
    public TimeSpan AskedAt { get; set; }

    /// <summary>Peers that do not have it.</summary>
    public HashSet<PeerId> Absent { get; } = [];

    /// <summary>Peers whose answer was no use; asked again only when nobody else is left.</summary>
    public HashSet<PeerId> Failed { get; } = [];

    /// <summary>The block, until its hash is known to be right or wrong.</summary>
    public SyncedBlock? Quarantined { get; set; }
}
