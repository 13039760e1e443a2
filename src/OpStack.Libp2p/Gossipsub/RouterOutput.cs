using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What a <see cref="GossipsubRouter"/> wants done, in order.</summary>
internal abstract record RouterOutput
{
    private RouterOutput()
    {
    }

    /// <summary>Send subscriptions and control; at most one per peer and step, except for the further parts of a long IHAVE. Goes before messages in the peer's queue.</summary>
    internal sealed record SendRpc(PeerId Peer, Rpc Rpc) : RouterOutput;

    /// <summary>Send a message. <paramref name="Frame"/> carries one reference: the receiver of this output releases it once it is written or dropped.</summary>
    internal sealed record SendMessage(PeerId Peer, MessageId Id, GossipFrame Frame) : RouterOutput;

    /// <summary>
    /// Run Check off the loop, then Admit on it, and answer with <see cref="RouterInput.ValidationCompleted"/> in every case.
    /// At most <see cref="GossipsubOptions.ValidationThrottle"/> are outstanding.
    /// </summary>
    internal sealed record Validate(GossipMessage Message) : RouterOutput;

    /// <summary>
    /// The peer fell below the graylist threshold, or rose above it again: while it is below, nothing it sends needs decoding. A new peer is not below.
    /// </summary>
    internal sealed record GraylistChanged(PeerId Peer, bool IsGraylisted) : RouterOutput;

    /// <summary>The message was accepted: call <see cref="IGossipMessageHandler.Deliver"/>. Comes after the sends that forward it.</summary>
    internal sealed record Deliver(GossipMessage Message, object? Check) : RouterOutput;
}
