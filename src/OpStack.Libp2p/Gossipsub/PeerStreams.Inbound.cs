using OpStack.Libp2p.Connections;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>The inbound stream.</summary>
internal sealed partial class PeerStreams
{
    private ProtocolStream? _inbound;
    private IngestFrameReader? _reader;
    private bool _isProcessing;
    private int _opened;

    /// <summary>A frame of the peer waits with us: for room, for the decoder, for the first copy of its message, or for the router. Any thread.</summary>
    public bool IsHeldUp => Volatile.Read(ref _isProcessing) || Volatile.Read(ref _reader) is { IsWaitingForRoom: true };

    /// <summary>Reads an inbound stream until it ends; a stream opened earlier is reset (go-libp2p-pubsub).</summary>
    public async Task ReadAsync(ProtocolStream stream, Ingest ingest, CancellationToken cancellationToken)
    {
        bool isReopened = Interlocked.Increment(ref _opened) > 1;
        if (Interlocked.Exchange(ref _inbound, stream) is { } older)
        {
            Interlocked.Increment(ref _context.Counters.InboundReplaced);
            older.Bytes.Abort();
        }

        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped);
        try
        {
            // The router ignores peers it was not told of: the peer's hello must not come before.
            await _announced.Task.WaitAsync(linked.Token).ConfigureAwait(false);

            // The older stream may still be in its last frame.
            await _reading.WaitAsync(linked.Token).ConfigureAwait(false);
            try
            {
                if (isReopened)
                {
                    await ingest.ReopenedAsync(Peer, linked.Token).ConfigureAwait(false);
                }

                await ReadFramesAsync(stream, ingest, linked.Token).ConfigureAwait(false);
            }
            finally
            {
                _reading.Release();
            }

            GossipLog.InboundEnded(_context.Logger, Peer, null);
        }
        catch (Exception e) when (e is Libp2pException or OperationCanceledException)
        {
            stream.Bytes.Abort();
            GossipLog.InboundEnded(_context.Logger, Peer, e as Libp2pException);
            if (e is Libp2pException { Error: Libp2pError.Timeout })
            {
                Interlocked.Increment(ref _context.Counters.FramesRevoked);
                await ingest.LostAsync(Peer).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.CompareExchange(ref _inbound, null, stream);
        }
    }

    private async Task ReadFramesAsync(ProtocolStream stream, Ingest ingest, CancellationToken cancellationToken)
    {
        using IngestFrameReader reader = new(stream.Bytes, ingest.Frames, () => ingest.PassesOver(Peer));
        Volatile.Write(ref _reader, reader);
        try
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            {
                Volatile.Write(ref _isProcessing, true);
                await ingest.ProcessAsync(Peer, frame, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _isProcessing, false);
            }
        }
        finally
        {
            Volatile.Write(ref _isProcessing, false);
            Volatile.Write(ref _reader, null);
        }
    }
}
