using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.P2P.Payloads;
using OpStack.Primitives;

namespace OpStack.P2P;

public sealed partial class BlockHandler
{
    /// <inheritdoc/>
    public BlockCheck Check(GossipMessage message)
    {
        if (!_topics.TryGetVersion(message.Topic, out PayloadVersion version))
        {
            return new BlockCheck(message.Topic, BlockInvalidReason.UnknownTopic);
        }

        if (!message.Decoded.IsWellFormed)
        {
            return new BlockCheck(message.Topic, BlockInvalidReason.BrokenSnappyEncoding);
        }

        ReadOnlyMemory<byte> body = message.Decoded.Body;
        if (body.Length < GossipLimits.MinGossipSize)
        {
            return new BlockCheck(message.Topic, BlockInvalidReason.InvalidLength);
        }

        UnsafeBlockSignerSnapshot signers = _signers.Snapshot();
        if (signers.Current.IsZero)
        {
            return new BlockCheck(message.Topic, BlockInvalidReason.NoSigner);
        }

        EarlyHash? early = EarlyHashes?.Take(message.Decoded.Id);
        BlockHashes hashes = BlockHashes.Compute(version, body[BlockSignature.Size..], inParallel: EarlyHashes is not null, early);
        BlockSignature signature = new(body.Span[..BlockSignature.Size]);
        if (!_signerKeys.TryRecover(signers, signature, hashes.Payload.SigningHash(_config.L2ChainId), out Address signer))
        {
            return new BlockCheck(message.Topic, BlockInvalidReason.Signature);
        }

        if (!signers.Includes(signer))
        {
            return new BlockCheck(message.Topic, BlockInvalidReason.Signer, Signer: signer);
        }

        if (!OpNetworkPayloadEnvelope.TryDecode(version, body, hashes.Payload, out OpNetworkPayloadEnvelope? envelope, out PayloadDecodeError error))
        {
            return new BlockCheck(message.Topic, BlockInvalidReason.BrokenSszEncoding, error, Signer: signer);
        }

        BlockInvalidReason reason = CheckPayload(envelope, hashes.TransactionsRoot);
        if (reason == BlockInvalidReason.None)
        {
            EarlyHashes?.OnValid();
        }

        return new BlockCheck(message.Topic, reason, Envelope: reason == BlockInvalidReason.None ? envelope : null, Signer: signer);
    }

    /// <summary>
    /// What follows the signature and the format. The fields that a version has or lacks need no check of their own:
    /// the decoder of a version gives exactly that version's fields.
    /// </summary>
    private BlockInvalidReason CheckPayload(OpNetworkPayloadEnvelope envelope, Hash256? transactionsRoot)
    {
        ExecutionPayload payload = envelope.Payload;
        ulong now = (ulong)Math.Max(0, _clock.GetUtcNow().ToUnixTimeSeconds());
        ulong oldest = now - Math.Min(now, _thresholdSeconds);
        return
            payload.Timestamp < oldest || payload.Timestamp > now + GossipLimits.MaxFutureSeconds ? BlockInvalidReason.Timestamp
            : ComputeBlockHash(envelope, transactionsRoot) != payload.BlockHash ? BlockInvalidReason.BlockHash
            : payload.Withdrawals is { Count: > 0 } ? BlockInvalidReason.Withdrawals
            // Since Jovian the field carries the data availability footprint.
            : payload.BlobGasUsed > 0 && !_config.IsJovianActive(payload.Timestamp) ? BlockInvalidReason.BlobGasUsed
            : payload.ExcessBlobGas > 0 ? BlockInvalidReason.ExcessBlobGas
            : BlockInvalidReason.None;
    }

    private static Hash256 ComputeBlockHash(OpNetworkPayloadEnvelope envelope, Hash256? transactionsRoot) => BlockHeader.ComputeHash(
        envelope.Payload, transactionsRoot ?? OrderedTrie.Root(envelope.Payload.Transactions), envelope.ParentBeaconBlockRoot);
}
