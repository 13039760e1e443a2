using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P;

/// <summary>Signs with a key in this process (op-node --p2p.sequencer.key).</summary>
public sealed class LocalBlockSigner : IBlockSigner
{
    private readonly Secp256k1PrivateKey _key;

    /// <summary>Signs with this key, which stays the caller's to dispose, after the network.</summary>
    public LocalBlockSigner(Secp256k1PrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
        Address = key.PublicKey.ToAddress();
    }

    /// <inheritdoc/>
    public Address Address { get; }

    /// <inheritdoc/>
    public ValueTask<BlockSignature> SignAsync(PayloadHash payloadHash, ulong chainId, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<BlockSignature>(cancellationToken)
            : new(BlockSignature.Sign(payloadHash.SigningHash(chainId), _key));
}
