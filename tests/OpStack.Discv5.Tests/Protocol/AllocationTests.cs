using OpStack.P2P.Simulation.Discovery;

namespace OpStack.Discv5.Tests.Protocol;

/// <summary>Alone in the process: the heap is everybody's.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

/// <summary>The same run with a million packets is <c>OpStack.P2P.Simulation pings</c>.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Fact]
    public void Handled_pings_allocate_little_and_leave_nothing()
    {
        PingLoad.Result[] runs = [.. Enumerable.Range(0, 3).Select(_ => PingLoad.Run(warmUp: 5_000, pings: 100_000))];
        Assert.All(runs, r => Assert.Equal(100_000, r.Answered));
        Assert.All(runs, r => Assert.InRange(r.AllocatedPerPing, 1, 1024));

        // A leak of a byte in ten packets grows in every run; what the runtime and earlier tests keep for themselves, in one of them alone.
        Assert.InRange(runs.Min(r => r.HeapGrowth), long.MinValue, 100_000 / 10);
    }
}
