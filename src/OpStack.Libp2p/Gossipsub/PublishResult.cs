namespace OpStack.Libp2p.Gossipsub;

/// <summary>What became of a message of our own (op-stack-p2p.md 1.6: both refusals fail the publish, a duplicate does not).</summary>
public enum PublishOutcome
{
    /// <summary>It was accepted and handed to the router.</summary>
    Published,
    /// <summary>It was published or received before; nothing was sent.</summary>
    Duplicate,
    /// <summary>The handler rejected it.</summary>
    Rejected,
    /// <summary>The handler ignored it, or threw.</summary>
    Ignored,
}

/// <summary>The result of <see cref="GossipsubService.PublishAsync"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Id">Its id; the default value when the handler could not decode it.</param>
/// <param name="Peers">Queues of peers it went to at once. 0 is no error: peers that come later learn of it by IHAVE.</param>
public readonly record struct PublishResult(PublishOutcome Outcome, MessageId Id, int Peers);
