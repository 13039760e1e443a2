using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>A message being validated. Holds the one reference to its frame.</summary>
internal sealed record PendingValidation(GossipMessage Message, GossipFrame Frame)
{
    /// <summary>Every peer that sent a copy so far, at most <see cref="GossipsubLimits.MaxPeersPerMessage"/>: none of them gets the message back.</summary>
    public HashSet<PeerId> Senders { get; } = [];
}
