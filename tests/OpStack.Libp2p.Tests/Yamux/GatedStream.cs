using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>A transport whose remote takes no bytes until the gate opens; the sizes of the writes are kept.</summary>
internal sealed class GatedStream(IByteStream inner) : IByteStream
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> _writes = [];

    /// <summary>Writes begun so far, in bytes.</summary>
    public int[] Writes
    {
        get
        {
            lock (_writes)
            {
                return [.. _writes];
            }
        }
    }

    public void Open() => _gate.TrySetResult();

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => inner.ReadAsync(buffer, cancellationToken);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        lock (_writes)
        {
            _writes.Add(buffer.Length);
        }

        await _gate.Task.WaitAsync(cancellationToken);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

    public void Abort()
    {
        _gate.TrySetException(new Libp2pException(Libp2pError.ConnectionClosed, "aborted"));
        _ = _gate.Task.Exception; // Observed: nobody may be waiting.
        inner.Abort();
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
