namespace OpStack.P2P;

/// <summary>A block ready to be published.</summary>
/// <param name="Topic">The topic that belongs to the block's timestamp.</param>
/// <param name="Data">The message data: snappy block format.</param>
public readonly record struct EncodedBlock(string Topic, ReadOnlyMemory<byte> Data)
{
    /// <summary>Encodes a block for the topic of its timestamp (op-stack-p2p.md 1.5).</summary>
    /// <exception cref="PayloadEncodingException">The payload is of another version than its timestamp demands.</exception>
    public static EncodedBlock Create(RollupConfig config, OpNetworkPayloadEnvelope envelope)
    {
        PayloadVersion version = config.PayloadVersionAt(envelope.Payload.Timestamp);
        return new EncodedBlock(new BlockTopics(config.L2ChainId)[version], envelope.Encode(version));
    }
}
