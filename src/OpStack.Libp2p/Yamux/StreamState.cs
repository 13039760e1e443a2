namespace OpStack.Libp2p.Yamux;

/// <summary>
/// What the session knows of one stream. <c>Remaining + Unread</c> never exceeds <c>Window</c>: what the peer may still send
/// plus what it sent and nobody read yet.
/// </summary>
internal sealed class StreamState(uint id, bool isInbound, TimeSpan now)
{
    public uint Id { get; } = id;

    public bool IsInbound { get; } = isInbound;

    public SendWindow Send { get; } = new();

    /// <summary>Bytes the stream may hold or have under way towards us.</summary>
    public uint Window { get; set; } = YamuxLimits.InitialWindow;

    /// <summary>Bytes the peer may still send.</summary>
    public uint Remaining { get; set; } = YamuxLimits.InitialWindow;

    /// <summary>Bytes announced by a header and not consumed yet.</summary>
    public uint Unread { get; set; }

    /// <summary>When the last credit was sent: a window that is used up within few round trips is too small.</summary>
    public TimeSpan EpochStart { get; set; } = now;

    public bool Acknowledged { get; set; } = isInbound;

    public bool LocalFin { get; set; }

    public bool RemoteFin { get; set; }

    /// <summary>Gone from the session; a frame of which the header was seen before may still be arriving.</summary>
    public bool Dropped { get; set; }
}
