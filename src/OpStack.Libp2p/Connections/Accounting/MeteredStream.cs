using System.Runtime.CompilerServices;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Connections.Accounting;

/// <summary>
/// A stream whose protocol is agreed: counts its bytes and, once it is aborted or disposed, gives the place it holds back. Reading and
/// writing that end at once cost no allocation.
/// </summary>
internal sealed class MeteredStream(IByteStream inner, TrafficMeter ofPeer, TrafficMeter ofAll, Action? onEnd) : IByteStream
{
    private Action? _onEnd = onEnd;

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueTask<int> read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<int>(Count(read.Result)) : WaitAsync(read);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        // Before the write, which may fail half-way: what was handed over is counted, not what arrived.
        ofPeer.AddSent(buffer.Length);
        ofAll.AddSent(buffer.Length);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

    /// <inheritdoc/>
    public void Abort()
    {
        inner.Abort();
        End();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        End();
        return inner.DisposeAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<int> read) => Count(await read.ConfigureAwait(false));

    private int Count(int read)
    {
        ofPeer.AddReceived(read);
        ofAll.AddReceived(read);
        return read;
    }

    private void End() => Interlocked.Exchange(ref _onEnd, null)?.Invoke();
}
