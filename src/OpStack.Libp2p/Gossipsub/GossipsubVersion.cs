namespace OpStack.Libp2p.Gossipsub;

/// <summary>The meshsub version agreed on our outbound stream to a peer; it alone decides which features we use towards that peer (wire.md 9.1).</summary>
public enum GossipsubVersion
{
    /// <summary>/meshsub/1.0.0: PRUNE without backoff and peer exchange.</summary>
    V10,
    /// <summary>/meshsub/1.1.0: PRUNE with backoff.</summary>
    V11,
    /// <summary>/meshsub/1.2.0: IDONTWANT as well.</summary>
    V12,
}
