using System.Diagnostics.CodeAnalysis;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Payloads;

/// <summary>
/// Snappy in its block format: the uncompressed length as a varint, then literals and copies. Not the framed stream format.
/// Written from the format description (google/snappy format_description.txt).
/// </summary>
internal static partial class SnappyBlock
{
    // The two low bits of an element's first byte.
    private const int Literal = 0b00;
    private const int CopyOneByteOffset = 0b01;
    private const int CopyTwoByteOffset = 0b10;

    // Bytes after which a follower is told: few enough that it begins at once, so many that telling costs nothing.
    private const int FollowerStep = 8 * 1024;

    /// <summary>
    /// Reads the declared length and checks it against <paramref name="maxLength"/> and against what the rest of the input could give at
    /// all, so that nothing is ever allocated by a length that a peer made up.
    /// </summary>
    private static bool TryReadLength(ReadOnlySpan<byte> compressed, int maxLength, out int length, out int headerLength)
    {
        length = 0;
        if (!Varint.TryRead(compressed, out ulong declared, out headerLength)
            || declared > (ulong)maxLength
            || (long)declared > PayloadLimits.MaxSnappyExpansion(compressed.Length - headerLength))
        {
            return false;
        }

        length = (int)declared;
        return true;
    }

    /// <summary>Allocates what the declared length asks for; false when that is unreadable, too large or impossible.</summary>
    /// <param name="compressed">The whole message data.</param>
    /// <param name="maxLength">Longest accepted decoded length in bytes, inclusive.</param>
    /// <param name="destination">An array of exactly that length; its content is undefined.</param>
    public static bool TryAllocate(ReadOnlySpan<byte> compressed, int maxLength, [NotNullWhen(true)] out byte[]? destination)
    {
        destination = null;
        if (TryReadLength(compressed, maxLength, out int length, out _))
        {
            // Every byte is written by an element before it can be read, or decoding fails.
            destination = GC.AllocateUninitializedArray<byte>(length);
        }

        return destination is not null;
    }

    /// <summary>Decodes to the beginning of a buffer that has room for the longest accepted length.</summary>
    /// <param name="compressed">The whole message data.</param>
    /// <param name="destination">Where to; on failure its content is undefined.</param>
    /// <param name="length">The declared length, also when it is larger than the buffer; zero when it is unreadable.</param>
    /// <param name="follower">Told how far it is; null for nobody.</param>
    /// <returns>False when the length is unreadable, impossible or larger than the buffer, or an element is malformed. Never throws.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> compressed, Span<byte> destination, out int length, ISnappyFollower? follower = null)
    {
        if (!TryReadLength(compressed, int.MaxValue, out length, out int headerLength) || length > destination.Length)
        {
            return false;
        }

        return TryDecodeElements(compressed[headerLength..], destination[..length], follower);
    }

    private static bool TryDecodeElements(ReadOnlySpan<byte> source, Span<byte> output, ISnappyFollower? follower)
    {
        int written = 0;
        int told = 0;
        while (!source.IsEmpty)
        {
            int tag = source[0];
            int length;
            if ((tag & 0b11) == Literal)
            {
                if (!TryReadLiteral(ref source, tag >> 2, output[written..], out length))
                {
                    return false;
                }
            }
            else if (!TryReadCopy(ref source, tag, out int offset, out length) || !TryCopy(output, written, offset, length))
            {
                return false;
            }

            written += length;
            if (written - told >= FollowerStep)
            {
                told = written;
                follower?.Written(written);
            }
        }

        if (written != output.Length)
        {
            return false;
        }

        follower?.Written(written);
        return true;
    }

    /// <summary>A literal: its length less one in the tag when below 60, else in the 1 to 4 bytes that follow.</summary>
    private static bool TryReadLiteral(ref ReadOnlySpan<byte> source, int lengthField, Span<byte> rest, out int length)
    {
        length = 0;
        int extra = Math.Max(0, lengthField - 59);
        if (source.Length < 1 + extra)
        {
            return false;
        }

        long count = extra == 0 ? lengthField : 0;
        for (int i = 0; i < extra; i++)
        {
            count |= (long)source[1 + i] << (8 * i);
        }

        count++;
        source = source[(1 + extra)..];
        if (count > source.Length || count > rest.Length)
        {
            return false;
        }

        length = (int)count;
        source[..length].CopyTo(rest);
        source = source[length..];
        return true;
    }

    private static bool TryReadCopy(ref ReadOnlySpan<byte> source, int tag, out int offset, out int length)
    {
        // 11 is a copy with a 4-byte offset.
        int size = (tag & 0b11) switch { CopyOneByteOffset => 2, CopyTwoByteOffset => 3, _ => 5 };
        offset = length = 0;
        if (source.Length < size)
        {
            return false;
        }

        if (size == 2)
        {
            length = 4 + ((tag >> 2) & 0b111);
            offset = ((tag >> 5) << 8) | source[1];
        }
        else
        {
            length = 1 + (tag >> 2);
            // An offset above int.MaxValue turns negative and is refused like every other impossible one.
            offset = source[1] | (source[2] << 8) | (size == 5 ? (source[3] << 16) | (source[4] << 24) : 0);
        }

        source = source[size..];
        return true;
    }

    private static bool TryCopy(Span<byte> output, int written, int offset, int length)
    {
        if (offset <= 0 || offset > written || length > output.Length - written)
        {
            return false;
        }

        Span<byte> target = output.Slice(written, length);
        Span<byte> source = output[(written - offset)..written];
        if (length <= offset)
        {
            source[..length].CopyTo(target);
        }
        else if (offset == 1)
        {
            target.Fill(source[0]);
        }
        else
        {
            // The copy runs into what it writes: the last `offset` bytes repeat.
            for (int i = 0; i < length; i++)
            {
                output[written + i] = output[written + i - offset];
            }
        }

        return true;
    }
}
