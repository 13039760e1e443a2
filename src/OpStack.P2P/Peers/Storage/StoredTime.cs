namespace OpStack.P2P.Peers.Storage;

/// <summary>Times as files have them: unix milliseconds.</summary>
internal static class StoredTime
{
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The time; whatever number it is, one that exists and can be calculated with: between 1970 and 9998.</summary>
    public static DateTimeOffset Read(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, Latest - (long)PeerLimits.MaxTime.TotalMilliseconds));

    public static DateTimeOffset? Read(long? milliseconds) => milliseconds is { } value ? Read(value) : null;

    public static long Write(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static long? Write(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();
}
