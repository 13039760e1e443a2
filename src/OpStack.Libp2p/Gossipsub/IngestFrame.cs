using System.Buffers;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// One received RPC in pooled memory, its length prefix rewritten in minimal form. Owned by one reader at a time: <see cref="Dispose"/> returns memory and
/// room, unless <see cref="TryAdopt"/> has made the memory a <see cref="GossipFrame"/>.
/// </summary>
internal sealed class IngestFrame(byte[] pooled, int prefix, int length, IngestBudget.Lease? room) : IDisposable
{
    private byte[]? _pooled = pooled;

    /// <summary>Prefix and RPC in bytes.</summary>
    public int Length => length;

    /// <summary>The RPC without its prefix.</summary>
    public Memory<byte> Body => _pooled.AsMemory(prefix, length - prefix);

    /// <summary>The room it takes of the frames in flight; null for small ones. Whoever takes it disposes it.</summary>
    public IngestBudget.Lease? Room { get; private set; } = room;

    /// <summary>Hands the room over to a new owner.</summary>
    public IngestBudget.Lease? TakeRoom()
    {
        IngestBudget.Lease? taken = Room;
        Room = null;
        return taken;
    }

    /// <summary>
    /// Makes the frame a <see cref="GossipFrame"/> without copying if it is, byte for byte, the form that <see cref="GossipFrame.Encode"/> gives its message.
    /// </summary>
    /// <param name="topics">Known topics.</param>
    /// <param name="frame">The frame, with one reference.</param>
    public bool TryAdopt(TopicTable topics, out GossipFrame? frame)
    {
        frame = null;
        ReadOnlySpan<byte> body = Body.Span;
        if (!TryReadField(body, RpcFields.Publish, out int messageAt, out int messageLength) || messageAt + messageLength != body.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> message = body[messageAt..];
        if (!TryReadField(message, RpcFields.MessageData, out int dataAt, out int dataLength))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = message[(dataAt + dataLength)..];
        if (!TryReadField(rest, RpcFields.MessageTopic, out int topicAt, out int topicLength)
            || topicAt + topicLength != rest.Length
            || !topics.TryGet(rest[topicAt..], out string? topic))
        {
            return false;
        }

        frame = GossipFrame.Adopt(_pooled!, length, topic, prefix + messageAt + dataAt, dataLength);
        _pooled = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TakeRoom()?.Dispose();
        if (_pooled is { } pooled)
        {
            _pooled = null;
            ArrayPool<byte>.Shared.Return(pooled);
        }
    }

    /// <summary>A length-delimited field at the very start, its length in minimal form.</summary>
    private static bool TryReadField(ReadOnlySpan<byte> source, int field, out int offset, out int length)
    {
        offset = length = 0;
        if (source.IsEmpty
            || source[0] != RpcFields.LengthDelimitedTag(field)
            || !Varint.TryReadMinimal(source[1..], out ulong declared, out int read)
            || declared > (ulong)(source.Length - 1 - read))
        {
            return false;
        }

        offset = 1 + read;
        length = (int)declared;
        return true;
    }
}
