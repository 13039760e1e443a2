using System.Runtime.CompilerServices;

namespace OpStack.Libp2p.Yamux;

internal sealed partial class YamuxStream
{
    private bool _writeClosed;

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        try
        {
            int sent = 0;
            while (sent < buffer.Length)
            {
                int count = TrySend(buffer.Span[sent..]);
                if (count == 0)
                {
                    return WriteSlowAsync(buffer, sent, cancellationToken);
                }

                sent += count;
            }

            return default;
        }
        catch (Libp2pException e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>The peer granted more.</summary>
    internal void OnCredit() => _turn.Signal.Set();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteSlowAsync(ReadOnlyMemory<byte> buffer, int sent, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static s => ((AsyncSignal)s!).Set(), _turn.Signal);
        while (sent < buffer.Length)
        {
            int count = TrySend(buffer.Span[sent..]);
            sent += count;
            if (count > 0)
            {
                continue;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                _outbox.Leave(_turn);
                if (sent > 0)
                {
                    // The peer cannot tell half a message from a whole one.
                    Abort();
                }

                cancellationToken.ThrowIfCancellationRequested();
            }

            await _turn.Signal.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends one frame of what the window allows; 0 if the turn's signal has to come first.</summary>
    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_ended is { } error)
            {
                throw Ended(error);
            }

            if (_writeClosed)
            {
                throw new InvalidOperationException($"the writing side of stream {Id} was closed before");
            }
        }

        int allowed = (int)Math.Min(bytes.Length, _window.Available);
        int count = allowed == 0 ? 0 : _outbox.TryAppend(_turn, bytes[..allowed]);
        _window.Spend(count);
        return count;
    }
}
