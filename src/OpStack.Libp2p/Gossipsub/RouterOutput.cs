using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What a <see cref="GossipsubRouter"/> wants done, in order.</summary>
internal abstract record RouterOutput
{
    private RouterOutput()
    {
    }

    /// <summary>Send subscriptions and control; at most one per peer and step, except for the further parts of a long IHAVE. Goes before messages in the peer's queue.</summary>
    internal sealed record SendRpc(PeerId Peer, GossipRpc Rpc) : RouterOutput;

    /// <summary>Send a message. <paramref name="Frame"/> carries one reference: the receiver of this output releases it once it is written or dropped.</summary>
    internal sealed record SendMessage(PeerId Peer, MessageId Id, GossipFrame Frame) : RouterOutput;

    /// <summary>
    /// Run Check off the loop, then Admit on it, and answer with <see cref="RouterInput.ValidationCompleted"/> in every case.
    /// At most <see cref="GossipsubOptions.ValidationThrottle"/> are outstanding.
    /// </summary>
    internal sealed record Validate(GossipMessage Message) : RouterOutput;

    /// <summary>
    /// The peer fell below the graylist threshold, or rose above it again: while it is below, no message it sends needs
    /// decoding; its RPCs are still to be handed on, for their subscriptions. A new peer is not below, and a direct one never.
    /// </summary>
    internal sealed record GraylistChanged(PeerId Peer, bool IsGraylisted) : RouterOutput;

    /// <summary>Dial a direct peer that is not connected. The addresses are the shell's matter; a failure needs no answer, the next attempt comes by itself.</summary>
    internal sealed record Dial(PeerId Peer) : RouterOutput;

    /// <summary>
    /// Connect to peers that a PRUNE named (peer exchange): 1 to 16, none of them connected or ourselves. A signed peer record is not checked
    /// yet: it counts only if its envelope verifies and it is the peer's own (wire.md 1.3).
    /// </summary>
    internal sealed record ConnectExchanged(IReadOnlyList<PeerInfo> Peers) : RouterOutput;

    /// <summary>
    /// The peer does not want a message that may still wait in its queue: it may be dropped there, which is not a drop for <see cref="RouterInput.MessagesDropped"/>.
    /// Only saves bytes.
    /// </summary>
    internal sealed record CancelMessage(PeerId Peer, MessageId Id) : RouterOutput;

    /// <summary>The message was accepted: call <see cref="IGossipMessageHandler.Deliver"/>. Comes after the sends that forward it.</summary>
    internal sealed record Deliver(GossipMessage Message, object? Check) : RouterOutput;
}
