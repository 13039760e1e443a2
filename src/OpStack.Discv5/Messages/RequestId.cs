using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>
/// A request id: 0 to 8 bytes that an answer repeats byte for byte. It is no number: 00 01 and 01 are two ids.
/// </summary>
internal readonly record struct RequestId
{
    private readonly ulong _bytes;
    private readonly byte _length;

    private RequestId(ulong bytes, byte length) => (_bytes, _length) = (bytes, length);

    /// <summary>Length in bytes, 0..8.</summary>
    internal int Length => _length;

    /// <summary>The bytes in place; valid as long as the variable that holds the id.</summary>
    [UnscopedRef]
    internal ReadOnlySpan<byte> Span => MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in _bytes))[.._length];

    /// <summary>Takes 0 to 8 bytes; false for more.</summary>
    internal static bool TryCreate(ReadOnlySpan<byte> bytes, out RequestId id)
    {
        id = default;
        if (bytes.Length > MessageLimits.MaxRequestIdSize)
            return false;
        ulong packed = 0;
        bytes.CopyTo(MemoryMarshal.AsBytes(new Span<ulong>(ref packed)));
        id = new RequestId(packed, (byte)bytes.Length);
        return true;
    }

    /// <summary>
    /// An id of 8 bytes from random bits. The first byte is never zero: @chainsafe/discv5 takes ids for numbers and would drop it in its
    /// answer.
    /// </summary>
    internal static RequestId FromRandom(ulong random)
    {
        Span<byte> bytes = stackalloc byte[MessageLimits.MaxRequestIdSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, random | (1UL << 63));
        _ = TryCreate(bytes, out RequestId id);
        return id;
    }

    internal static MessageError TryRead(ref RlpReader fields, out RequestId id)
    {
        id = default;
        if (!fields.TryReadBytes(out ReadOnlySpan<byte> bytes))
            return MessageError.Malformed;
        return TryCreate(bytes, out id) ? MessageError.None : MessageError.RequestId;
    }

    /// <summary>Lower-case hex.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);
}
