using System.Buffers;
using OpStack.Libp2p.Transport;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Cuts a peer's inbound stream into frames. Memory follows what has arrived up to <see cref="RpcLimits.SmallFrame"/>; a longer frame waits for room in
/// before its memory is taken, and meanwhile the stream is not read, which holds the sender back.
/// </summary>
/// <param name="stream">The peer's stream.</param>
/// <param name="rooms">Room for longer frames.</param>
/// <param name="passesOver">Asked for each longer frame: true to read over it, for which no room is needed.</param>
internal sealed class IngestFrameReader(IByteStream stream, FrameRooms rooms, Func<bool> passesOver) : IDisposable
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(RpcLimits.SmallFrame);
    private readonly IngestFrame _frame = new();
    private bool _isWaitingForRoom;
    private int _start;
    private int _end;

    /// <summary>A frame waits for room: it is we who hold the peer up. Any thread.</summary>
    public bool IsWaitingForRoom => Volatile.Read(ref _isWaitingForRoom);

    /// <summary>The next frame with content, for the caller to dispose before it asks for another; null when the peer has closed the stream between frames.</summary>
    /// <exception cref="Libp2pException">ProtocolViolation: a length over <see cref="RpcLimits.MaxRpc"/>, or an end within a frame. Timeout: the frame's
    /// room was revoked. Or the stream's own reasons.</exception>
    public async ValueTask<IngestFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int? length = await ReadLengthAsync(cancellationToken).ConfigureAwait(false);
            if (length is null)
            {
                return null;
            }

            if (length > RpcLimits.SmallFrame && passesOver())
            {
                await PassOverAsync(length.Value, cancellationToken).ConfigureAwait(false);
            }
            else if (length > RpcLimits.SmallFrame)
            {
                return await ReadLongAsync(length.Value, cancellationToken).ConfigureAwait(false);
            }
            else if (length > 0)
            {
                return await ReadBodyAsync(length.Value, null, cancellationToken).ConfigureAwait(false);
            }

            // An empty RPC is legal and says nothing (wire.md 9.1).
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _frame.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private async ValueTask<int?> ReadLengthAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadOnlyMemory<byte> unread = _buffer.AsMemory(_start, _end - _start);
            if (Varint.TryRead(unread.Span, out ulong length, out int read))
            {
                _start += read;
                return length <= RpcLimits.MaxRpc
                    ? (int)length
                    : throw new Libp2pException(Libp2pError.ProtocolViolation, $"An RPC of {length} bytes was announced; at most {RpcLimits.MaxRpc} are accepted.");
            }

            if (unread.Length >= Varint.MaxLength)
            {
                throw new Libp2pException(Libp2pError.ProtocolViolation, "The length of an RPC is not a varint.");
            }

            unread.CopyTo(_buffer);
            (_start, _end) = (0, unread.Length);
            int count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return _end == 0 ? null : throw new Libp2pException(Libp2pError.ProtocolViolation, "The stream ended within a length.");
            }

            _end += count;
        }
    }

    private async ValueTask PassOverAsync(int length, CancellationToken cancellationToken)
    {
        int left = length - Math.Min(length, _end - _start);
        _start += length - left;
        while (left > 0)
        {
            _end = await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
            if (_end == 0)
            {
                throw EndedWithinAFrame();
            }

            _start = Math.Min(_end, left);
            left -= _start;
        }
    }

    private async ValueTask<IngestBudget.Lease> WaitForRoomAsync(int length, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _isWaitingForRoom, true);
        try
        {
            return await rooms.AcquireAsync(length, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isWaitingForRoom, false);
        }
    }

    private async ValueTask<IngestFrame> ReadLongAsync(int length, CancellationToken cancellationToken)
    {
        IngestBudget.Lease room = await WaitForRoomAsync(length, cancellationToken).ConfigureAwait(false);
        CancellationToken revoked = room.Revoked;
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, revoked);
        try
        {
            IngestFrame frame = await ReadBodyAsync(length, room, linked.Token).ConfigureAwait(false);
            room.Keep();
            return frame;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Libp2pException(Libp2pError.Timeout, "A frame arrived too slowly while others waited for its room.", e);
        }
    }

    private async ValueTask<IngestFrame> ReadBodyAsync(int length, IngestBudget.Lease? room, CancellationToken cancellationToken)
    {
        int prefix = Varint.LengthOf((ulong)length);
        byte[] pooled = ArrayPool<byte>.Shared.Rent(prefix + length);
        _frame.Fill(pooled, prefix, prefix + length, room);
        try
        {
            Varint.Write(pooled, (ulong)length);
            int have = Math.Min(length, _end - _start);
            _buffer.AsSpan(_start, have).CopyTo(pooled.AsSpan(prefix));
            _start += have;
            while (have < length)
            {
                // A short rest goes through the buffer, so that small frames behind it come with the same read.
                bool buffered = length - have < RpcLimits.SmallFrame;
                Memory<byte> target = buffered ? _buffer : pooled.AsMemory(prefix + have, length - have);
                int count = await stream.ReadAsync(target, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    throw EndedWithinAFrame();
                }

                if (buffered)
                {
                    (_start, _end) = (Math.Min(count, length - have), count);
                    _buffer.AsSpan(0, _start).CopyTo(pooled.AsSpan(prefix + have));
                    count = _start;
                }

                have += count;
                room?.Arrived(have);
            }

            return _frame;
        }
        catch
        {
            _frame.Dispose();
            throw;
        }
    }

    private static Libp2pException EndedWithinAFrame() => new(Libp2pError.ProtocolViolation, "The stream ended within a frame.");
}
