namespace OpStack.Libp2p.Yamux;

/// <summary>What a received frame means.</summary>
internal enum YamuxEventKind
{
    None,
    /// <summary>The peer opened a stream; it is acknowledged already. Answer with <see cref="YamuxSession.Reset"/> to refuse it.</summary>
    StreamOpened,
    /// <summary>Bytes of a stream, in order; a frame may give several of these.</summary>
    Data,
    /// <summary>The stream's send window grew.</summary>
    WindowOpened,
    /// <summary>The peer will send no more on the stream.</summary>
    RemoteFin,
    /// <summary>The peer reset the stream.</summary>
    StreamReset,
    /// <summary>A ping or a refused stream was answered: nothing to do but to send that, before more answers pile up.</summary>
    Answered,
    /// <summary>The answer to our ping; <see cref="YamuxEvent.RoundTrip"/> is what it took.</summary>
    Pong,
    /// <summary>The peer accepts no more streams (code 0) or ends the session (any other).</summary>
    GoAway,
    /// <summary>The peer broke a rule; the session is over and a GoAway is among the output.</summary>
    Violation,
}

/// <summary>One event; which fields are set follows from <see cref="Kind"/>. <see cref="Body"/> points into the input.</summary>
internal readonly ref struct YamuxEvent
{
    public YamuxEventKind Kind { get; init; }

    public uint StreamId { get; init; }

    public ReadOnlySpan<byte> Body { get; init; }

    public TimeSpan RoundTrip { get; init; }

    public uint GoAwayCode { get; init; }

    public YamuxViolation Violation { get; init; }
}
