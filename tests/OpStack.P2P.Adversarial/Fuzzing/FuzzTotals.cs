namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>What a run of one codec came to.</summary>
internal sealed class FuzzTotals
{
    public long Inputs { get; private set; }

    public long Accepted { get; private set; }

    /// <summary>Of one decode.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Bytes, of one decode.</summary>
    public long MostAllocated { get; private set; }

    public List<FuzzFinding> Findings { get; } = [];

    public void Count(FuzzProbe probe)
    {
        Inputs++;
        Accepted += probe.Accepted ? 1 : 0;
        Slowest = probe.Elapsed > Slowest ? probe.Elapsed : Slowest;
        MostAllocated = Math.Max(MostAllocated, probe.Allocated);
    }

    /// <summary>Adds a finding unless the same input is there.</summary>
    public void Add(FuzzFinding finding)
    {
        if (!Findings.Any(known => known.Fault == finding.Fault && known.Input.AsSpan().SequenceEqual(finding.Input)))
        {
            Findings.Add(finding);
        }
    }

    public void Merge(FuzzTotals other)
    {
        Inputs += other.Inputs;
        Accepted += other.Accepted;
        Slowest = other.Slowest > Slowest ? other.Slowest : Slowest;
        MostAllocated = Math.Max(MostAllocated, other.MostAllocated);
        other.Findings.ForEach(Add);
    }
}
