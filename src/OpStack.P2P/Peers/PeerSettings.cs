namespace OpStack.P2P.Peers;

/// <summary>The ranges of settings, of peers and of what is built on them.</summary>
internal static class PeerSettings
{
    /// <summary>Throws <see cref="ArgumentException"/> that names the setting unless it holds.</summary>
    public static void Require(bool holds, string record, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{record}.{name} must be {range}.", name);
        }
    }

    /// <summary>A time that may be kept over restarts: positive, at most <see cref="PeerLimits.MaxTime"/>.</summary>
    public static void RequireTime(TimeSpan time, string record, string name) =>
        Require(time > TimeSpan.Zero && time <= PeerLimits.MaxTime, record, name, $"positive and at most {PeerLimits.MaxTime.TotalDays} days");

    /// <summary>A time that a timer counts: at least 10 ms, so that a slip of the pen makes no busy loop, and at most a day.</summary>
    public static void RequireInterval(TimeSpan interval, string record, string name) =>
        Require(interval >= PeerLimits.MinInterval && interval <= TimeSpan.FromDays(1), record, name, "10 ms to a day");
}
