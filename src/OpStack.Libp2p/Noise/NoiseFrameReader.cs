using System.Buffers;
using System.Buffers.Binary;

namespace OpStack.Libp2p.Noise;

/// <summary>What <see cref="NoiseFrameReader.Read"/> came to.</summary>
internal enum NoiseFrameStatus
{
    /// <summary>Plaintext was delivered.</summary>
    Delivered,
    /// <summary>More bytes are needed: fill <see cref="NoiseFrameReader.GetFreeMemory"/>.</summary>
    NeedsMore,
    /// <summary>A frame too short for its tag.</summary>
    ShortFrame,
    /// <summary>A frame whose tag does not match: altered, replayed or out of order.</summary>
    Forged,
    /// <summary>The message counter has run out.</summary>
    Exhausted,
}

/// <summary>
/// Opens the frames of one direction: bytes in, plaintext out, no I/O. Owns the cipher and the receive buffer, which is rented when bytes
/// are there to be read and given back once they are delivered.
/// </summary>
internal sealed class NoiseFrameReader(NoiseCipherState cipher) : IDisposable
{
    private const int LengthUnknown = -1;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _plainStart;
    private int _plainEnd;
    private int _frameLength = LengthUnknown;
    private bool _busy;

    /// <summary>The remote owes the rest of a frame.</summary>
    public bool IsInsideFrame => _frameLength != LengthUnknown || _start < _end;

    /// <summary>Bytes of the buffer held; 0 while there is none.</summary>
    public int BufferSize => _buffer.Length;

    /// <summary>
    /// Delivers plaintext of at most one frame; empty frames are passed over. With an empty destination, tells whether there is a whole frame
    /// to open. After a failure the reader is of no further use.
    /// </summary>
    public NoiseFrameStatus Read(Span<byte> destination, out int written)
    {
        written = 0;
        while (_plainStart == _plainEnd)
        {
            if (_frameLength == LengthUnknown && !TryReadLength())
            {
                return NoiseFrameStatus.NeedsMore;
            }

            if (_frameLength < NoiseLimits.TagSize)
            {
                return NoiseFrameStatus.ShortFrame;
            }

            if (_end - _start < _frameLength)
            {
                return NoiseFrameStatus.NeedsMore;
            }

            if (destination.IsEmpty && _frameLength > NoiseLimits.TagSize)
            {
                return NoiseFrameStatus.Delivered;
            }

            Span<byte> frame = _buffer.AsSpan(_start, _frameLength);
            int length = _frameLength - NoiseLimits.TagSize;
            bool direct = length <= destination.Length;
            if (!cipher.TryOpen([], frame, direct ? destination[..length] : frame[..length]))
            {
                return cipher.IsExhausted ? NoiseFrameStatus.Exhausted : NoiseFrameStatus.Forged;
            }

            (_plainStart, _plainEnd) = direct ? (0, 0) : (_start, _start + length);
            _start += _frameLength;
            _frameLength = LengthUnknown;
            if (direct && length > 0)
            {
                written = length;
                return NoiseFrameStatus.Delivered;
            }
        }

        written = Math.Min(destination.Length, _plainEnd - _plainStart);
        _buffer.AsSpan(_plainStart, written).CopyTo(destination);
        _plainStart += written;
        return NoiseFrameStatus.Delivered;
    }

    /// <summary>
    /// Gives the buffer back if nothing is in it; true if so, and the caller then waits for bytes before it asks for room, because a peer may
    /// rest for hours. To be called only after <see cref="NoiseFrameStatus.NeedsMore"/>.
    /// </summary>
    public bool TryReleaseBuffer()
    {
        if (_start < _end)
        {
            return false;
        }

        Replace([]);
        return true;
    }

    /// <summary>The room for the next bytes, never empty. To be called only after <see cref="NoiseFrameStatus.NeedsMore"/>.</summary>
    public Memory<byte> GetFreeMemory()
    {
        int needed = Math.Max(_frameLength, NoiseLimits.LengthSize);
        int size = _busy || needed > NoiseLimits.SmallReceiveBuffer ? NoiseLimits.LargeReceiveBuffer : NoiseLimits.SmallReceiveBuffer;
        if (_buffer.Length < size || (_buffer.Length > size && _end - _start < size))
        {
            Replace(ArrayPool<byte>.Shared.Rent(size));
        }
        else if (_start > 0 && (_start + needed > _buffer.Length || _buffer.Length - _end < _buffer.Length / 4))
        {
            MoveTo(_buffer);
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Takes over <paramref name="count"/> bytes written to <see cref="GetFreeMemory"/>.</summary>
    public void Advance(int count)
    {
        _end += count;

        // Data flows once a read has filled the small buffer, and as long as each one brings at least half of that.
        _busy = _busy ? count >= NoiseLimits.SmallReceiveBuffer / 2 : _end == _buffer.Length;
    }

    /// <summary>Gives the buffer back and disposes the cipher.</summary>
    public void Dispose()
    {
        cipher.Dispose();
        (_start, _end, _plainStart, _plainEnd) = (0, 0, 0, 0);
        Replace([]);
    }

    // The length is taken off before its frame is complete, so that the largest frame needs no more than its own bytes of buffer.
    private bool TryReadLength()
    {
        if (_end - _start < NoiseLimits.LengthSize)
        {
            return false;
        }

        _frameLength = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start));
        _start += NoiseLimits.LengthSize;
        return true;
    }

    private void Replace(byte[] next)
    {
        byte[] last = _buffer;
        MoveTo(next);
        _buffer = next;
        if (last.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(last);
        }
    }

    private void MoveTo(byte[] target)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        _end -= _start;
        _start = 0;
    }
}
