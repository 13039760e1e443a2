using System.Buffers.Binary;
using System.Numerics;

namespace OpStack.P2P.Sync;

/// <summary>
/// What both sides of framed snappy share (google/snappy framing_format.txt): chunks of type (1) ‖ length (3, little-endian) ‖ body, where the
/// body of data begins with a masked CRC-32C of what it decompresses to.
/// </summary>
internal static class SnappyFrames
{
    public const byte Compressed = 0x00;
    public const byte Uncompressed = 0x01;
    public const byte StreamIdentifier = 0xff;

    /// <summary>Types from here to 0xfe are skipped; those below, but for the two of data, must not be.</summary>
    public const byte FirstSkippable = 0x80;

    public const int HeaderSize = 4;

    public const int ChecksumSize = 4;

    /// <summary>Most bytes that a chunk decompresses to.</summary>
    public const int MaxPieceLength = 1 << 16;

    /// <summary>
    /// Longest body of a chunk of data: checksum and what snappy makes of the longest piece at worst, 32 + n + n/6 (golang/snappy and C++).
    /// </summary>
    public const int MaxDataLength = ChecksumSize + 32 + MaxPieceLength + (MaxPieceLength / 6);

    // "Rotated right by 15 bits, then a constant is added."
    private const int ChecksumRotation = 15;
    private const uint ChecksumOffset = 0xa282ead8;

    /// <summary>The body of the chunk that begins a stream.</summary>
    public static ReadOnlySpan<byte> Magic => "sNaPpY"u8;

    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, ChecksumRotation) + ChecksumOffset;
    }

    public static void WriteHeader(byte type, int length, Span<byte> header) =>
        BinaryPrimitives.WriteUInt32LittleEndian(header, type | ((uint)length << 8));

    public static (byte Type, int Length) ReadHeader(ReadOnlySpan<byte> header)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(header);
        return ((byte)value, (int)(value >> 8));
    }
}
