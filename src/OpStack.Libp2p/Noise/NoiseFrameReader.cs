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
/// Opens the frames of one direction: bytes in, plaintext out, no I/O. Owns the cipher and the receive buffer, which is small while the
/// connection is quiet and a pooled large one while data flows.
/// </summary>
internal sealed class NoiseFrameReader(NoiseCipherState cipher) : IDisposable
{
    private const int LengthUnknown = -1;
    private readonly byte[] _small = new byte[NoiseLimits.SmallReceiveBuffer];
    private byte[]? _large;
    private int _start;
    private int _end;
    private int _plainStart;
    private int _plainEnd;
    private int _frameLength = LengthUnknown;
    private int _quietReads;
    private bool _filledUp;

    /// <summary>The remote owes the rest of a frame.</summary>
    public bool IsInsideFrame => _frameLength != LengthUnknown || _start < _end;

    /// <summary>Whether the large buffer is held.</summary>
    public bool HoldsLargeBuffer => _large is not null;

    private byte[] Buffer => _large ?? _small;

    /// <summary>Delivers plaintext of at most one frame; empty frames are passed over. After a failure the reader is of no further use.</summary>
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

            Span<byte> frame = Buffer.AsSpan(_start, _frameLength);
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
        Buffer.AsSpan(_plainStart, written).CopyTo(destination);
        _plainStart += written;
        return NoiseFrameStatus.Delivered;
    }

    /// <summary>The room for the next bytes, never empty. To be called only after <see cref="NoiseFrameStatus.NeedsMore"/>.</summary>
    public Memory<byte> GetFreeMemory()
    {
        int needed = Math.Max(_frameLength, NoiseLimits.LengthSize);
        if (_large is null && (needed > _small.Length || _filledUp))
        {
            byte[] large = ArrayPool<byte>.Shared.Rent(NoiseLimits.LargeReceiveBuffer);
            MoveTo(large);
            _large = large;
        }
        else if (_large is { } large && needed <= _small.Length && _end - _start < _small.Length && _quietReads >= NoiseLimits.QuietReads)
        {
            MoveTo(_small);
            _large = null;
            ArrayPool<byte>.Shared.Return(large);
        }
        else if (_start > 0 && (_start + needed > Buffer.Length || Buffer.Length - _end < Buffer.Length / 4))
        {
            MoveTo(Buffer);
        }

        return Buffer.AsMemory(_end);
    }

    /// <summary>Takes over <paramref name="count"/> bytes written to <see cref="GetFreeMemory"/>.</summary>
    public void Advance(int count)
    {
        _end += count;
        _filledUp = _end == Buffer.Length;
        _quietReads = count <= NoiseLimits.SmallReceiveBuffer / 2 ? _quietReads + 1 : 0;
    }

    /// <summary>Gives the buffer back and disposes the cipher.</summary>
    public void Dispose()
    {
        cipher.Dispose();
        if (_large is { } large)
        {
            _large = null;
            ArrayPool<byte>.Shared.Return(large);
        }
    }

    // The length is taken off before its frame is complete, so that the largest frame needs no more than its own bytes of buffer.
    private bool TryReadLength()
    {
        if (_end - _start < NoiseLimits.LengthSize)
        {
            return false;
        }

        _frameLength = BinaryPrimitives.ReadUInt16BigEndian(Buffer.AsSpan(_start));
        _start += NoiseLimits.LengthSize;
        return true;
    }

    private void MoveTo(byte[] target)
    {
        Buffer.AsSpan(_start, _end - _start).CopyTo(target);
        _end -= _start;
        _start = 0;
    }
}
