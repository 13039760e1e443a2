using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>What happens to a transport.</summary>
public enum TransportFault
{
    /// <summary>The connection is reset.</summary>
    Reset,
    /// <summary>Nothing moves any more.</summary>
    Stall,
    /// <summary>The remote has ended its side; ours still goes through.</summary>
    HalfClose,
}

/// <summary>A transport that breaks at its read or write of this number, counted from 0, and tells whether it was let go. Reads are short, so that there are many.</summary>
internal sealed class FaultyStream(IByteStream inner, int at, TransportFault fault) : IByteStream
{
    private const int MaxRead = 16;
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _operations;
    private volatile bool _ended;

    /// <summary>Ends when the fault happens.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Whether it was aborted or disposed.</summary>
    public bool IsReleased => _released.Task.IsCompleted;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await StepAsync(cancellationToken);
        return _ended ? 0 : await inner.ReadAsync(buffer[..Math.Min(buffer.Length, MaxRead)], cancellationToken);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await StepAsync(cancellationToken);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

    public void Abort()
    {
        _released.TrySetResult();
        inner.Abort();
    }

    public ValueTask DisposeAsync()
    {
        _released.TrySetResult();
        return inner.DisposeAsync();
    }

    private async ValueTask StepAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _operations) != at + 1)
        {
            return;
        }

        _reached.SetResult();
        switch (fault)
        {
            case TransportFault.Reset:
                inner.Abort();
                throw new Libp2pException(Libp2pError.ConnectionClosed, "reset by the test");
            case TransportFault.Stall:
                await _released.Task.WaitAsync(cancellationToken);
                throw new Libp2pException(Libp2pError.ConnectionClosed, "aborted");
            default:
                _ended = true;
                break;
        }
    }
}
