using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// One gossip message as it goes over the wire: a whole length-prefixed RPC with exactly one publish entry of
/// data (2) and topic (4), the form StrictNoSign allows. Encoded once and shared by the message cache and every peer's queue.
/// </summary>
/// <remarks>
/// Ownership: the memory is pooled and counted by reference. Who creates a frame holds one reference. Who hands a frame to another
/// owner (a queue, a cache) calls <see cref="Retain"/> for it first; every owner calls <see cref="Release"/> exactly once, and touches
/// neither the frame nor memory taken from it afterwards. The last release gives the memory back to the pool. Any thread may call.
/// </remarks>
internal sealed class GossipFrame
{
    private readonly int _dataOffset;
    private readonly int _dataLength;
    private byte[]? _pooled;
    private int _references = 1;

    private GossipFrame(byte[] pooled, int length, string topic, int dataOffset, int dataLength)
    {
        _pooled = pooled;
        Length = length;
        _dataOffset = dataOffset;
        _dataLength = dataLength;
        Topic = topic;
    }

    /// <summary>The message's topic.</summary>
    public string Topic { get; }

    /// <summary>The length prefix and the RPC.</summary>
    /// <exception cref="InvalidOperationException">The last reference is gone.</exception>
    public ReadOnlyMemory<byte> Bytes => Live();

    /// <summary>Field data of the one publish entry.</summary>
    /// <exception cref="InvalidOperationException">The last reference is gone.</exception>
    public ReadOnlyMemory<byte> Data => Live().Slice(_dataOffset, _dataLength);

    /// <summary>Length of <see cref="Bytes"/>; readable at any time.</summary>
    public int Length { get; }

    /// <summary>Bytes of memory that the frame holds, which the pool rounds up: what a bound on memory counts. 0 once the last reference is gone.</summary>
    public int MemorySize => Volatile.Read(ref _pooled)?.Length ?? 0;

    /// <summary>Encodes a message. The caller owns the one reference.</summary>
    /// <exception cref="ArgumentException">The frame would exceed <see cref="RpcLimits.MaxRpc"/>, or the topic <see cref="RpcLimits.MaxTopicBytes"/>.</exception>
    public static GossipFrame Encode(string topic, ReadOnlySpan<byte> data)
    {
        if (!TryEncode(topic, data, out GossipFrame? frame))
        {
            throw new ArgumentException(
                $"A topic has 1 to {RpcLimits.MaxTopicBytes} bytes of UTF-8, and the RPC at most {RpcLimits.MaxRpc} bytes.", nameof(data));
        }

        return frame;
    }

    /// <summary>Encodes a message; false when it exceeds what <see cref="Encode"/> names. The caller owns the one reference.</summary>
    public static bool TryEncode(string topic, ReadOnlySpan<byte> data, [NotNullWhen(true)] out GossipFrame? frame)
    {
        frame = null;
        int topicLength = Encoding.UTF8.GetByteCount(topic);
        long message = FieldLength(data.Length) + FieldLength(topicLength);
        long rpc = FieldLength(message);
        if (topicLength is 0 or > RpcLimits.MaxTopicBytes || rpc > RpcLimits.MaxRpc)
        {
            return false;
        }

        int length = Varint.LengthOf((ulong)rpc) + (int)rpc;
        byte[] pooled = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> rest = pooled;
        rest = rest[Varint.Write(rest, (ulong)rpc)..];
        rest = WriteHeader(rest, RpcFields.Publish, (int)message);
        rest = WriteHeader(rest, RpcFields.MessageData, data.Length);
        int dataOffset = pooled.Length - rest.Length;
        data.CopyTo(rest);
        rest = WriteHeader(rest[data.Length..], RpcFields.MessageTopic, topicLength);
        Encoding.UTF8.GetBytes(topic, rest);
        frame = new GossipFrame(pooled, length, topic, dataOffset, data.Length);
        return true;
    }

    /// <summary>
    /// Takes over a received frame that is byte for byte what <see cref="Encode"/> makes of it, so that forwarding copies nothing.
    /// The array must come from the shared pool and now belongs to the frame.
    /// </summary>
    public static GossipFrame Adopt(byte[] pooled, int length, string topic, int dataOffset, int dataLength) =>
        new(pooled, length, topic, dataOffset, dataLength);

    /// <summary>Adds a reference for another owner.</summary>
    /// <exception cref="InvalidOperationException">The last reference is gone already.</exception>
    public void Retain()
    {
        if (!TryRetain())
        {
            throw new InvalidOperationException("The gossip frame was released already.");
        }
    }

    /// <summary>Adds a reference unless the last one is gone: for holders that keep a frame without owning it (the duplicate index).</summary>
    public bool TryRetain()
    {
        int seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Gives up one reference; the last one returns the memory.</summary>
    /// <exception cref="InvalidOperationException">There is no reference left to give up.</exception>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left < 0)
        {
            Interlocked.Increment(ref _references);
            throw new InvalidOperationException("The gossip frame was released more often than retained.");
        }

        if (left == 0)
        {
            byte[] pooled = Interlocked.Exchange(ref _pooled, null)!;
            ArrayPool<byte>.Shared.Return(pooled);
        }
    }

    private ReadOnlyMemory<byte> Live() => Volatile.Read(ref _references) > 0
        ? _pooled.AsMemory(0, Length)
        : throw new InvalidOperationException("The gossip frame was released already.");

    private static long FieldLength(long body) => 1L + Varint.LengthOf((ulong)body) + body;

    private static Span<byte> WriteHeader(Span<byte> destination, int field, int length)
    {
        destination[0] = RpcFields.LengthDelimitedTag(field);
        return destination[(1 + Varint.Write(destination[1..], (ulong)length))..];
    }
}
