using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;

namespace OpStack.P2P;

/// <summary>
/// Validates gossiped blocks by op-node's rules (gossip.go BuildBlocksValidator), cheap ones first: the declared length, then the
/// signature, then the format, the timestamp, the block hash and what the version demands; at last, in <see cref="Admit(BlockCheck)"/>,
/// what was seen at the height.
/// </summary>
public sealed partial class BlockHandler : IBlockHandler
{
    private readonly RollupConfig _config;
    private readonly UnsafeBlockSigners _signers;
    private readonly SignerKeys _signerKeys = new();
    private readonly TimeProvider _clock;
    private readonly ulong _thresholdSeconds;
    private readonly BlockTopics _topics;
    private readonly Dictionary<string, BlockSeenHashes> _seen;

    /// <summary>Creates a handler.</summary>
    /// <param name="config">The chain.</param>
    /// <param name="signers">Who may sign; may be changed at any time.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="clock">Null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative threshold.</exception>
    public BlockHandler(RollupConfig config, UnsafeBlockSigners signers, BlockHandlerOptions? options = null, TimeProvider? clock = null)
    {
        TimeSpan threshold = (options ?? new BlockHandlerOptions()).TimestampThreshold;
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, TimeSpan.Zero, nameof(BlockHandlerOptions.TimestampThreshold));
        _config = config;
        _signers = signers;
        _clock = clock ?? TimeProvider.System;
        _thresholdSeconds = (ulong)threshold.TotalSeconds;
        _topics = new BlockTopics(config.L2ChainId);
        _seen = _topics.All.ToDictionary(topic => topic, _ => new BlockSeenHashes());
    }

    /// <summary>Where payload hashes begin before they are asked for; null where there is one core, and all is done in turn.</summary>
    internal EarlyHashes? EarlyHashes { get; init; } = Environment.ProcessorCount > 1 ? new EarlyHashes() : null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Topics => _topics.All;

    /// <summary>The topic of a block with this timestamp (unix seconds).</summary>
    public string Topic(ulong timestamp) => _topics[_config.PayloadVersionAt(timestamp)];

    /// <summary>Encodes a block for publishing, for the version of its timestamp.</summary>
    /// <exception cref="PayloadEncodingException">The payload is of another version than its timestamp demands.</exception>
    public EncodedBlock Encode(OpNetworkPayloadEnvelope envelope) => EncodedBlock.Create(_config, envelope);

    /// <inheritdoc/>
    public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data) => MessageIds.Decode(topic, data, EarlyHashes);

    /// <inheritdoc/>
    public MessageAcceptance Admit(BlockCheck check) => Admit(check, out _);

    /// <summary>The same, telling the reason that counts in the end.</summary>
    public MessageAcceptance Admit(BlockCheck check, out BlockInvalidReason reason)
    {
        reason = check.Reason;

        // op-node confirms where it verifies the signature, so a block that fails a later rule ends the previous signer's grace as well.
        if (check.Signer is { } signer)
        {
            _signers.Confirm(signer);
        }

        if (check.Envelope is { Payload: { } payload } && reason == BlockInvalidReason.None)
        {
            reason = _seen[check.Topic].Add(payload.BlockNumber, payload.BlockHash);
        }

        return reason.ToAcceptance();
    }
}
