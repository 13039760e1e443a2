using System.Buffers;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>The outbound stream.</summary>
internal sealed partial class PeerStreams
{
    /// <summary>The length prefix of an RPC with nothing in it: the keep-alive.</summary>
    private static readonly byte[] EmptyRpc = [0];

    /// <summary>Opens the stream and writes on it until it ends. Throws when trying again is of no use.</summary>
    private async Task AttemptAsync(int attempt)
    {
        ProtocolStream stream;
        try
        {
            stream = await _context.Host.OpenStreamAsync(Peer, Protocols, _stopped).ConfigureAwait(false);
        }
        catch (Libp2pException e) when (e.Error == Libp2pError.NegotiationFailed)
        {
            GossipLog.NotSpoken(_context.Logger, Peer);
            await _speaksMeshsub.Task.WaitAsync(_stopped).ConfigureAwait(false);
            return;
        }
        catch (Libp2pException e) when (e.Error != Libp2pError.NotConnected)
        {
            // Also a closed connection: it may be the losing half of a simultaneous dial, and the peer stays connected over the other.
            GossipLog.StreamLost(_context.Logger, Peer, attempt, RpcLimits.StreamAttempts, e);
            return;
        }

        await using (stream.Bytes.ConfigureAwait(false))
        {
            Interlocked.Increment(ref _context.Counters.StreamsOpened);
            GossipLog.StreamOpened(_context.Logger, Peer, stream.Protocol);
            Exception? reason = await ServeAsync(stream, attempt).ConfigureAwait(false);
            _stopped.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _context.Counters.StreamsLost);
            GossipLog.StreamLost(_context.Logger, Peer, attempt, RpcLimits.StreamAttempts, reason);
        }
    }

    private async Task<Exception?> ServeAsync(ProtocolStream stream, int attempt)
    {
        // The stream's direction, not that of the peer's first connection: of a simultaneous dial the other half may have stayed.
        _owner.OnStreamOpened(this, VersionOf(stream.Protocol), stream.Direction, attempt);
        _announced.TrySetResult();
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(_stopped);
        Task watching = WatchAsync(stream.Bytes, ended.Token);
        Task writing = WriteAsync(stream.Bytes, ended.Token);
        Task first = await Task.WhenAny(watching, writing).ConfigureAwait(false);
        Queue.Close(attempt);
        stream.Bytes.Abort();
        await ended.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(watching, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return first.Exception?.InnerException;
    }

    /// <summary>The peer never writes here: whatever a read brings, the stream is at its end (go-libp2p-pubsub).</summary>
    private static async Task WatchAsync(IByteStream stream, CancellationToken cancellationToken) =>
        await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);

    private async Task WriteAsync(IByteStream stream, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> control = new();
        using ITimer deadline = _context.Time.CreateTimer(_ => OnWriteTimeout(stream), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using ITimer keepAlive = _context.Time.CreateTimer(
            _ => Queue.TryEnqueue(new GossipRpc(), out int _), null, RpcLimits.StreamKeepAlive, RpcLimits.StreamKeepAlive);
        while (true)
        {
            SendEntry entry = await Queue.DequeueAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                ReadOnlyMemory<byte> bytes = entry.Frame?.Bytes ?? Encode(entry.Control!, control);
                deadline.Change(RpcLimits.WriteTimeout, Timeout.InfiniteTimeSpan);
                await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                keepAlive.Change(RpcLimits.StreamKeepAlive, RpcLimits.StreamKeepAlive);
                Interlocked.Increment(ref _context.Counters.RpcsSent);
                Interlocked.Add(ref _context.Counters.BytesSent, bytes.Length);
                if (entry.Control is { } sent)
                {
                    _context.Counters.ControlSent.Add(sent);
                }
            }
            finally
            {
                Queue.Complete(entry);
            }
        }
    }

    private static ReadOnlyMemory<byte> Encode(GossipRpc rpc, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        RpcWriter.Write(rpc, output);
        return output.WrittenCount > 0 ? output.WrittenMemory : EmptyRpc;
    }

    private void OnWriteTimeout(IByteStream stream)
    {
        Interlocked.Increment(ref _context.Counters.WriteTimeouts);
        stream.Abort();
    }

    private static GossipsubVersion VersionOf(string protocol) => protocol switch
    {
        "/meshsub/1.2.0" => GossipsubVersion.V12,
        "/meshsub/1.1.0" => GossipsubVersion.V11,
        _ => GossipsubVersion.V10,
    };
}
