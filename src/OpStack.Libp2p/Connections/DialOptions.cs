namespace OpStack.Libp2p.Connections;

/// <summary>How one dial differs from the others.</summary>
public sealed record DialOptions
{
    /// <summary>What a dial without options does.</summary>
    public static DialOptions Default { get; } = new();

    /// <summary>
    /// Tries addresses although they are in back-off, for a dial an operator asked for. Default false. The gate and all limits hold as
    /// ever, and a failure lengthens the back-off.
    /// </summary>
    public bool IgnoreBackoff { get; init; }

    /// <summary>
    /// Deadline of the whole dial, the wait for its turn included; null for <see cref="SwarmOptions.DialDeadline"/>. Positive, at most a
    /// day.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    internal void Validate()
    {
        if (Deadline is { } deadline && (deadline <= TimeSpan.Zero || deadline > TimeSpan.FromDays(1)))
        {
            throw new ArgumentException($"{nameof(DialOptions)}.{nameof(Deadline)} must be positive and at most a day, not {deadline}.", nameof(Deadline));
        }
    }
}
