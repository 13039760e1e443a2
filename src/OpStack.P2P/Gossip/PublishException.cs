using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P;

/// <summary>A block could not be published, because our own validator refused it.</summary>
public sealed class PublishException : OpStackP2PException
{
    internal PublishException(PublishOutcome outcome, BlockInvalidReason reason, OpNetworkPayloadEnvelope envelope)
        : base($"Block {envelope.Payload.BlockNumber} ({envelope.Payload.BlockHash}) was not published: {outcome} ({reason}).")
    {
        Outcome = outcome;
        Reason = reason;
    }

    /// <summary>Rejected or ignored.</summary>
    public PublishOutcome Outcome { get; }

    /// <summary>What the validator found wrong; None when only what was seen at the block's height speaks against it.</summary>
    public BlockInvalidReason Reason { get; }
}
