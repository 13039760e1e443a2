using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>Signs.</summary>
public interface IBlockSigner
{
    /// <summary>Whose.</summary>
    Address Address { get; }

    /// <summary>Signs.</summary>
    ValueTask<BlockSignature> SignAsync(PayloadHash payloadHash, ulong chainId, CancellationToken cancellationToken);
}
