using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Transport;

/// <summary>How the attempt to read one frame ended.</summary>
internal enum FrameStatus
{
    /// <summary>A whole frame.</summary>
    Frame,
    /// <summary>The remote closed its side between two frames.</summary>
    EndOfStream,
    /// <summary>The declared length is over the limit; nothing was allocated for it.</summary>
    TooLong,
    /// <summary>The length is no varint, or the stream ended inside a frame.</summary>
    Malformed,
}

/// <summary>The outcome of one read; the bytes belong to the caller for good and are empty unless a frame was read.</summary>
internal readonly record struct LengthPrefixedFrame(FrameStatus Status, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>True when there is a frame, which may be empty.</summary>
    public bool IsFrame => Status == FrameStatus.Frame;
}

/// <summary>
/// Frames of uvarint(length) ‖ bytes. The only reader of such frames in this assembly: the limit is a required argument, and memory
/// grows with what has arrived, not with what was declared. After anything but a frame the reader is of no further use.
/// Owns neither the stream nor a deadline; the caller's token carries that.
/// </summary>
/// <remarks>It reads ahead, so the stream must belong to the framed protocol until its end.</remarks>
internal sealed class LengthPrefixedReader(IByteStream stream)
{
    /// <summary>What is allocated for a frame before any of it has arrived; longer frames grow by doubling.</summary>
    public const int InitialFrameSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[2048];
    private int _start;
    private int _end;

    /// <summary>Reads the next frame of at most <paramref name="limit"/> bytes. Throws what <see cref="IByteStream.ReadAsync"/> does.</summary>
    public async ValueTask<LengthPrefixedFrame> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        ulong length;
        int prefix;
        while (!Varint.TryRead(_buffer.AsSpan(_start, _end - _start), out length, out prefix))
        {
            if (_end - _start >= Varint.MaxLength)
            {
                return Failure(FrameStatus.Malformed);
            }

            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return Failure(_start == _end ? FrameStatus.EndOfStream : FrameStatus.Malformed);
            }
        }

        _start += prefix;
        return length > (ulong)limit ? Failure(FrameStatus.TooLong) : await ReadBodyAsync((int)length, cancellationToken).ConfigureAwait(false);
    }

    private static LengthPrefixedFrame Failure(FrameStatus status) => new(status, default);

    private async ValueTask<LengthPrefixedFrame> ReadBodyAsync(int length, CancellationToken cancellationToken)
    {
        byte[] frame = new byte[Math.Min(length, InitialFrameSize)];
        int filled = Math.Min(_end - _start, frame.Length);
        _buffer.AsSpan(_start, filled).CopyTo(frame);
        _start += filled;

        while (filled < length)
        {
            if (filled == frame.Length)
            {
                Array.Resize(ref frame, (int)Math.Min(length, 2L * frame.Length));
            }

            int read = await stream.ReadAsync(frame.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return Failure(FrameStatus.Malformed);
            }

            filled += read;
        }

        return new LengthPrefixedFrame(FrameStatus.Frame, frame);
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        // What is left is shorter than a varint, so moving it is cheap and makes room.
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }
}
