namespace OpStack.P2P.Tests;

/// <summary>Tests that count what the whole process holds: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCountsCollection
{
    public const string Name = "counts of the whole process";
}
