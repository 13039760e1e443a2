namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>Settings of an <see cref="AutoNatService"/>.</summary>
public sealed record AutoNatOptions
{
    /// <summary>Dial-backs for all peers together within <see cref="Period"/>. Default 10 (op-node); 1 to 1,000.</summary>
    public int MaxDialBacks { get; init; } = 10;

    /// <summary>Dial-backs for one peer within <see cref="Period"/>. Default 5 (op-node); 1 to <see cref="MaxDialBacks"/>.</summary>
    public int MaxDialBacksPerPeer { get; init; } = 5;

    /// <summary>Any such period of time, not only one that begins at a full minute. Default 60 s (op-node); positive, at most a day.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Deadline of one dial-back, over all addresses. A failure is told no sooner, so that its time tells nothing about the port. Default 15 s
    /// (go-libp2p); positive, at most 50 s, which leaves time to answer within the stream's 60 s.
    /// </summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        Require(MaxDialBacks is > 0 and <= 1000, nameof(MaxDialBacks), "must be between 1 and 1,000");
        Require(
            MaxDialBacksPerPeer > 0 && MaxDialBacksPerPeer <= MaxDialBacks,
            nameof(MaxDialBacksPerPeer),
            $"must be between 1 and {nameof(MaxDialBacks)}");
        Require(Period > TimeSpan.Zero && Period <= TimeSpan.FromDays(1), nameof(Period), "must be positive and at most a day");
        Require(DialTimeout > TimeSpan.Zero && DialTimeout <= TimeSpan.FromSeconds(50), nameof(DialTimeout), "must be positive and at most 50 s");
    }

    private static void Require(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(AutoNatOptions)}.{name} {rule}.", name);
        }
    }
}
