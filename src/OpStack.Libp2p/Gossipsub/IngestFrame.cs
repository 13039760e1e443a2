using System.Buffers;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Where the one message of a frame is.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="DataOffset">Where its data begins, from the frame's start.</param>
/// <param name="DataLength">The data's length.</param>
internal readonly record struct IngestedMessage(string Topic, int DataOffset, int DataLength);

/// <summary>
/// One received RPC in pooled memory, its length prefix rewritten in minimal form. A stream has one, filled anew for each of its frames. Owned by one at a
/// time: <see cref="Dispose"/> returns memory and room, unless <see cref="Adopt"/> has made the memory a <see cref="GossipFrame"/>.
/// </summary>
internal sealed class IngestFrame : IDisposable
{
    private byte[]? _pooled;
    private int _prefix;

    /// <summary>Prefix and RPC in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>All of them.</summary>
    public ReadOnlyMemory<byte> Bytes => _pooled.AsMemory(0, Length);

    /// <summary>The RPC without its prefix.</summary>
    public ReadOnlyMemory<byte> Body => Bytes[_prefix..];

    /// <summary>The room it takes of the frames in flight; null for small ones. Whoever takes it disposes it.</summary>
    public IngestBudget.Lease? Room { get; private set; }

    /// <summary>Takes over an array of the shared pool; what it held before was disposed.</summary>
    public void Fill(byte[] pooled, int prefix, int length, IngestBudget.Lease? room)
    {
        _pooled = pooled;
        _prefix = prefix;
        Length = length;
        Room = room;
    }

    /// <summary>Hands the room over to a new owner.</summary>
    public IngestBudget.Lease? TakeRoom()
    {
        IngestBudget.Lease? taken = Room;
        Room = null;
        return taken;
    }

    /// <summary>Finds the message if the frame is, byte for byte, the form that <see cref="GossipFrame.Encode"/> gives it.</summary>
    /// <param name="topics">Known topics.</param>
    /// <param name="found">Where it is.</param>
    public bool TryRead(TopicTable topics, out IngestedMessage found)
    {
        found = default;
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

        found = new IngestedMessage(topic, _prefix + messageAt + dataAt, dataLength);
        return true;
    }

    /// <summary>Makes the frame a <see cref="GossipFrame"/> with one reference, without copying.</summary>
    public GossipFrame Adopt(IngestedMessage message)
    {
        GossipFrame frame = GossipFrame.Adopt(_pooled!, Length, message.Topic, message.DataOffset, message.DataLength);
        _pooled = null;
        return frame;
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
