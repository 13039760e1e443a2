using OpStack.Libp2p.Protobuf;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Reads an RPC (wire.md 9.2) out of the bytes of a frame. Counts first and builds after, so that a frame over a limit costs nothing but the
/// walk (rust-libp2p PR 6486). Fields merge as protobuf has it: repeated ones add up, the last of a singular one wins, unknown ones are skipped.
/// </summary>
internal static partial class RpcReader
{
    /// <summary>No field has this number.</summary>
    private const int EndOfMessage = 0;

    /// <summary>Reads the protobuf of one RPC, without its length prefix. Offsets in the result count from the start of <paramref name="frame"/>.</summary>
    /// <param name="frame">At most <see cref="RpcLimits.MaxRpc"/> bytes.</param>
    /// <param name="topics">Entries of other topics are dropped.</param>
    /// <param name="rpc">The RPC; empty when refused.</param>
    /// <param name="error">Why it was refused; None otherwise.</param>
    public static bool TryRead(ReadOnlySpan<byte> frame, TopicTable topics, out GossipRpc rpc, out RpcError error)
    {
        rpc = new GossipRpc();
        error = frame.Length > RpcLimits.MaxRpc ? RpcError.TooLong : Count(frame);
        if (error == RpcError.None && !TryBuild(frame, topics, rpc))
        {
            rpc = new GossipRpc();
            error = RpcError.Malformed;
        }

        return error == RpcError.None;
    }

    private static bool TryBuild(ReadOnlySpan<byte> frame, TopicTable topics, GossipRpc rpc)
    {
        ProtobufReader reader = new(frame);
        while (TryReadNext(ref reader, out int field, out ReadOnlySpan<byte> value, out int offset))
        {
            bool read = field switch
            {
                RpcFields.Subscriptions => TryReadSubscription(value, topics, rpc),
                RpcFields.Publish => TryReadPublish(value, offset, topics, rpc),
                RpcFields.Control => TryReadControl(value, topics, rpc),
                _ => true,
            };
            if (field == EndOfMessage || !read)
            {
                return read;
            }
        }

        return false;
    }

    /// <summary>The next length-delimited field, passing over all others; <see cref="EndOfMessage"/> after the last.</summary>
    private static bool TryReadNext(ref ProtobufReader reader, out int field, out ReadOnlySpan<byte> value, out int offset)
    {
        field = EndOfMessage;
        value = default;
        offset = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out field, out ProtobufWireType type))
            {
                return false;
            }

            if (type == ProtobufWireType.Bytes)
            {
                return reader.TryReadBytes(out value, out offset);
            }

            if (!reader.TrySkip(type))
            {
                return false;
            }
        }

        field = EndOfMessage;
        return true;
    }

    private static bool TryReadSubscription(ReadOnlySpan<byte> message, TopicTable topics, GossipRpc rpc)
    {
        string? topic = null;
        bool subscribe = false;
        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType type))
            {
                return false;
            }

            bool read = (field, type) switch
            {
                (RpcFields.SubscriptionSubscribe, ProtobufWireType.Varint) => TryReadBool(ref reader, out subscribe),
                (RpcFields.SubscriptionTopic, ProtobufWireType.Bytes) => TryReadTopic(ref reader, topics, out topic),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        if (topic is not null)
        {
            rpc.Subscriptions.Add(new SubscriptionEntry(topic, subscribe));
        }

        return true;
    }

    private static bool TryReadPublish(ReadOnlySpan<byte> message, int origin, TopicTable topics, GossipRpc rpc)
    {
        string? topic = null;
        int dataOffset = origin, dataLength = 0;
        bool hasSignature = false, hasAuthInfo = false;
        ProtobufReader reader = new(message, origin);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufWireType type))
            {
                return false;
            }

            // Presence counts, whatever the value: go compares with nil, and an empty field is not nil (wire.md 9.2).
            hasSignature |= field == RpcFields.MessageSignature;
            hasAuthInfo |= field is RpcFields.MessageFrom or RpcFields.MessageSeqno or RpcFields.MessageKey;
            bool read = (field, type) switch
            {
                (RpcFields.MessageData, ProtobufWireType.Bytes) => TryReadData(ref reader, out dataOffset, out dataLength),
                (RpcFields.MessageTopic, ProtobufWireType.Bytes) => TryReadTopic(ref reader, topics, out topic),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        if (topic is null)
        {
            rpc.ForeignMessages++;
        }
        else
        {
            rpc.Publish.Add(new PublishEntry(topic, dataOffset, dataLength, hasSignature, hasAuthInfo));
        }

        return true;
    }

    private static bool TryReadBool(ref ProtobufReader reader, out bool value)
    {
        bool read = reader.TryReadVarint(out ulong number);
        value = number != 0;
        return read;
    }

    private static bool TryReadData(ref ProtobufReader reader, out int offset, out int length)
    {
        bool read = reader.TryReadBytes(out ReadOnlySpan<byte> value, out offset);
        length = value.Length;
        return read;
    }

    /// <summary>The topic is null when it is not on the list; a later one wins even then.</summary>
    private static bool TryReadTopic(ref ProtobufReader reader, TopicTable topics, out string? topic)
    {
        topic = null;
        if (!reader.TryReadBytes(out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        topics.TryGet(bytes, out topic);
        return true;
    }
}
