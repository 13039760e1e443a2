using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P;

/// <summary>A block could not be published, because our own validator refused it.</summary>
public sealed class PublishException : OpStackP2PException
{
    internal PublishException(PublishOutcome outcome, OpNetworkPayloadEnvelope envelope)
        : base($"Block {envelope.Payload.BlockNumber} ({envelope.Payload.BlockHash}) was not published: {outcome}.") => Outcome = outcome;

    /// <summary>Why not.</summary>
    public PublishOutcome Outcome { get; }
}
