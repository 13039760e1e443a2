namespace OpStack.P2P.Benchmarks;

/// <summary>What a row came to.</summary>
/// <param name="Row">The row.</param>
/// <param name="Missing">Why there is no measurement; null when there is one.</param>
internal sealed record Result(Row Row, string? Missing = null)
{
    /// <summary>Median of our samples, in nanoseconds per call or whatever the unit of the row is.</summary>
    public double OursNanoseconds { get; init; }

    /// <summary>Median of the reference's.</summary>
    public double ReferenceNanoseconds { get; init; }

    /// <summary>Bytes that one call of ours allocates, on all threads; null where it was not measured.</summary>
    public long? Allocated { get; init; }

    /// <summary>Bytes it may allocate; null where nothing is demanded.</summary>
    public long? MaxAllocated { get; init; }

    /// <summary>On two cores: others had one of them in nearly every round.</summary>
    public bool IsMachineBusy { get; init; }

    /// <summary>Rounds measured.</summary>
    public int Rounds { get; init; }

    /// <summary>A quarter of the rounds had a smaller ratio of times, a quarter a larger one than the other.</summary>
    public (double Lower, double Upper) Quartiles { get; init; }

    /// <summary>Median of the rounds' ratios, our time by the reference's: a machine that changes its speed changes it for both sides of a round.</summary>
    public double TimeRatio { get; init; }

    /// <summary>Met, missed, or nothing demanded; in brackets what is demanded where it is not the ratio.</summary>
    public string Verdict =>
        Missing is not null ? "not measured"
        : Row.Target.IsMet(TimeRatio) == false ? "MISSED"
        : Allocated > MaxAllocated ? "MISSED (allocation)"
        : Row.Target.IsMet(TimeRatio) == true ? "met"
        : MaxAllocated is null ? ""
        : "met (allocation)";
}
