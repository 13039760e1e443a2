namespace OpStack.Libp2p.Ping;

/// <summary>Bounds of ping (wire.md section 8, attack-cases.md row 31).</summary>
internal static class PingLimits
{
    /// <summary>Bytes of a ping and of its echo (libp2p specs, ping).</summary>
    public const int Size = 32;

    /// <summary>Inbound ping streams served at once for one peer (libp2p specs, ping; go-libp2p). Others are reset.</summary>
    public const int MaxInboundStreams = 2;

    /// <summary>Pings answered at once on one stream; nobody honest sends more before the first echo.</summary>
    public const int Burst = 16;

    /// <summary>After the burst, one ping per this time is read, so a flood costs its sender's window and not our processor.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a stream may rest between two pings, and an echo of ours may take to be written (go-libp2p).</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For one ping of ours, from opening the stream to the echo (go-libp2p).</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
}
