using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>What befalls a connection at a chosen step.</summary>
public enum StepFault
{
    /// <summary>It is reset.</summary>
    Reset,
    /// <summary>Its writing side ends.</summary>
    HalfClose,
    /// <summary>One byte is changed.</summary>
    Damage,
}

/// <summary>A connection on which the n-th read or write goes wrong.</summary>
internal sealed class FaultyStream(IByteStream inner, StepFault fault, int step) : IByteStream
{
    private int _steps;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        bool isHit = await StepAsync();
        int read = await inner.ReadAsync(buffer, cancellationToken);
        if (isHit && fault == StepFault.Damage && read > 0)
        {
            buffer.Span[read / 2] ^= 0x40;
        }

        return read;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        bool isHit = await StepAsync();
        if (isHit && fault == StepFault.Damage)
        {
            byte[] damaged = buffer.ToArray();
            damaged[damaged.Length / 2] ^= 0x40;
            buffer = damaged;
        }

        await inner.WriteAsync(buffer, cancellationToken);
    }

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<bool> StepAsync()
    {
        bool isHit = Interlocked.Increment(ref _steps) == step;
        if (isHit && fault == StepFault.Reset)
        {
            inner.Abort();
        }
        else if (isHit && fault == StepFault.HalfClose)
        {
            await inner.CloseWriteAsync(default);
        }

        return isHit;
    }
}
