namespace OpStack.Libp2p.Yamux;

internal sealed partial class YamuxSession
{
    /// <summary>What a frame still has to report, in this order.</summary>
    [Flags]
    private enum Steps
    {
        None = 0,
        Opened = 1,
        Credit = 2,
        Fin = 4,
        Reset = 8,
    }

    private readonly byte[] _partialHeader = new byte[YamuxHeader.Size];
    private int _partialLength;
    private StreamState? _current;
    private Steps _steps;
    private uint _bodyLeft;
    private bool _bodyWanted;

    /// <summary>
    /// Takes bytes from the front of <paramref name="input"/> until there is something to report. False when the input is used up;
    /// cut anywhere, the same bytes give the same events (data events excepted, which are cut where the input is).
    /// </summary>
    public bool TryReceive(ref ReadOnlySpan<byte> input, TimeSpan now, out YamuxEvent e)
    {
        if (!input.IsEmpty)
        {
            _pings.Hear(now);
        }

        while (Violation == YamuxViolation.None)
        {
            if (TryReportCurrent(ref input, out e))
            {
                return true;
            }

            if (_bodyLeft > 0 || !TryTakeHeader(ref input, out YamuxHeader header, out YamuxViolation violation))
            {
                return false;
            }

            violation = violation == YamuxViolation.None ? Judge(header, now) : violation;
            if (violation == YamuxViolation.None ? Apply(header, now, out e) : Fail(violation, out e))
            {
                return true;
            }
        }

        e = default;
        return false;
    }

    private bool TryTakeHeader(ref ReadOnlySpan<byte> input, out YamuxHeader header, out YamuxViolation violation)
    {
        header = default;
        violation = YamuxViolation.None;
        if (_partialLength == 0 && input.Length >= YamuxHeader.Size)
        {
            _ = YamuxHeader.TryRead(input, out header, out violation);
            input = input[YamuxHeader.Size..];
            return true;
        }

        int taken = Math.Min(input.Length, YamuxHeader.Size - _partialLength);
        input[..taken].CopyTo(_partialHeader.AsSpan(_partialLength));
        input = input[taken..];
        _partialLength += taken;
        if (_partialLength < YamuxHeader.Size)
        {
            return false;
        }

        _partialLength = 0;
        _ = YamuxHeader.TryRead(_partialHeader, out header, out violation);
        return true;
    }

    /// <summary>Changes the state for a header that broke no rule; true if that is an event by itself.</summary>
    private bool Apply(scoped in YamuxHeader header, TimeSpan now, out YamuxEvent e)
    {
        e = default;
        switch (header.Type)
        {
            case YamuxFrameType.Ping:
                return ApplyPing(header, now, out e);
            case YamuxFrameType.GoAway:
                RemoteGoAway = header.Length;
                e = new YamuxEvent { Kind = YamuxEventKind.GoAway, GoAwayCode = header.Length };
                return true;
        }

        _steps = Steps.None;
        _bodyLeft = header.Type == YamuxFrameType.Data ? header.Length : 0;
        _bodyWanted = false;
        bool refused = false;
        if (header.Flags.HasFlag(YamuxFlags.Syn))
        {
            refused = !TryAcceptStream(header, now);
        }
        else
        {
            _streams.TryGetValue(header.StreamId, out _current);
        }

        if ((refused || header.Flags.HasFlag(YamuxFlags.Rst)) && !_resets.TrySpend(now))
        {
            return Fail(YamuxViolation.ResetFlood, out e);
        }

        if (_current is not null)
        {
            ApplyToStream(_current, header);
        }

        return refused && Answered(out e);
    }

    /// <summary>Opens the peer's stream and acknowledges it, or refuses it with RST. Its id is used in both cases.</summary>
    private bool TryAcceptStream(in YamuxHeader header, TimeSpan now)
    {
        _current = null;
        _remoteIds.Use(header.StreamId);
        if (header.Flags.HasFlag(YamuxFlags.Rst))
        {
            return true;
        }

        if (_localGoAway || InboundStreams >= _options.MaxInboundStreams || !_windows.TryOpen(YamuxLimits.InitialWindow))
        {
            Send(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, header.StreamId);
            return false;
        }

        _current = Add(header.StreamId, isInbound: true, now);
        _steps = Steps.Opened;
        Send(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, header.StreamId);
        return true;
    }

    private void ApplyToStream(StreamState stream, in YamuxHeader header)
    {
        if (header.Flags.HasFlag(YamuxFlags.Ack) && !stream.Acknowledged)
        {
            stream.Acknowledged = true;
            _unacknowledged--;
        }

        if (header.Type == YamuxFrameType.WindowUpdate && header.Length > 0)
        {
            stream.Send.Grant(header.Length);
            _steps |= Steps.Credit;
        }
        else if (header.Type == YamuxFrameType.Data && !stream.RemoteFin)
        {
            // Counted as a whole at the header, so that credit sent while the body arrives is not granted twice.
            stream.Remaining -= header.Length;
            stream.Unread += header.Length;
            _bodyWanted = true;
        }

        _steps |= header.Flags.HasFlag(YamuxFlags.Rst) ? Steps.Reset : header.Flags.HasFlag(YamuxFlags.Fin) ? Steps.Fin : Steps.None;
    }

    /// <summary>
    /// Only a SYN is answered: rust-yamux and js end the connection on a pong they did not ask for. We ignore such a pong, as go-yamux does:
    /// it changes nothing here, and a late one is no attack.
    /// </summary>
    private bool ApplyPing(scoped in YamuxHeader header, TimeSpan now, out YamuxEvent e)
    {
        e = default;
        if (header.Flags == YamuxFlags.Syn)
        {
            Send(YamuxFrameType.Ping, YamuxFlags.Ack, 0, header.Length);
            return Answered(out e);
        }

        if (!_pings.TryFinish(header.Length, now, out TimeSpan roundTrip))
        {
            IgnoredPongs++;
            return false;
        }

        e = new YamuxEvent { Kind = YamuxEventKind.Pong, RoundTrip = roundTrip };
        return true;
    }

    /// <summary>Reports what the frame under way has left to say.</summary>
    private bool TryReportCurrent(ref ReadOnlySpan<byte> input, out YamuxEvent e)
    {
        if (TakeStep(Steps.Opened))
        {
            return Report(YamuxEventKind.StreamOpened, out e);
        }

        if (_bodyLeft > 0)
        {
            int count = (int)Math.Min(_bodyLeft, (uint)input.Length);
            ReadOnlySpan<byte> body = input[..count];
            input = input[count..];
            _bodyLeft -= (uint)count;
            if (count > 0 && _bodyWanted && _current is { Dropped: false })
            {
                e = new YamuxEvent { Kind = YamuxEventKind.Data, StreamId = _current.Id, Body = body };
                return true;
            }

            DiscardedBytes += count;
        }

        e = default;
        if (_bodyLeft > 0 || _current is not { Dropped: false } stream)
        {
            return false;
        }

        if (TakeStep(Steps.Credit))
        {
            return Report(YamuxEventKind.WindowOpened, out e);
        }

        if (TakeStep(Steps.Fin) && !stream.RemoteFin)
        {
            stream.RemoteFin = true;
            DropIfDone(stream);
            return Report(YamuxEventKind.RemoteFin, out e);
        }

        return TakeStep(Steps.Reset) && ReportReset(stream, out e);
    }

    /// <summary>After the peer's FIN its bytes are complete: they stay readable, and count, until they are consumed.</summary>
    private bool ReportReset(StreamState stream, out YamuxEvent e)
    {
        if (stream.RemoteFin && stream.Unread > 0)
        {
            stream.LocalFin = true;
        }
        else
        {
            Drop(stream);
        }

        return Report(YamuxEventKind.StreamReset, out e);
    }

    private static bool Answered(out YamuxEvent e)
    {
        e = new YamuxEvent { Kind = YamuxEventKind.Answered };
        return true;
    }

    private bool TakeStep(Steps step)
    {
        bool taken = (_steps & step) != 0;
        _steps &= ~step;
        return taken;
    }

    private bool Report(YamuxEventKind kind, out YamuxEvent e)
    {
        e = new YamuxEvent { Kind = kind, StreamId = _current!.Id };
        return true;
    }
}
