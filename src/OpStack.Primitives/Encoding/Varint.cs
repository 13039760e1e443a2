using System.Numerics;

namespace OpStack.Primitives.Encoding;

/// <summary>Unsigned LEB128: seven bits a byte, the lowest first. Protobuf and multiformats differ in what they accept.</summary>
public static class Varint
{
    /// <summary>Most bytes of a 64-bit varint (protobuf).</summary>
    public const int MaxLength = 10;

    /// <summary>Most bytes of a multiformats varint: 63 bits (multiformats unsigned-varint).</summary>
    public const int MaxMinimalLength = 9;

    /// <summary>Bytes <paramref name="value"/> takes: 1..10.</summary>
    public static int LengthOf(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Writes the minimal form; returns the count of bytes written.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than <see cref="LengthOf"/>.</exception>
    public static int Write(Span<byte> destination, ulong value)
    {
        int length = LengthOf(value);
        if (destination.Length < length)
            throw new ArgumentException("The destination is too short for the varint.", nameof(destination));

        for (int i = 0; i < length - 1; i++)
        {
            destination[i] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length - 1] = (byte)value;
        return length;
    }

    /// <summary>
    /// Reads a protobuf varint at the start of <paramref name="source"/>: up to 10 bytes, non-minimal forms accepted, over 64 bits refused.
    /// False, with zeros, when it is refused or not complete.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        ulong result = 0;
        int end = Math.Min(source.Length, MaxLength);
        for (int i = 0; i < end; i++)
        {
            byte b = source[i];
            if (i == MaxLength - 1 && b > 1)
                break;

            result |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80)
            {
                (value, length) = (result, i + 1);
                return true;
            }
        }

        (value, length) = (0, 0);
        return false;
    }

    /// <summary>
    /// Reads a multiformats varint at the start of <paramref name="source"/>: up to 9 bytes (63 bits), minimal form only.
    /// False, with zeros, when it is refused or not complete.
    /// </summary>
    public static bool TryReadMinimal(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        if (TryRead(source, out value, out length) && length <= MaxMinimalLength && length == LengthOf(value))
            return true;

        (value, length) = (0, 0);
        return false;
    }
}
