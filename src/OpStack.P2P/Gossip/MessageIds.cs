using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Payloads;

namespace OpStack.P2P.Gossip;

/// <summary>
/// The id of a gossip message: the first 20 bytes of SHA-256(domain ‖ length of the topic as 64-bit little-endian ‖ topic ‖ body), the
/// body being the decompressed data, or the raw data under another domain when it does not decompress. Bound to the topic as in op-node;
/// the older form without it is not computed.
/// </summary>
internal static class MessageIds
{
    /// <summary>Length of an id in bytes.</summary>
    public const int Length = 20;

    private const int DomainLength = 4;

    private static ReadOnlySpan<byte> ValidSnappyDomain => [1, 0, 0, 0];

    private static ReadOnlySpan<byte> InvalidSnappyDomain => [0, 0, 0, 0];

    /// <summary>Decompresses the data, bounded by 10 MiB, and computes its id.</summary>
    /// <param name="topic">The message's topic.</param>
    /// <param name="data">As it came.</param>
    /// <param name="early">Where to begin the payload hash meanwhile; null for nowhere.</param>
    public static DecodedMessage Decode(string topic, ReadOnlySpan<byte> data, EarlyHashes? early = null)
    {
        if (!SnappyBlock.TryAllocate(data, GossipLimits.MaxGossipSize, out byte[]? body))
        {
            return new DecodedMessage(Compute(topic, isValidSnappy: false, data), ReadOnlyMemory<byte>.Empty, IsWellFormed: false);
        }

        EarlyHash? begun = early?.Begin(body);
        bool isWellFormed = SnappyBlock.TryDecode(data, body, out _, begun);
        if (!isWellFormed)
        {
            begun?.Abandon();
        }

        MessageId id = Compute(topic, isWellFormed, isWellFormed ? body : data);
        if (begun is not null)
        {
            early!.Name(begun, id);
        }

        return new DecodedMessage(id, isWellFormed ? body : ReadOnlyMemory<byte>.Empty, isWellFormed);
    }

    /// <summary>Computes the id.</summary>
    /// <param name="topic">The message's topic.</param>
    /// <param name="isValidSnappy">Whether <paramref name="body"/> is the decompressed data, or the raw data that does not
    /// decompress.</param>
    /// <param name="body">The one or the other.</param>
    public static MessageId Compute(string topic, bool isValidSnappy, ReadOnlySpan<byte> body)
    {
        int topicLength = Encoding.UTF8.GetByteCount(topic);
        Span<byte> head = topicLength <= GossipLimits.MaxStackTopicLength
            ? stackalloc byte[DomainLength + sizeof(ulong) + GossipLimits.MaxStackTopicLength]
            : new byte[DomainLength + sizeof(ulong) + topicLength];
        (isValidSnappy ? ValidSnappyDomain : InvalidSnappyDomain).CopyTo(head);
        BinaryPrimitives.WriteUInt64LittleEndian(head[DomainLength..], (ulong)topicLength);
        Encoding.UTF8.GetBytes(topic, head[(DomainLength + sizeof(ulong))..]);

        using IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha256.AppendData(head[..(DomainLength + sizeof(ulong) + topicLength)]);
        sha256.AppendData(body);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        sha256.GetHashAndReset(hash);
        return new MessageId(hash[..Length]);
    }
}
