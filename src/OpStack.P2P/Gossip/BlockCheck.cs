using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>What the stateless part of validation found out about a block.</summary>
/// <param name="Topic">The topic the message came on.</param>
/// <param name="Reason">What is wrong; <see cref="BlockInvalidReason.None"/> when the block is valid so far.</param>
/// <param name="DecodeError">Detail of <see cref="BlockInvalidReason.BrokenSszEncoding"/>.</param>
/// <param name="Envelope">The block; null unless it is valid so far.</param>
/// <param name="Signer">Who signed it; null when the signature was not reached or is malformed.</param>
public sealed record BlockCheck(
    string Topic,
    BlockInvalidReason Reason,
    PayloadDecodeError DecodeError = PayloadDecodeError.None,
    OpNetworkPayloadEnvelope? Envelope = null,
    Address? Signer = null)
{
    /// <summary>The verdict that follows from <see cref="Reason"/>; Accept here still has the stateful part before it.</summary>
    public MessageAcceptance Acceptance => Reason.ToAcceptance();
}
