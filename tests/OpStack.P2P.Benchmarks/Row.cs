namespace OpStack.P2P.Benchmarks;

/// <summary>One line of the table: something of ours against a reference.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Reference">What it is compared with.</param>
/// <param name="Target">What the ratio should be.</param>
/// <param name="Prepare">Makes the two sides; throws <see cref="ReferenceMissingException"/> where the reference is not installed.</param>
internal sealed record Row(string Name, string Reference, Target Target, Func<Contest> Prepare)
{
    /// <summary>Uses more than one core, so that it is timed by the wall clock instead of the thread's processor time.</summary>
    public bool IsParallel { get; init; }
}

/// <summary>The two sides of a row. Each call of one does the same amount of work as a call of the other.</summary>
/// <param name="Ours">Ours.</param>
/// <param name="Reference">The reference.</param>
internal sealed record Contest(Action Ours, Action Reference)
{
    /// <summary>Bytes a call of ours may allocate; null where nothing is demanded.</summary>
    public long? MaxAllocated { get; init; }
}

/// <summary>What a ratio should be.</summary>
/// <param name="Bound">The bound.</param>
/// <param name="Kind">What is bounded, and from which side.</param>
internal readonly record struct Target(double Bound, TargetKind Kind)
{
    /// <summary>Printed, but nothing is demanded.</summary>
    public static Target None => default;

    /// <summary>The speed in units of the reference's.</summary>
    public static Target SpeedAtLeast(double bound) => new(bound, TargetKind.SpeedAtLeast);

    /// <summary>The time in units of the reference's.</summary>
    public static Target TimeAtMost(double bound) => new(bound, TargetKind.TimeAtMost);

    /// <summary>The ratio that the target is about.</summary>
    /// <param name="timeRatio">Our time by the reference's.</param>
    public double RatioOf(double timeRatio) => Kind == TargetKind.SpeedAtLeast ? 1 / timeRatio : timeRatio;

    /// <summary>Whether it is met; null where nothing is demanded.</summary>
    public bool? IsMet(double timeRatio) => Kind switch
    {
        TargetKind.SpeedAtLeast => RatioOf(timeRatio) >= Bound,
        TargetKind.TimeAtMost => RatioOf(timeRatio) <= Bound,
        _ => null,
    };

    /// <summary>As the table has it.</summary>
    public override string ToString() => Kind switch
    {
        TargetKind.SpeedAtLeast => FormattableString.Invariant($"speed >= {Bound}"),
        TargetKind.TimeAtMost => FormattableString.Invariant($"time <= {Bound}"),
        _ => "time",
    };
}

/// <summary>See <see cref="Target"/>.</summary>
internal enum TargetKind
{
    /// <summary>Nothing is demanded.</summary>
    None,

    /// <summary>The higher the better.</summary>
    SpeedAtLeast,

    /// <summary>The lower the better.</summary>
    TimeAtMost,
}
