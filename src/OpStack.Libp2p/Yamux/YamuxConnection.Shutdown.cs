using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Yamux;

internal sealed partial class YamuxConnection
{
    private async Task RunWriterAsync()
    {
        try
        {
            while (true)
            {
                // Looked at first: what was put in before sealing is taken below.
                bool last = _outbox.IsSealed;
                if (_outbox.TryTake(out YamuxBatch batch))
                {
                    await WriteBatchAsync(batch).ConfigureAwait(false);
                }
                else if (last)
                {
                    break;
                }
                else
                {
                    await _wakeWriter.WaitAsync().ConfigureAwait(false);
                }
            }

            await _inner.CloseWriteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            TryEnd(new YamuxEnd(YamuxCloseReason.TransportFailed, Cause: e));
            _outbox.Discard();
        }
    }

    private async ValueTask WriteBatchAsync(YamuxBatch batch)
    {
        try
        {
            // A batch is made with room around it: sealing it where it lies leaves the one copy that a stream's bytes took into it.
            ValueTask write = _inner is IInPlaceWriter inPlace && inPlace.HasRoom(batch.Array, batch.Start, batch.Length)
                ? inPlace.WriteInPlaceAsync(batch.Array, batch.Start, batch.Length, CancellationToken.None)
                : _inner.WriteAsync(batch.Memory, CancellationToken.None);
            if (write.IsCompletedSuccessfully)
            {
                write.GetAwaiter().GetResult();
            }
            else
            {
                _writeDeadline.Change(_options.WriteTimeout, Timeout.InfiniteTimeSpan);
                await write.ConfigureAwait(false);
                _writeDeadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            Volatile.Write(ref _bytesSent, _bytesSent + batch.Length);
        }
        finally
        {
            _outbox.Return(batch);
        }
    }

    private void OnWriteTimeout()
    {
        TryEnd(new YamuxEnd(YamuxCloseReason.WriteTimeout));
        _inner.Abort();
    }

    /// <summary>In order: wake everyone who waits, say goodbye if there is something to say, then end the transport and both loops.</summary>
    private async Task ShutDownAsync(YamuxEnd end, Task writer)
    {
        _logger.ConnectionEnded(end.Reason, end.Violation, end.Cause);
        if (end.Reason == YamuxCloseReason.ClosedLocally)
        {
            // A FIN asked for before the close belongs to what goes out before the GoAway.
            TakePosted();
        }

        ReleaseWaiters();
        if (end.GoAway is { } code)
        {
            _session.GoAway(code);
            SendControl();
            _outbox.Seal();
            await EndsInTimeAsync(writer).ConfigureAwait(false);
        }
        else
        {
            _outbox.Discard();
        }

        // On a thread of its own: while the peer sends faster than we read it never waits, and the deadline below would never begin.
        long limit = end.Reason == YamuxCloseReason.ClosedLocally ? long.MaxValue : YamuxLimits.MaxDrainAfterFault;
        Task reader = Task.Run(() => DrainAsync(limit));
        if (end.GoAway is not null)
        {
            // The peer's end is the sign that our last bytes arrived; closing a socket with unread bytes would destroy them.
            await EndsInTimeAsync(reader).ConfigureAwait(false);
        }

        _inner.Abort();
        bool quiet = await EndsInTimeAsync(Task.WhenAll(writer, reader)).ConfigureAwait(false);
        try
        {
            await _inner.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.DisposeFailed(e);
        }

        if (quiet)
        {
            ReturnReadBuffer();
        }

        _deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _writeDeadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void ReleaseWaiters()
    {
        _accepted.Writer.Complete();
        _requests.Writer.Complete();
        Libp2pException closed = Closed();
        while (_requests.Reader.TryRead(out YamuxRequest? request))
        {
            request.Fail(closed);
        }

        _pings.ForEach(ping => ping.Fail(closed));
        foreach (YamuxStream stream in _streams.Values)
        {
            stream.OnConnectionClosed();
        }

        _streams.Clear();
        _session.End();
    }

    /// <summary>Reads and throws away until the transport ends, or has given more than <paramref name="limit"/>.</summary>
    private async Task DrainAsync(long limit)
    {
        try
        {
            while (limit >= 0)
            {
                if (!TryRead(out int count))
                {
                    await _wake.WaitAsync().ConfigureAwait(false);
                    continue;
                }

                if (count == 0)
                {
                    return;
                }

                limit -= count;
            }
        }
        catch (Exception e)
        {
            // However the transport ended, it has.
            _logger.DrainEnded(e);
        }
    }

    private async ValueTask<bool> EndsInTimeAsync(Task task)
    {
        try
        {
            await task.WaitAsync(_options.CloseTimeout, _time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
