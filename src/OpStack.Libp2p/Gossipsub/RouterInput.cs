using System.Net;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Everything that can happen to a <see cref="GossipsubRouter"/>, besides time. Inputs of one peer arrive in their order; those of a peer that is not
/// connected (before <see cref="PeerConnected"/>, after <see cref="PeerDisconnected"/>) are ignored, so the shell starts to read a peer's inbound stream
/// only after it posted <see cref="PeerConnected"/>: otherwise the hello with the peer's subscriptions would be lost.
/// </summary>
internal abstract record RouterInput
{
    private RouterInput()
    {
    }

    /// <summary>
    /// Our outbound stream to the peer is open. For a connected peer: it was opened anew; the peer's state is kept and the hello is sent again.
    /// </summary>
    /// <param name="Peer">The peer.</param>
    /// <param name="Version">The version agreed on our outbound stream.</param>
    /// <param name="Outbound">We dialled the connection (counts for Dout).</param>
    internal sealed record PeerConnected(PeerId Peer, GossipsubVersion Version, bool Outbound) : RouterInput;

    /// <summary>
    /// The peer opened its stream to us anew. It may have forgotten us with the one before: go-libp2p-pubsub drops our subscriptions, and us from its
    /// meshes, although another connection stands, as after a simultaneous dial. Comes before what the peer says on the new stream.
    /// </summary>
    internal sealed record StreamReopened(PeerId Peer) : RouterInput;

    /// <summary>The last connection to the peer is gone, or its outbound stream is and will not be opened again.</summary>
    internal sealed record PeerDisconnected(PeerId Peer) : RouterInput;

    /// <summary>Where a connected peer's connections come from: once it is connected, and again from time to time.</summary>
    internal sealed record PeerAddresses(PeerId Peer, IReadOnlyList<IPAddress> Addresses) : RouterInput;

    /// <summary>So many messages to the peer were dropped because its queue was full of what it does not read.</summary>
    internal sealed record MessagesDropped(PeerId Peer, int Count) : RouterInput;

    /// <summary>Subscriptions and control of one frame; posted after the messages of that frame (wire.md 9.6). Field Publish is not looked at.</summary>
    internal sealed record RpcReceived(PeerId Peer, GossipRpc Rpc) : RouterInput;

    /// <summary>A message that passed the signing policy and has been decoded.</summary>
    /// <param name="Peer">Who sent it.</param>
    /// <param name="Topic">Its topic.</param>
    /// <param name="Decoded">Its id and body.</param>
    /// <param name="Frame">The frame to forward; carries one reference, which the router owns from here on.</param>
    internal sealed record MessageReceived(PeerId Peer, string Topic, DecodedMessage Decoded, GossipFrame Frame) : RouterInput;

    /// <summary>A message that ingest refused (signing policy).</summary>
    internal sealed record InvalidReceived(PeerId Peer, string Topic, MessageRejection Reason) : RouterInput;

    /// <summary>
    /// What may have been a message of the peer came to nothing before it reached the router, for a reason of ours: our decoder threw, or there was no
    /// room for it in time. The peer may have kept a promise by it, so all it made are void.
    /// </summary>
    internal sealed record MessageLost(PeerId Peer) : RouterInput;

    /// <summary>
    /// A frame of the peer waits with the shell as the next heartbeat begins, and may be what keeps a promise: the peer's are not looked at in that
    /// heartbeat. They are not void, or whoever floods us could promise anything.
    /// </summary>
    internal sealed record HeldUp(PeerId Peer) : RouterInput;

    /// <summary>
    /// The answer to one <see cref="RouterOutput.Validate"/>; the shell gives exactly one for each. The shell has called
    /// <see cref="IGossipMessageHandler.Admit"/> on the router's loop; a handler that threw or ran out of time counts as Ignore.
    /// </summary>
    /// <param name="Id">The message.</param>
    /// <param name="Verdict">The verdict.</param>
    /// <param name="Check">What Check returned; handed on in <see cref="RouterOutput.Deliver"/>.</param>
    internal sealed record ValidationCompleted(MessageId Id, MessageVerdict Verdict, object? Check) : RouterInput;

    /// <summary>A message of ours, validated already.</summary>
    /// <param name="Topic">Its topic; need not be joined.</param>
    /// <param name="Id">Its id.</param>
    /// <param name="Frame">Its frame; carries one reference, which the router owns from here on.</param>
    /// <param name="ProvenInvalid">What its verdict proves invalid, as <see cref="MessageVerdict.ProvenInvalid"/>.</param>
    internal sealed record Publish(string Topic, MessageId Id, GossipFrame Frame, IReadOnlyList<InvalidMessage>? ProvenInvalid = null) : RouterInput;

    /// <summary>Scores a topic by other parameters from now on; validated.</summary>
    internal sealed record SetTopicScore(string Topic, TopicScoreParams Params) : RouterInput;

    /// <summary>Subscribes to a topic.</summary>
    internal sealed record Join(string Topic) : RouterInput;

    /// <summary>Unsubscribes from a topic.</summary>
    internal sealed record Leave(string Topic) : RouterInput;

    /// <summary>
    /// A <see cref="RouterOutput.SendRpc"/> was dropped because the peer's queue was full. Its GRAFTs, PRUNEs and subscriptions are sent again
    /// as far as they still hold; the rest is lost (wire.md 9.12), and nothing is expected of the peer for an IWANT in it.
    /// </summary>
    internal sealed record SendDropped(PeerId Peer, GossipRpc Rpc) : RouterInput;
}
