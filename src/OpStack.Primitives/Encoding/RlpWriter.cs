using System.Buffers.Binary;
using System.Numerics;

namespace OpStack.Primitives.Encoding;

/// <summary>
/// Writes RLP items into a caller's span. A list's prefix needs its length first: sum the <c>LengthOf</c> of the items, write the list's
/// prefix, then the items. Nothing is allocated. A span that is too short is a fault of the caller and throws.
/// </summary>
public ref struct RlpWriter
{
    private readonly Span<byte> _destination;

    /// <summary>Starts at the first byte of <paramref name="destination"/>.</summary>
    public RlpWriter(Span<byte> destination) => _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Encoded length of a string, in bytes.</summary>
    /// <exception cref="OverflowException">The result is over <see cref="int.MaxValue"/>.</exception>
    public static int LengthOfBytes(ReadOnlySpan<byte> value) =>
        IsItsOwnEncoding(value) ? 1 : LengthOfList(value.Length);

    /// <summary>Encoded length of an integer, in bytes: 1..9.</summary>
    public static int LengthOfUInt64(ulong value) => value < RlpReader.ShortString ? 1 : 1 + MinimalLength(value);

    /// <summary>Encoded length of an integer, in bytes: 1..33.</summary>
    public static int LengthOfUInt256(UInt256 value) => value < (ulong)RlpReader.ShortString ? 1 : 1 + value.MinimalLength;

    /// <summary>Encoded length of a list whose items take <paramref name="payloadLength"/> bytes, prefix included.</summary>
    /// <exception cref="OverflowException">The result is over <see cref="int.MaxValue"/>.</exception>
    public static int LengthOfList(int payloadLength) => checked(LengthOfPrefix(payloadLength) + payloadLength);

    /// <summary>Length of the prefix alone of a list, or of a string of other than one byte, of that payload: 1..5 bytes.</summary>
    public static int LengthOfPrefix(int payloadLength) =>
        payloadLength <= RlpReader.MaxShortLength ? 1 : 1 + MinimalLength((uint)payloadLength);

    /// <summary>Writes a string.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void WriteBytes(scoped ReadOnlySpan<byte> value)
    {
        if (!IsItsOwnEncoding(value))
            WritePrefix(RlpReader.ShortString, value.Length);
        WriteEncoded(value);
    }

    /// <summary>Writes an integer, without leading zeros.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void WriteUInt64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        WriteBytes(bytes[(sizeof(ulong) - MinimalLength(value))..]);
    }

    /// <summary>Writes an integer, without leading zeros.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void WriteUInt256(UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        value.WriteBigEndian(bytes);
        WriteBytes(bytes[(UInt256.Size - value.MinimalLength)..]);
    }

    /// <summary>Writes a string of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void WriteHash256(Hash256 value) => WriteBytes(value.AsSpan());

    /// <summary>Writes a string of 20 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void WriteAddress(Address value) => WriteBytes(value.AsSpan());

    /// <summary>Writes the prefix of a list; its items, <paramref name="payloadLength"/> bytes in all, are written next.</summary>
    /// <exception cref="ArgumentException">The destination is too short for the prefix.</exception>
    public void WriteListPrefix(int payloadLength) => WritePrefix(RlpReader.ShortList, payloadLength);

    /// <summary>Writes items that are encoded already.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void WriteEncoded(scoped ReadOnlySpan<byte> items)
    {
        items.CopyTo(_destination[Written..]);
        Written += items.Length;
    }

    private void WritePrefix(byte shortBase, int payloadLength)
    {
        Span<byte> prefix = stackalloc byte[1 + sizeof(uint)];
        int length = LengthOfPrefix(payloadLength);
        if (length == 1)
        {
            prefix[0] = (byte)(shortBase + payloadLength);
        }
        else
        {
            // The length stands right-aligned in the last four bytes, its own length just before it.
            BinaryPrimitives.WriteInt32BigEndian(prefix[1..], payloadLength);
            prefix = prefix[(prefix.Length - length)..];
            prefix[0] = (byte)(shortBase + RlpReader.MaxShortLength + length - 1);
        }

        WriteEncoded(prefix[..length]);
    }

    private static bool IsItsOwnEncoding(ReadOnlySpan<byte> value) => value.Length == 1 && value[0] < RlpReader.ShortString;

    private static int MinimalLength(ulong value) => (64 - BitOperations.LeadingZeroCount(value) + 7) / 8;
}
