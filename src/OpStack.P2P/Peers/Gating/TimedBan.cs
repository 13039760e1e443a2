namespace OpStack.P2P.Peers.Gating;

/// <summary>A ban in memory. The end is on the monotonic clock, so that setting the wall clock neither ends nor prolongs it.</summary>
/// <param name="EndsAt">The monotonic time from which on it holds no more.</param>
/// <param name="BannedAt">When it began, UTC; for people.</param>
/// <param name="Reason">Why.</param>
internal sealed record TimedBan(TimeSpan EndsAt, DateTimeOffset BannedAt, string Reason)
{
    /// <summary>op-node's rule: it holds while now is before its end.</summary>
    public bool Holds(TimeSpan now) => now < EndsAt;
}
