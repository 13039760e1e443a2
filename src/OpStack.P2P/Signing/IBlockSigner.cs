using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>Signs the blocks that a sequencer publishes (kona's BlockSigner). Calls may be made in parallel.</summary>
public interface IBlockSigner
{
    /// <summary>The address whose signatures these are. The network asks only while it is the chain's unsafe block signer.</summary>
    Address Address { get; }

    /// <summary>
    /// Signs a block. What it throws is logged, so it must name no secrets; the block is then left out and the network goes on.
    /// </summary>
    /// <param name="payloadHash">Of the block (<see cref="OpNetworkPayloadEnvelope.PayloadHash"/>).</param>
    /// <param name="chainId">The L2 chain id.</param>
    /// <param name="cancellationToken">Ends with the network.</param>
    ValueTask<BlockSignature> SignAsync(PayloadHash payloadHash, ulong chainId, CancellationToken cancellationToken);

    /// <summary>
    /// Whether signing can be expected to work: asked at the start, and again after longer and longer pauses, up to a minute, until it is well or
    /// has signed a block. What it throws is reported and keeps nothing from starting. By default there is nothing to ask.
    /// </summary>
    ValueTask CheckHealthAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
