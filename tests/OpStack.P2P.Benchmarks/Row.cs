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

    /// <summary>Measures by itself within about the time given, instead of <see cref="Prepare"/>: for what runs in other processes.</summary>
    public Func<TimeSpan, Samples>? Measure { get; init; }

    /// <summary>What its figures are.</summary>
    public Unit Unit { get; init; }

    /// <summary>A row that measures by itself.</summary>
    public static Row Measured(string name, string reference, Target target, Func<TimeSpan, Samples> measure) =>
        new(name, reference, target, () => throw new InvalidOperationException("The row measures by itself.")) { Measure = measure };
}

/// <summary>What was measured, in the row's unit; each sample of ours beside the reference's of the same moment.</summary>
/// <param name="Ours">Ours.</param>
/// <param name="Reference">The reference's.</param>
internal sealed record Samples(IReadOnlyList<double> Ours, IReadOnlyList<double> Reference);

/// <summary>What the figures of a row are.</summary>
internal enum Unit
{
    /// <summary>Nanoseconds a call.</summary>
    Time,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>A share of one core.</summary>
    CoreShare,
}

/// <summary>The two sides of a row. Each call of one does the same amount of work as a call of the other.</summary>
/// <param name="Ours">Ours.</param>
/// <param name="Reference">The reference; null for a limit.</param>
internal sealed record Contest(Action Ours, Action? Reference)
{
    /// <summary>A side that is held against a limit.</summary>
    public Contest(Action ours, double limitNanoseconds)
        : this(ours, null) =>
        LimitNanoseconds = limitNanoseconds;

    /// <summary>What stands for the reference's time when there is no reference.</summary>
    public double LimitNanoseconds { get; }

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

    /// <summary>Any figure in units of the reference's, which may be a limit.</summary>
    public static Target AtMost(double bound) => new(bound, TargetKind.AtMost);

    /// <summary>The ratio that the target is about.</summary>
    /// <param name="timeRatio">Our time by the reference's.</param>
    public double RatioOf(double timeRatio) => Kind == TargetKind.SpeedAtLeast ? 1 / timeRatio : timeRatio;

    /// <summary>Whether it is met; null where nothing is demanded.</summary>
    public bool? IsMet(double timeRatio) => Kind switch
    {
        TargetKind.SpeedAtLeast => RatioOf(timeRatio) >= Bound,
        TargetKind.TimeAtMost or TargetKind.AtMost => RatioOf(timeRatio) <= Bound,
        _ => null,
    };

    /// <summary>As the table has it.</summary>
    public override string ToString() => Kind switch
    {
        TargetKind.SpeedAtLeast => FormattableString.Invariant($"speed >= {Bound}"),
        TargetKind.TimeAtMost => FormattableString.Invariant($"time <= {Bound}"),
        TargetKind.AtMost => FormattableString.Invariant($"ratio <= {Bound}"),
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

    /// <summary>The same of what is no time.</summary>
    AtMost,
}
