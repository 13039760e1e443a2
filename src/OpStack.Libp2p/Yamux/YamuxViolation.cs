namespace OpStack.Libp2p.Yamux;

/// <summary>Which rule the peer broke. Each one but <see cref="None"/> and <see cref="Truncated"/> ends the session with GoAway 1.</summary>
internal enum YamuxViolation
{
    None,
    /// <summary>Fewer than 12 bytes: more are needed.</summary>
    Truncated,
    Version,
    FrameType,
    /// <summary>An undefined flag bit, or a ping that is neither exactly SYN nor exactly ACK.</summary>
    Flags,
    /// <summary>Stream id 0 on a stream frame, or another id on a session frame.</summary>
    StreamId,
    /// <summary>A SYN whose id belongs to our side.</summary>
    Parity,
    /// <summary>A SYN for an id that was used before on this session.</summary>
    StreamIdReused,
    /// <summary>A body above <see cref="YamuxLimits.MaxFrameBody"/>.</summary>
    FrameTooLarge,
    /// <summary>A body above what we granted.</summary>
    ReceiveWindowExceeded,
    /// <summary>Credit that lifts our send window above 2^32 - 1.</summary>
    SendWindowOverflow,
    /// <summary>Streams opened only to be thrown away: <see cref="YamuxLimits.MaxResets"/>.</summary>
    ResetFlood,
}
