using System.Buffers.Binary;
using OpStack.P2P.Payloads;

namespace OpStack.P2P.Sync;

/// <summary>
/// Decodes framed snappy as it arrives. A pure core: holds at most one chunk and what it has decoded, and memory follows what has arrived, never
/// a length that was declared.
/// </summary>
/// <param name="maxLength">Longest accepted decoded length in bytes, inclusive.</param>
internal sealed class SnappyFrameReader(int maxLength)
{
    private readonly byte[] _header = new byte[SnappyFrames.HeaderSize];
    private byte[] _body = [];
    private byte[] _output = [];
    private int _headerLength;
    private int _bodyLength;
    private int _outputLength;
    private int _skip;
    private bool _isIdentified;

    /// <summary>Whether all bytes so far make whole chunks.</summary>
    private bool IsBetweenChunks => _headerLength == 0 && _skip == 0;

    /// <summary>Takes the next bytes; false once something is wrong, after which the reader is of no further use.</summary>
    public bool TryAdd(ReadOnlySpan<byte> bytes, out SyncFault fault)
    {
        fault = SyncFault.None;
        while (!bytes.IsEmpty && fault == SyncFault.None)
        {
            if (_skip > 0)
            {
                int skipped = Math.Min(_skip, bytes.Length);
                _skip -= skipped;
                bytes = bytes[skipped..];
            }
            else if (_headerLength < SnappyFrames.HeaderSize)
            {
                _header[_headerLength++] = bytes[0];
                bytes = bytes[1..];
                fault = _headerLength == SnappyFrames.HeaderSize ? OnHeader() : SyncFault.None;
            }
            else
            {
                int taken = Math.Min(_body.Length - _bodyLength, bytes.Length);
                bytes[..taken].CopyTo(_body.AsSpan(_bodyLength));
                _bodyLength += taken;
                bytes = bytes[taken..];
                fault = _bodyLength == _body.Length ? OnChunk() : SyncFault.None;
            }
        }

        return fault == SyncFault.None;
    }

    /// <summary>At the end of the stream: everything decoded, owned by the caller; a fault when the stream ended inside a chunk.</summary>
    public SyncFault Finish(out byte[] decoded)
    {
        Array.Resize(ref _output, _outputLength);
        decoded = _output;
        return IsBetweenChunks && _isIdentified ? SyncFault.None : SyncFault.Truncated;
    }

    private SyncFault OnHeader()
    {
        (byte type, int length) = SnappyFrames.ReadHeader(_header);
        bool isIdentifier = type == SnappyFrames.StreamIdentifier;
        if (!_isIdentified && !isIdentifier)
        {
            return SyncFault.BrokenSnappy;
        }

        if (type >= SnappyFrames.FirstSkippable && !isIdentifier)
        {
            _skip = length;
            _headerLength = 0;
            return SyncFault.None;
        }

        bool isData = type is SnappyFrames.Compressed or SnappyFrames.Uncompressed;
        bool fits = isIdentifier
            ? length == SnappyFrames.Magic.Length
            : isData && length is >= SnappyFrames.ChecksumSize and <= SnappyFrames.MaxDataLength;
        if (!fits)
        {
            return SyncFault.BrokenSnappy;
        }

        // A chunk holds 75 KiB at most, so allocating its declared length costs a sender who lies no less than one who does not.
        _body = new byte[length];
        _bodyLength = 0;
        return SyncFault.None;
    }

    private SyncFault OnChunk()
    {
        byte type = _header[0];
        _headerLength = 0;
        if (type == SnappyFrames.StreamIdentifier)
        {
            _isIdentified = true;
            return SnappyFrames.Magic.SequenceEqual(_body) ? SyncFault.None : SyncFault.BrokenSnappy;
        }

        ReadOnlySpan<byte> data = _body.AsSpan(SnappyFrames.ChecksumSize);
        Reserve();
        Span<byte> free = _output.AsSpan(_outputLength);
        free = free[..Math.Min(free.Length, SnappyFrames.MaxPieceLength)];
        int written = data.Length;
        if (type == SnappyFrames.Compressed)
        {
            // What is too long for the rest of the output may yet be a sound chunk; then it is the whole that is too long.
            if (!SnappyBlock.TryDecode(data, free, out written))
            {
                return written > free.Length && written <= SnappyFrames.MaxPieceLength ? SyncFault.TooLong : SyncFault.BrokenSnappy;
            }
        }
        else if (data.Length > SnappyFrames.MaxPieceLength)
        {
            return SyncFault.BrokenSnappy;
        }
        else if (!data.TryCopyTo(free))
        {
            return SyncFault.TooLong;
        }

        _outputLength += written;
        return SnappyFrames.Checksum(free[..written]) == BinaryPrimitives.ReadUInt32LittleEndian(_body) ? SyncFault.None : SyncFault.BrokenSnappy;
    }

    /// <summary>Room for one more piece, up to the limit; grows by doubling.</summary>
    private void Reserve()
    {
        int needed = Math.Min(maxLength, _outputLength + SnappyFrames.MaxPieceLength);
        if (_output.Length < needed)
        {
            Array.Resize(ref _output, (int)Math.Min(maxLength, Math.Max(needed, 2L * _output.Length)));
        }
    }
}
