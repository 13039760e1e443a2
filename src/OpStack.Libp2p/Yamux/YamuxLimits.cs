namespace OpStack.Libp2p.Yamux;

/// <summary>Every bound of the multiplexer, with its source.</summary>
internal static class YamuxLimits
{
    /// <summary>Bytes each side may send on a fresh stream. Fixed by the protocol (wire.md section 5).</summary>
    public const uint InitialWindow = 256 * 1024;

    /// <summary>Bytes outstanding per stream at most. go-yamux MaxStreamWindow.</summary>
    public const uint MaxWindow = 16 * 1024 * 1024;

    /// <summary>The largest body accepted in one frame. rust-yamux refuses larger ones too, so no honest peer sends them.</summary>
    public const uint MaxFrameBody = 1024 * 1024;

    /// <summary>
    /// The largest body we send: 32 KiB with its header. Above rust-yamux's 16 KiB split, so that headers cost little; half of go-yamux's 64 KiB message,
    /// so that two streams share every batch.
    /// </summary>
    public const int MaxSendBody = (32 * 1024) - YamuxHeader.Size;

    /// <summary>A body smaller than this is not sent just because a batch has little room left. Ours.</summary>
    public const int MinSendFragment = 1024;

    /// <summary>Bytes handed to the transport in one write: the plaintext of one full noise frame (wire.md section 4), so a batch costs one encryption.</summary>
    public const int MaxBatch = 65519;

    /// <summary>Room kept on each side of a batch's data for control frames, so that both go out in one write. Ours.</summary>
    public const int BatchMargin = 40 * YamuxHeader.Size;

    /// <summary>Streams the peer may have open; more are answered with RST. go-yamux AcceptBacklog; rcmgr's 256 inbound streams per peer.</summary>
    public const int MaxInboundStreams = 256;

    /// <summary>Streams of ours: together with the inbound ones the 512 above which rust-yamux ends the whole connection.</summary>
    public const int MaxOutboundStreams = 256;

    /// <summary>Streams of ours that the peer has not acknowledged yet. go-yamux and rust-yamux ACK backlog.</summary>
    public const int MaxUnacknowledgedStreams = 256;

    /// <summary>Pongs waiting to be written, above which we stop reading; callers waiting for one of our pings. go-yamux PingBacklog.</summary>
    public const int MaxQueuedPings = 32;

    /// <summary>
    /// Control frames waiting to be written, above which we stop reading and opening. An honest peer cannot cause more: per stream two window updates (each grants half
    /// a window), one SYN or ACK and one FIN or RST. Below that, two peers that both stopped reading would wait for each other.
    /// </summary>
    public const int MaxQueuedControlFrames = 4 * (MaxInboundStreams + MaxOutboundStreams);

    /// <summary>
    /// Streams of the peer thrown away within <see cref="ResetWindow"/> that end the connection: reset by it, refused, or reset by us because of what came on them.
    /// attack-cases.md row 25 (HTTP/2 rapid reset, and CVE-2025-8671 for ours).
    /// </summary>
    public const int MaxResets = 2000;

    /// <summary>The span over which <see cref="MaxResets"/> counts.</summary>
    public static readonly TimeSpan ResetWindow = TimeSpan.FromSeconds(5);

    /// <summary>How far below the highest id of the peer a SYN may arrive: go allocates ids and sends SYNs without a common lock. In ids of one parity. Ours.</summary>
    public const int IdReorderWindow = 1024;

    /// <summary>Receive windows of all streams together: a stream that does not fit is refused. rcmgr's 64 MiB per peer.</summary>
    public const long MaxReceiveBudget = 64L * 1024 * 1024;

    /// <summary>Windows grow only within this part of the budget, its half: go-yamux reserves growth at rcmgr's priority 128 of 255.</summary>
    public const int GrowthShare = 2;

    /// <summary>Between two pings, which measure the round trip and prove the peer alive. go-yamux KeepAliveInterval.</summary>
    public static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(30);

    /// <summary>For the answer to a ping, or anything else from the peer. go-yamux ConnectionWriteTimeout.</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For one write to the transport. go-yamux ConnectionWriteTimeout.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For what is left to write, and again for the peer's end, when we close. Ours.</summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>What a peer that broke a rule may still send while it is told so; then it is cut off. Ours.</summary>
    public const long MaxDrainAfterFault = 256 * 1024;

    /// <summary>A read while little arrives. An idle connection holds no buffer. Ours.</summary>
    public const int SmallRead = 2 * 1024;

    /// <summary>A read while the transport fills its buffer: one noise frame. Ours.</summary>
    public const int LargeRead = 64 * 1024;

    /// <summary>The smallest receive segment of a stream. Ours.</summary>
    public const int MinSegment = 1024;

    /// <summary>The largest receive segment of a stream. Ours.</summary>
    public const int MaxSegment = 64 * 1024;

    /// <summary>Callers waiting to hand a request to the connection's loop; more wait outside. Ours.</summary>
    public const int RequestQueue = 64;
}
