using System.Buffers;

namespace OpStack.Libp2p.Yamux;

/// <summary>What may be set per connection. The protocol's own numbers are in <see cref="YamuxLimits"/>.</summary>
internal sealed record YamuxOptions
{
    /// <summary>Every default.</summary>
    public static YamuxOptions Default { get; } = new();

    /// <summary>Streams the peer may have open, 1 to 256 (default: 256); more are answered with RST.</summary>
    public int MaxInboundStreams { get; init; } = YamuxLimits.MaxInboundStreams;

    /// <summary>Streams of ours, 1 to 256 (default: 256); opening more fails with LimitReached.</summary>
    public int MaxOutboundStreams { get; init; } = YamuxLimits.MaxOutboundStreams;

    /// <summary>Bytes a stream's receive window may grow to, 256 KiB to 16 MiB (default: 16 MiB).</summary>
    public uint MaxWindow { get; init; } = YamuxLimits.MaxWindow;

    /// <summary>
    /// Bytes all receive windows together may come to, 256 KiB to 64 MiB (default: 64 MiB); windows grow up to half of it, and a stream that does not fit
    /// is refused as one too many.
    /// </summary>
    public long ReceiveBudget { get; init; } = YamuxLimits.MaxReceiveBudget;

    /// <summary>Between two pings (default: 30 s).</summary>
    public TimeSpan KeepAliveInterval { get; init; } = YamuxLimits.KeepAliveInterval;

    /// <summary>For the answer to a ping (default: 10 s); when nothing at all came for so long, the connection is closed.</summary>
    public TimeSpan PingTimeout { get; init; } = YamuxLimits.PingTimeout;

    /// <summary>For one write to the transport, at most 64 KiB (default: 10 s); then the connection is closed.</summary>
    public TimeSpan WriteTimeout { get; init; } = YamuxLimits.WriteTimeout;

    /// <summary>Bounds each of the two phases of closing: writing what is left, and waiting for the peer's end (default: 5 s).</summary>
    public TimeSpan CloseTimeout { get; init; } = YamuxLimits.CloseTimeout;

    /// <summary>Where buffers are rented.</summary>
    public ArrayPool<byte> Pool { get; init; } = ArrayPool<byte>.Shared;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> naming the first setting outside its range.</summary>
    public void Validate()
    {
        CheckRange(MaxInboundStreams, 1, YamuxLimits.MaxInboundStreams, nameof(MaxInboundStreams));
        CheckRange(MaxOutboundStreams, 1, YamuxLimits.MaxOutboundStreams, nameof(MaxOutboundStreams));
        CheckRange(MaxWindow, YamuxLimits.InitialWindow, YamuxLimits.MaxWindow, nameof(MaxWindow));
        CheckRange(ReceiveBudget, YamuxLimits.InitialWindow, YamuxLimits.MaxReceiveBudget, nameof(ReceiveBudget));
        TimeSpan longest = TimeSpan.FromHours(1);
        CheckRange(KeepAliveInterval, TimeSpan.FromSeconds(1), longest, nameof(KeepAliveInterval));
        CheckRange(PingTimeout, TimeSpan.FromSeconds(1), longest, nameof(PingTimeout));
        CheckRange(WriteTimeout, TimeSpan.FromSeconds(1), longest, nameof(WriteTimeout));
        CheckRange(CloseTimeout, TimeSpan.Zero, longest, nameof(CloseTimeout));
    }

    private static void CheckRange<T>(T value, T low, T high, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(low) < 0 || value.CompareTo(high) > 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"must be between {low} and {high}");
        }
    }
}
