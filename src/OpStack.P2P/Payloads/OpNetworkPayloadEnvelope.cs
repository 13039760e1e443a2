using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P;

/// <summary>
/// A signed L2 block as it travels over gossip: signature (65) ‖ parent beacon block root (32, V3 and V4) ‖ SSZ payload. Immutable.
/// A decoded envelope owns the decompressed message for good: the payload's transactions are slices of it.
/// </summary>
public sealed partial class OpNetworkPayloadEnvelope
{
    private OpNetworkPayloadEnvelope(
        ExecutionPayload payload,
        Hash256? parentBeaconBlockRoot,
        BlockSignature signature,
        PayloadHash payloadHash,
        ReadOnlyMemory<byte> body)
    {
        Payload = payload;
        ParentBeaconBlockRoot = parentBeaconBlockRoot;
        Signature = signature;
        PayloadHash = payloadHash;
        Body = body;
    }

    /// <summary>The block.</summary>
    public ExecutionPayload Payload { get; }

    /// <summary>The sequencer's signature; all zero until <see cref="Sign"/> or <see cref="WithSignature"/>.</summary>
    public BlockSignature Signature { get; }

    /// <summary>The hash of <see cref="Body"/>, which the signature covers.</summary>
    public PayloadHash PayloadHash { get; }

    /// <summary>Root of the parent beacon block; there if and only if the version is V3 or V4.</summary>
    public Hash256? ParentBeaconBlockRoot { get; }

    /// <summary>The layout of the payload.</summary>
    public PayloadVersion Version => Payload.Version;

    /// <summary>The bytes after the signature: parent beacon block root (V3, V4) and SSZ payload.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>What the sequencer signs on this chain.</summary>
    /// <param name="chainId">The L2 chain id.</param>
    public Hash256 SigningHash(ulong chainId) => PayloadHash.SigningHash(chainId);

    /// <summary>Builds an envelope that is not signed yet. The body is encoded here, once.</summary>
    /// <param name="payload">The block; its <see cref="ExecutionPayload.Version"/> decides the layout.</param>
    /// <param name="parentBeaconBlockRoot">Needed for V3 and V4; must be null for V1 and V2, which do not carry it.</param>
    /// <exception cref="PayloadEncodingException">The payload or the root does not fit its version.</exception>
    public static OpNetworkPayloadEnvelope Create(ExecutionPayload payload, Hash256? parentBeaconBlockRoot)
    {
        byte[] body = EncodeBody(payload, parentBeaconBlockRoot, payload.Version);
        return new OpNetworkPayloadEnvelope(payload, parentBeaconBlockRoot, default, PayloadHash.Compute(body), body);
    }

    /// <summary>The same block with a signature made elsewhere (a remote signer).</summary>
    public OpNetworkPayloadEnvelope WithSignature(BlockSignature signature) =>
        new(Payload, ParentBeaconBlockRoot, signature, PayloadHash, Body);

    /// <summary>The same block, signed for a chain.</summary>
    /// <param name="key">The sequencer's key.</param>
    /// <param name="chainId">The L2 chain id.</param>
    public OpNetworkPayloadEnvelope Sign(Secp256k1PrivateKey key, ulong chainId) =>
        WithSignature(BlockSignature.Sign(SigningHash(chainId), key));

    /// <summary>Recovers who signed the block for a chain; false when the signature is malformed.</summary>
    /// <param name="chainId">The L2 chain id.</param>
    /// <param name="signer">The signer.</param>
    public bool TryRecoverSigner(ulong chainId, out Address signer) => Signature.TryRecover(SigningHash(chainId), out signer);

    /// <summary>Number, hash and version.</summary>
    public override string ToString() => Payload.ToString();
}
