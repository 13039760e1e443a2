using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

public class IngestBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task GrantsUpToTheCapacityAndThenInOrder()
    {
        using IngestBudget budget = New();
        IngestBudget.Lease first = await budget.AcquireAsync(60, default);
        Task<IngestBudget.Lease> large = budget.AcquireAsync(50, default).AsTask();
        Task<IngestBudget.Lease> small = budget.AcquireAsync(10, default).AsTask();
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted); // It would fit, but the large one came before it.

        first.Dispose();
        first.Dispose();

        (await large).Dispose();
        (await small).Dispose();
        Assert.Equal(0, budget.InUse);
    }

    [Fact]
    public async Task ACancelledWaiterLetsTheNextOnePass()
    {
        using IngestBudget budget = New();
        IngestBudget.Lease held = await budget.AcquireAsync(60, default);
        using CancellationTokenSource cancel = new();
        Task<IngestBudget.Lease> gone = budget.AcquireAsync(50, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        (await budget.AcquireAsync(40, default)).Dispose();
        held.Dispose();
        Assert.Equal(0, budget.InUse);
    }

    [Fact]
    public async Task ACancelledFirstWaiterMakesWayForThoseThatFit()
    {
        using IngestBudget budget = New();
        IngestBudget.Lease held = await budget.AcquireAsync(60, default);
        using CancellationTokenSource cancel = new();
        Task<IngestBudget.Lease> large = budget.AcquireAsync(50, cancel.Token).AsTask();
        Task<IngestBudget.Lease> small = budget.AcquireAsync(10, default).AsTask();
        Assert.False(small.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        (await small.WaitAsync(TimeSpan.FromSeconds(60))).Dispose();
        held.Dispose();
        Assert.Equal(0, budget.InUse);
    }

    [Fact]
    public async Task HoldersThatStallGiveWayWithinASecond()
    {
        // Four bytes announce 10 MiB: few peers that announce and stall must not keep everyone's blocks waiting.
        using IngestBudget budget = New();
        IngestBudget.Lease[] stalled = [await budget.AcquireAsync(40, default), await budget.AcquireAsync(40, default)];
        Task<IngestBudget.Lease> honest = budget.AcquireAsync(50, default).AsTask();

        _time.Advance(TimeSpan.FromSeconds(0.9));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(stalled[0].Revoked.IsCancellationRequested);
        Assert.False(stalled[1].Revoked.IsCancellationRequested); // The first one's room is enough.
        stalled[0].Dispose();
        (await honest.WaitAsync(TimeSpan.FromSeconds(60))).Dispose();
        stalled[1].Dispose();
    }

    [Fact]
    public async Task ASlowHolderIsRevokedOnlyWhenOthersWait()
    {
        using IngestBudget budget = New();
        IngestBudget.Lease slow = await budget.AcquireAsync(90, default);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(slow.Revoked.IsCancellationRequested);

        Task<IngestBudget.Lease> waiting = budget.AcquireAsync(50, default).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(slow.Revoked.IsCancellationRequested);
        slow.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task AHolderThatKeepsPaceAndACompleteOneAreSafe()
    {
        using IngestBudget budget = New();
        IngestBudget.Lease complete = await budget.AcquireAsync(50, default);
        complete.Keep();
        IngestBudget.Lease arriving = await budget.AcquireAsync(50, default);
        _ = budget.AcquireAsync(50, default).AsTask();

        // 50 bytes in 10 s, after half a second: five a second.
        for (int arrived = 0; arrived < 45; arrived += 5)
        {
            arriving.Arrived(arrived + 5);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(arriving.Revoked.IsCancellationRequested);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(arriving.Revoked.IsCancellationRequested);
        Assert.False(complete.Revoked.IsCancellationRequested);
    }

    private IngestBudget New() => new(100, TimeSpan.FromSeconds(10), _time);
}
