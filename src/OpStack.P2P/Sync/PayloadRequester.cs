using System.Buffers;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.Sync;

/// <summary>What came of one request.</summary>
/// <param name="Fault">What was wrong, or nothing.</param>
/// <param name="Envelope">The block, if and only if nothing was.</param>
internal readonly record struct SyncAnswer(SyncFault Fault, OpNetworkPayloadEnvelope? Envelope);

/// <summary>Makes single requests over the host's streams, with op-node's deadlines.</summary>
internal sealed class PayloadRequester(IProtocolHost host, RollupConfig config, TimeProvider time)
{
    private readonly IReadOnlyList<string> _ids = SyncProtocol.Ids(config.L2ChainId);

    /// <summary>
    /// Asks a peer for a block. What the peer does wrong is in the answer; given up by the caller is <see cref="SyncFault.Local"/>.
    /// </summary>
    public async Task<SyncAnswer> AskAsync(PeerId peer, ulong number, CancellationToken cancellationToken)
    {
        try
        {
            ProtocolStream stream = await WithinAsync(
                SyncLimits.StreamTimeout, token => host.OpenStreamAsync(peer, _ids, token), cancellationToken).ConfigureAwait(false);
            await using (stream.Bytes.ConfigureAwait(false))
            {
                await WithinAsync(SyncLimits.ClientWriteTimeout, token => WriteAsync(stream.Bytes, number, token), cancellationToken)
                    .ConfigureAwait(false);
                ResponseReader reader = new();
                await WithinAsync(SyncLimits.ClientReadTimeout, token => ReadAsync(stream.Bytes, reader, token), cancellationToken)
                    .ConfigureAwait(false);
                return Judge(reader, number);
            }
        }
        catch (Libp2pException e)
        {
            return new SyncAnswer(e.IsLocal ? SyncFault.Local : FaultOf(e.Error), null);
        }
        catch (OperationCanceledException)
        {
            return new SyncAnswer(cancellationToken.IsCancellationRequested ? SyncFault.Local : SyncFault.Timeout, null);
        }
    }

    private async ValueTask<T> WithinAsync<T>(TimeSpan timeout, Func<CancellationToken, ValueTask<T>> run, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        return await run(either.Token).ConfigureAwait(false);
    }

    private static async ValueTask<bool> WriteAsync(IByteStream stream, ulong number, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(SyncProtocol.Request(number), cancellationToken).ConfigureAwait(false);
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Reads to the peer's end, or to where nothing more need be read: the stream is reset by its disposal then.</summary>
    private static async ValueTask<bool> ReadAsync(IByteStream stream, ResponseReader reader, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SyncLimits.ReadSize);
        try
        {
            int read;
            do
            {
                read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            while (read > 0 && reader.Add(buffer.AsSpan(0, read)));

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SyncAnswer Judge(ResponseReader reader, ulong number)
    {
        SyncFault fault = reader.Finish(out uint version, out byte[] payload);
        OpNetworkPayloadEnvelope? envelope = null;
        if (fault == SyncFault.None)
        {
            fault = PayloadCheck.Check(config, number, version, payload, out envelope);
        }

        // Our host asked for what cannot be: whoever says so is right.
        bool isOurs = fault == SyncFault.InvalidRequest && !BlockTimes.CanExist(config, number, time.GetUtcNow());
        return new SyncAnswer(isOurs ? SyncFault.NotFound : fault, envelope);
    }

    private static SyncFault FaultOf(Libp2pError error) => error switch
    {
        Libp2pError.NegotiationFailed => SyncFault.Unsupported,
        Libp2pError.Timeout => SyncFault.Timeout,
        Libp2pError.NotConnected or Libp2pError.LimitReached or Libp2pError.OutOfResources => SyncFault.Local,
        _ => SyncFault.Vanished,
    };
}
