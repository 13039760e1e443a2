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

/// <summary>Data of theories.</summary>
public static class TransportFaults
{
    /// <summary>Every fault, with true and with false.</summary>
    public static TheoryData<TransportFault, bool> EitherWay
    {
        get
        {
            TheoryData<TransportFault, bool> cases = [];
            foreach (TransportFault fault in Enum.GetValues<TransportFault>())
            {
                cases.Add(fault, true);
                cases.Add(fault, false);
            }

            return cases;
        }
    }
}

/// <summary>
/// A transport that breaks at its read, write or half-close of this number, counted from 0, and tells whether it was let go. Reads are short, so that there
/// are many.
/// </summary>
/// <param name="inner">What it passes on to.</param>
/// <param name="at">The operation that breaks.</param>
/// <param name="fault">How.</param>
/// <param name="maxRead">Longest read.</param>
/// <param name="reached">Told before the fault has any effect; null for one of its own.</param>
internal sealed class FaultyStream(IByteStream inner, int at, TransportFault fault, int maxRead = 16, TaskCompletionSource? reached = null) : IByteStream
{
    private readonly TaskCompletionSource _reached = reached ?? new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private int _operations;

    /// <summary>Ends when the fault happens.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Whether it was aborted or disposed.</summary>
    public bool IsReleased => _released.Task.IsCompleted;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await StepAsync(cancellationToken);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            int read = _ended.IsCancellationRequested ? 0 : await inner.ReadAsync(buffer[..Math.Min(buffer.Length, maxRead)], either.Token);
            await StandStillAsync(cancellationToken); // What had not come before the stall does not come.
            return read;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            return 0; // A read that was under way sees the end as well.
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await StepAsync(cancellationToken);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public async ValueTask CloseWriteAsync(CancellationToken cancellationToken)
    {
        await StepAsync(cancellationToken);
        await inner.CloseWriteAsync(cancellationToken);
    }

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
        if (Interlocked.Increment(ref _operations) == at + 1)
        {
            _reached.SetResult();
            switch (fault)
            {
                case TransportFault.Reset:
                    inner.Abort();
                    throw new Libp2pException(Libp2pError.ConnectionClosed, "reset by the test");
                case TransportFault.HalfClose:
                    await _ended.CancelAsync();
                    break;
            }
        }

        await StandStillAsync(cancellationToken);
    }

    private async ValueTask StandStillAsync(CancellationToken cancellationToken)
    {
        if (fault == TransportFault.Stall && _reached.Task.IsCompleted)
        {
            await _released.Task.WaitAsync(cancellationToken);
            throw new Libp2pException(Libp2pError.ConnectionClosed, "aborted");
        }
    }
}
