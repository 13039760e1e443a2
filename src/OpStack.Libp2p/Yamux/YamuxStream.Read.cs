using System.Runtime.CompilerServices;

namespace OpStack.Libp2p.Yamux;

internal sealed partial class YamuxStream
{
    private bool _remoteFin;

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        try
        {
            return TryRead(buffer.Span, out int count) ? new ValueTask<int>(count) : ReadSlowAsync(buffer, cancellationToken);
        }
        catch (Libp2pException e)
        {
            return ValueTask.FromException<int>(e);
        }
    }

    /// <summary>Bytes from the peer; the window was checked by the session.</summary>
    internal void OnData(ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            if (_ended is not null)
            {
                return;
            }

            _received.Write(body);
            Volatile.Write(ref _bytesReceived, _bytesReceived + body.Length);
        }

        _readable.Set();
    }

    internal void OnRemoteFin()
    {
        bool drained;
        lock (_gate)
        {
            _remoteFin = true;
            drained = _received.Length == 0 && _consumed > 0;
        }

        _readable.Set();
        if (drained)
        {
            Post(StreamRequests.Consumed);
        }
    }

    /// <summary>The session's window is now <paramref name="window"/>: it wants to know of every half.</summary>
    internal void OnWindow(uint window)
    {
        lock (_gate)
        {
            _reportAt = window / 2;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadSlowAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static s => ((AsyncSignal)s!).Set(), _readable);
        while (true)
        {
            await _readable.WaitAsync().ConfigureAwait(false);
            if (TryRead(buffer.Span, out int count))
            {
                return count;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>False if there is nothing to report yet.</summary>
    private bool TryRead(Span<byte> destination, out int count)
    {
        bool report;
        lock (_gate)
        {
            if (_endedLocally)
            {
                throw Ended(_ended!.Value);
            }

            count = _received.Read(destination);
            if (count == 0)
            {
                if (_received.Length > 0)
                {
                    return true; // Only the wait for something to read was asked for.
                }

                if (_ended is { } error && !_remoteFin)
                {
                    throw Ended(error);
                }

                return _remoteFin;
            }

            _consumed += (uint)count;
            report = _consumed >= _reportAt || (_remoteFin && _received.Length == 0);
        }

        if (report)
        {
            Post(StreamRequests.Consumed);
        }

        return true;
    }
}
