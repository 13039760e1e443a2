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
        PingLoad.Result result = PingLoad.Run(warmUp: 5_000, pings: 100_000);
        Assert.Equal(100_000, result.Answered);
        Assert.InRange(result.AllocatedPerPing, 1, 1024);

        // What a million packets would leave: less than one byte in ten packets is noise of the runtime.
        Assert.InRange(result.HeapGrowth, long.MinValue, 100_000 / 10);
    }
}
