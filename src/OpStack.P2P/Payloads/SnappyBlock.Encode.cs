using System.Buffers;
using System.Buffers.Binary;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Payloads;

internal static partial class SnappyBlock
{
    // Input is compressed in pieces of 64 KiB, so that positions and offsets fit 16 bits and a table entry is a ushort.
    private const int PieceLength = 1 << 16;
    private const int TableBits = 14;
    private const int MinMatch = 4;

    // A two-byte-offset copy carries at most 64 bytes.
    private const int MaxCopyLength = 64;

    // After 2^5 bytes without a match the search begins to skip, so that what does not compress costs little.
    private const int SkipShift = 5;

    /// <summary>Encodes <paramref name="data"/>: a greedy search over a hash table of 4-byte sequences.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> data)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxEncodedLength(data.Length));
        ushort[] table = ArrayPool<ushort>.Shared.Rent(1 << TableBits);
        try
        {
            int written = Varint.Write(buffer, (ulong)data.Length);
            for (int start = 0; start < data.Length; start += PieceLength)
            {
                ReadOnlySpan<byte> piece = data[start..Math.Min(data.Length, start + PieceLength)];
                written += EncodePiece(piece, table.AsSpan(0, 1 << TableBits), buffer.AsSpan(written));
            }

            return buffer.AsSpan(0, written).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<ushort>.Shared.Return(table);
        }
    }

    // A literal adds at most 3 bytes, and a copy of 4 or more takes at most 3: the worst, short literals between short copies, stays far
    // below one byte in six.
    private static int MaxEncodedLength(int length) => checked(32 + length + (length / 6));

    private static int EncodePiece(ReadOnlySpan<byte> piece, Span<ushort> table, Span<byte> destination)
    {
        table.Clear();
        int written = 0;
        int literalStart = 0;
        int position = 1;
        while (position + MinMatch <= piece.Length)
        {
            uint current = BinaryPrimitives.ReadUInt32LittleEndian(piece[position..]);
            ref ushort slot = ref table[(int)((current * 0x9E3779B1u) >> (32 - TableBits))];
            int candidate = slot;
            slot = (ushort)position;

            // An empty slot says position 0, which is a candidate as good as any other: the comparison decides.
            if (BinaryPrimitives.ReadUInt32LittleEndian(piece[candidate..]) != current)
            {
                position += 1 + ((position - literalStart) >> SkipShift);
                continue;
            }

            int length = MinMatch + piece[(position + MinMatch)..].CommonPrefixLength(piece[(candidate + MinMatch)..]);
            written += WriteLiteral(piece[literalStart..position], destination[written..]);
            written += WriteCopies(position - candidate, length, destination[written..]);
            position += length;
            literalStart = position;
        }

        return written + WriteLiteral(piece[literalStart..], destination[written..]);
    }

    private static int WriteLiteral(ReadOnlySpan<byte> literal, Span<byte> destination)
    {
        if (literal.IsEmpty)
        {
            return 0;
        }

        int last = literal.Length - 1;
        int extra = last < 60 ? 0 : last < 256 ? 1 : 2;
        destination[0] = (byte)(((extra == 0 ? last : 59 + extra) << 2) | Literal);
        if (extra > 0)
        {
            destination[1] = (byte)last;
        }

        if (extra > 1)
        {
            destination[2] = (byte)(last >> 8);
        }

        literal.CopyTo(destination[(1 + extra)..]);
        return 1 + extra + literal.Length;
    }

    private static int WriteCopies(int offset, int length, Span<byte> destination)
    {
        int written = 0;
        while (length > 0)
        {
            // Never leave a rest below 4, which the short form cannot carry.
            int count = length <= MaxCopyLength ? length : length < MaxCopyLength + MinMatch ? MaxCopyLength - MinMatch : MaxCopyLength;
            if (count is >= MinMatch and < 12 && offset < 1 << 11)
            {
                destination[written++] = (byte)(((offset >> 8) << 5) | ((count - MinMatch) << 2) | CopyOneByteOffset);
                destination[written++] = (byte)offset;
            }
            else
            {
                destination[written++] = (byte)(((count - 1) << 2) | CopyTwoByteOffset);
                BinaryPrimitives.WriteUInt16LittleEndian(destination[written..], (ushort)offset);
                written += sizeof(ushort);
            }

            length -= count;
        }

        return written;
    }
}
