using System.Buffers;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Sync;

namespace OpStack.P2P;

/// <summary>The parts of one answer, each with its deadline.</summary>
public sealed partial class PayloadServer
{
    /// <summary>The height asked for; null when it did not come in time or the peer ended first.</summary>
    private async ValueTask<ulong?> ReadRequestAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        byte[] request = new byte[SyncLimits.RequestSize];
        int length = await ReadAsync(stream, request, cancellationToken).ConfigureAwait(false);
        return length == request.Length ? SyncProtocol.ReadRequest(request) : null;
    }

    /// <summary>
    /// Reads until the buffer is full, the peer has ended its side or the deadline has passed, and tells how much came.
    /// </summary>
    private async ValueTask<int> ReadAsync(ProtocolStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(SyncLimits.ServerReadTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        int length = 0;
        try
        {
            int read;
            do
            {
                read = await stream.Bytes.ReadAsync(buffer.AsMemory(length), either.Token).ConfigureAwait(false);
                length += read;
            }
            while (read > 0 && length < buffer.Length);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // What has come by now is what there is.
        }

        return length;
    }

    /// <summary>The block, or the code that says why there is none. What the host does wrong is logged and told as an unknown error.</summary>
    private async ValueTask<(ResultCode Code, OpNetworkPayloadEnvelope? Block)> FindAsync(
        ulong number, PeerId peer, CancellationToken cancellationToken)
    {
        if (!BlockTimes.CanExist(_config, number, _time.GetUtcNow()))
        {
            _logger.RequestOutOfRange(number, peer);
            return (ResultCode.InvalidRequest, null);
        }

        using CancellationTokenSource deadline = new(SyncLimits.SourceTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            OpNetworkPayloadEnvelope? block =
                await _source.GetPayloadAsync(number, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
            if (block is null)
            {
                return (ResultCode.NotFound, null);
            }

            if (block.Payload.BlockNumber == number && _config.PayloadVersionAt(block.Payload.Timestamp) == block.Version)
            {
                return (ResultCode.Success, block);
            }

            _logger.SourceGaveAnother(number, block.ToString());
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.SourceFailed(e, number);
        }

        return (ResultCode.UnknownError, null);
    }

    /// <summary>Sends a block chunk by chunk, all within one deadline. Returns the bytes sent.</summary>
    private async ValueTask<long> SendAsync(ProtocolStream stream, OpNetworkPayloadEnvelope block, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(SyncLimits.ServerWriteTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SyncLimits.ReadSize);
        try
        {
            SyncProtocol.WriteHeader(block.Version, buffer);
            int length = SyncProtocol.HeaderSize + SnappyFrameWriter.WriteIdentifier(buffer.AsSpan(SyncProtocol.HeaderSize));
            long sent = 0;
            for (int at = 0; at < block.Body.Length; at += SnappyFrames.MaxPieceLength)
            {
                ReadOnlyMemory<byte> piece = block.Body[at..Math.Min(block.Body.Length, at + SnappyFrames.MaxPieceLength)];
                length += SnappyFrameWriter.WritePiece(piece.Span, buffer.AsSpan(length));
                await stream.Bytes.WriteAsync(buffer.AsMemory(0, length), either.Token).ConfigureAwait(false);
                sent += length;
                length = 0;
            }

            await stream.Bytes.CloseWriteAsync(either.Token).ConfigureAwait(false);
            return sent;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>On an error the code alone is sent, as op-node does.</summary>
    private async ValueTask RefuseAsync(ProtocolStream stream, ResultCode code, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(SyncLimits.ServerWriteTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        await stream.Bytes.WriteAsync(new[] { (byte)code }, either.Token).ConfigureAwait(false);
        await stream.Bytes.CloseWriteAsync(either.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for the peer to end its side: a stream left before that is reset, which could overtake the answer at peers that drop what is unread
    /// then. One that sends on, or waits for too long, is.
    /// </summary>
    private async ValueTask DrainAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(stream, new byte[SyncLimits.MaxRequestTail], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or Libp2pException)
        {
            // It has its answer; how it leaves does not matter.
        }
    }
}
