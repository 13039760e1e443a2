namespace OpStack.Libp2p.Yamux;

/// <summary>Why a stream could not be opened.</summary>
internal enum YamuxOpenResult
{
    Opened,
    /// <summary>Too many streams of ours are open, or not acknowledged, or no budget is left for another window.</summary>
    TooManyStreams,
    /// <summary>Either side sent GoAway, or the session is over.</summary>
    GoingAway,
    /// <summary>All ids of our parity were used.</summary>
    IdsExhausted,
}

internal sealed partial class YamuxSession
{
    /// <summary>Begins the session: one ping measures the round trip that windows grow by.</summary>
    public void Start(TimeSpan now) => Ping(now);

    /// <summary>Opens a stream with an empty window update, as go-yamux: data may follow without waiting for the acknowledgement.</summary>
    public YamuxOpenResult TryOpen(TimeSpan now, out uint streamId)
    {
        streamId = 0;
        if (_localGoAway || RemoteGoAway is not null || Violation != YamuxViolation.None)
        {
            return YamuxOpenResult.GoingAway;
        }

        if (_nextId > uint.MaxValue)
        {
            return YamuxOpenResult.IdsExhausted;
        }

        if (OutboundStreams >= _options.MaxOutboundStreams || _unacknowledged >= YamuxLimits.MaxUnacknowledgedStreams
            || !_windows.TryOpen(YamuxLimits.InitialWindow))
        {
            return YamuxOpenResult.TooManyStreams;
        }

        streamId = (uint)_nextId;
        _nextId += 2;
        Add(streamId, isInbound: false, now);
        Send(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, streamId);
        return YamuxOpenResult.Opened;
    }

    /// <summary>
    /// The reader took <paramref name="count"/> bytes. Credit goes out once half of the window was taken; the window doubles if that lasted less than
    /// four round trips, up to its limit and its share of the budget. Returns the window, or 0 if the stream is gone.
    /// </summary>
    public uint Consume(uint streamId, uint count, TimeSpan now)
    {
        if (!_streams.TryGetValue(streamId, out StreamState? stream))
        {
            return 0;
        }

        stream.Unread = checked(stream.Unread - count);
        if (stream.RemoteFin)
        {
            DropIfDone(stream);
            return stream.Dropped ? 0 : stream.Window;
        }

        if (stream.Window - stream.Unread - stream.Remaining >= stream.Window / 2)
        {
            Grow(stream, now);
            uint delta = stream.Window - stream.Unread - stream.Remaining;
            stream.Remaining += delta;
            stream.EpochStart = now;
            Send(YamuxFrameType.WindowUpdate, YamuxFlags.None, streamId, delta);
        }

        return stream.Window;
    }

    /// <summary>Ends our writing side. The frame must go out after the stream's data. Idempotent.</summary>
    public void CloseWrite(uint streamId)
    {
        if (_streams.TryGetValue(streamId, out StreamState? stream) && !stream.LocalFin)
        {
            stream.LocalFin = true;
            Send(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, streamId);
            DropIfDone(stream);
        }
    }

    /// <summary>Forgets the stream, telling the peer unless both sides had finished. Idempotent.</summary>
    public void Reset(uint streamId, TimeSpan now)
    {
        if (_streams.TryGetValue(streamId, out StreamState? stream))
        {
            if (!(stream.LocalFin && stream.RemoteFin))
            {
                Send(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, streamId);

                if (stream.IsInbound)
                {
                    // Judged when the peer opens the next one: its opening, not our giving up, is what can be a flood.
                    _ = _resets.TrySpend(now);
                }
            }

            Drop(stream);
        }
    }

    /// <summary>Sends a ping unless one is under way: its answer serves for this one too.</summary>
    public void Ping(TimeSpan now)
    {
        if (_pings.TryStart(now, out uint value))
        {
            Send(YamuxFrameType.Ping, YamuxFlags.Syn, 0, value);
        }
    }

    /// <summary>Tells the peer that no more streams are welcome (once). Streams it opens from now on are refused.</summary>
    public void GoAway(YamuxGoAwayCode code)
    {
        if (!_localGoAway)
        {
            _localGoAway = true;
            Send(YamuxFrameType.GoAway, YamuxFlags.None, 0, (uint)code);
        }
    }

    /// <summary>The deadline came: sends the next ping; false if the last one was never answered.</summary>
    public bool Advance(TimeSpan now)
    {
        if (_pings.IsLost(now))
        {
            return false;
        }

        if (now >= _pings.Deadline)
        {
            Ping(now);
        }

        return true;
    }

    private void Grow(StreamState stream, TimeSpan now)
    {
        uint grown = Math.Min(stream.Window * 2, _options.MaxWindow);
        if (_pings.RoundTrip is { } roundTrip && now - stream.EpochStart < 4 * roundTrip && _windows.TryGrow(grown - stream.Window))
        {
            stream.Window = grown;
        }
    }
}
