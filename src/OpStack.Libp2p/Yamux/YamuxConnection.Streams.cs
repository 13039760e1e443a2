using System.Threading.Channels;

namespace OpStack.Libp2p.Yamux;

internal sealed partial class YamuxConnection
{
    private readonly List<PingRequest> _pings = [];

    private void Handle(in YamuxEvent e)
    {
        switch (e.Kind)
        {
            case YamuxEventKind.StreamOpened:
                Accept(e.StreamId);
                break;
            case YamuxEventKind.Data:
                _streams[e.StreamId].OnData(e.Body);
                break;
            case YamuxEventKind.WindowOpened:
                _streams[e.StreamId].OnCredit();
                break;
            case YamuxEventKind.RemoteFin:
                _streams[e.StreamId].OnRemoteFin();
                ForgetIfGone(e.StreamId);
                break;
            case YamuxEventKind.StreamReset:
                _streams[e.StreamId].OnReset();
                ForgetIfGone(e.StreamId);
                break;
            case YamuxEventKind.Pong:
                OnPong(e.RoundTrip);
                break;
            case YamuxEventKind.GoAway when e.GoAwayCode != (uint)YamuxGoAwayCode.Normal:
                TryEnd(new YamuxEnd(YamuxCloseReason.GoAwayByPeer));
                break;
            case YamuxEventKind.Violation:
                TryEnd(new YamuxEnd(YamuxCloseReason.ProtocolViolation, YamuxGoAwayCode.ProtocolError, e.Violation));
                break;
        }
    }

    private void OnPong(TimeSpan roundTrip)
    {
        Volatile.Write(ref _roundTripTicks, _session.RoundTrip!.Value.Ticks);
        foreach (PingRequest ping in _pings)
        {
            ping.Result.TrySetResult(roundTrip);
        }

        _pings.Clear();
    }

    /// <summary>A stream the peer opened waits to be accepted. Those it has reset since still stand in the queue, which is as long as streams may be.</summary>
    private void Accept(uint streamId)
    {
        YamuxStream stream = AddStream(streamId, isInbound: true);
        if (!_accepted.Writer.TryWrite(stream))
        {
            _logger.StreamRefused(streamId, _accepted.Reader.Count);
            stream.Abort();
        }
    }

    private YamuxStream AddStream(uint streamId, bool isInbound)
    {
        YamuxStream stream = new(this, _outbox, streamId, isInbound, _session.SendWindowOf(streamId), new ReceiveBuffer(_options.Pool));
        _streams.Add(streamId, stream);
        return stream;
    }

    private void ForgetIfGone(uint streamId)
    {
        if (!_session.Contains(streamId))
        {
            _streams.Remove(streamId);
        }
    }

    private void TakePosted()
    {
        TimeSpan now = Now;
        while (_posted.TryDequeue(out YamuxStream? stream))
        {
            StreamRequests requests = stream.TakeRequests(out uint consumed);
            if (consumed > 0 && _session.Consume(stream.Id, consumed, now) is var window and > 0)
            {
                stream.OnWindow(window);
            }

            if (requests.HasFlag(StreamRequests.CloseWrite))
            {
                _session.CloseWrite(stream.Id);
            }

            if (requests.HasFlag(StreamRequests.Reset))
            {
                _session.Reset(stream.Id, now);
            }

            ForgetIfGone(stream.Id);
        }

        SendControl();
    }

    private void TakeRequests()
    {
        while (_requests.Reader.TryRead(out YamuxRequest? request))
        {
            switch (request)
            {
                case OpenRequest open:
                    Open(open);
                    break;
                case PingRequest ping when _pings.Count >= YamuxLimits.MaxQueuedPings:
                    ping.Fail(new Libp2pException(Libp2pError.LimitReached, $"{YamuxLimits.MaxQueuedPings} callers wait for a pong already"));
                    break;
                case PingRequest ping:
                    _pings.Add(ping);
                    _session.Ping(Now);
                    break;
            }

            SendControl();
        }
    }

    private void Open(OpenRequest request)
    {
        uint streamId = 0;
        YamuxOpenResult result = _outbox.IsFull ? YamuxOpenResult.TooManyStreams : _session.TryOpen(Now, out streamId);
        if (result == YamuxOpenResult.Opened)
        {
            // Before the caller can write, so that the SYN goes first.
            SendControl();
            YamuxStream stream = AddStream(streamId, isInbound: false);
            if (!request.Result.TrySetResult(stream))
            {
                stream.Abort();
            }

            return;
        }

        request.Fail(new Libp2pException(
            result == YamuxOpenResult.TooManyStreams ? Libp2pError.LimitReached : Libp2pError.ConnectionClosed,
            $"cannot open a stream: {result}"));
    }

    private async ValueTask<T> SubmitAsync<T>(YamuxRequest request, TaskCompletionSource<T> result, CancellationToken cancellationToken)
    {
        try
        {
            await _requests.Writer.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw Closed();
        }

        _wake.Set();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (r, token) => ((TaskCompletionSource<T>)r!).TrySetCanceled(token), result);
        return await result.Task.ConfigureAwait(false);
    }

    private Libp2pException Closed() => new(Libp2pError.ConnectionClosed, $"the yamux connection is closed: {_end?.Reason}", _end?.Cause)
    {
        IsLocal = IsClosedLocally,
    };
}
