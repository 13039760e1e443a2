using System.Buffers.Binary;
using OpStack.P2P.Payloads;

namespace OpStack.P2P.Sync;

/// <summary>Encodes framed snappy, chunk by chunk, so that a long payload is never compressed ahead of what the peer takes.</summary>
internal static class SnappyFrameWriter
{
    /// <summary>The chunk that begins every stream.</summary>
    public static int WriteIdentifier(Span<byte> destination)
    {
        SnappyFrames.WriteHeader(SnappyFrames.StreamIdentifier, SnappyFrames.Magic.Length, destination);
        SnappyFrames.Magic.CopyTo(destination[SnappyFrames.HeaderSize..]);
        return SnappyFrames.HeaderSize + SnappyFrames.Magic.Length;
    }

    /// <summary>One chunk of at most 64 KiB of data, as it is where compression saves less than an eighth (golang/snappy).</summary>
    /// <returns>Bytes written.</returns>
    public static int WritePiece(ReadOnlySpan<byte> piece, Span<byte> destination)
    {
        byte[] compressed = SnappyBlock.Encode(piece);
        bool saves = compressed.Length < piece.Length - (piece.Length / 8);
        ReadOnlySpan<byte> body = saves ? compressed : piece;
        int length = SnappyFrames.ChecksumSize + body.Length;
        SnappyFrames.WriteHeader(saves ? SnappyFrames.Compressed : SnappyFrames.Uncompressed, length, destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[SnappyFrames.HeaderSize..], SnappyFrames.Checksum(piece));
        body.CopyTo(destination[(SnappyFrames.HeaderSize + SnappyFrames.ChecksumSize)..]);
        return SnappyFrames.HeaderSize + length;
    }
}
