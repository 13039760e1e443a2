using OpStack.P2P.TestKit;
using Xunit.Abstractions;

namespace OpStack.P2P.Tests.Sync;

/// <summary>The client over loopback: ranges, their order, and how they end.</summary>
public sealed class SyncClientTests(ITestOutputHelper output)
{
    private static readonly SyncChain Chain = new(0, 200);
    private static readonly SyncChain OtherChain = new(0, 200, salt: 1);

    [Fact]
    public async Task A_late_follower_gets_all_its_blocks_from_4_peers_of_which_one_lies_and_one_stalls()
    {
        await using SyncClientRig rig = new(Chain);
        await rig.AddHonestAsync();
        SyncHost liar = await rig.AddAsync(server => server.Serve(Chain.Config, new ChainSource(OtherChain), rig.Time));
        SyncHost silent = await rig.AddAsync(server => server.ServeRaw(Chain.Config, (_, _, token) => Task.Delay(Timeout.Infinite, token)));
        await rig.AddHonestAsync();

        SyncRangeResult result = await rig.RunAsync(Chain.Between(0, 151));

        SyncStatistics statistics = rig.Client.Statistics;
        output.WriteLine($"150 blocks over loopback: {statistics}");
        Assert.Equal(new SyncRangeResult(SyncOutcome.Complete, 150, null), result);
        Assert.Equal(
            Enumerable.Range(1, 150).Reverse().Select(number => Chain[(ulong)number].Payload.BlockHash),
            rig.Blocks.Select(block => block.Envelope.Payload.BlockHash));
        Assert.DoesNotContain(rig.Blocks, block => block.Peer.Equals(liar.Id) || block.Peer.Equals(silent.Id));
        Assert.InRange(statistics.Rejected, 1, 10);
        Assert.True(rig.Scores.ScoreOf(liar.Id) < 0);
        await rig.AdvanceUntilAsync(() => rig.Client.Statistics.Errors > 0);
        Assert.True(rig.Scores.ScoreOf(silent.Id) < 0);
    }

    [Fact]
    public async Task Forks_within_a_range_change_layout_and_version_on_the_way()
    {
        RollupConfig config = TestChains.At(SyncChain.ChainId, PayloadVersion.V1) with { CanyonTime = 10, EcotoneTime = 20, IsthmusTime = 30 };
        SyncChain chain = new(0, 21, config);
        await using SyncClientRig rig = new(chain);
        await rig.AddHonestAsync();

        Assert.Equal(SyncOutcome.Complete, (await rig.RunAsync(chain.Between(0, 20))).Outcome);

        Assert.Equal([4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1], rig.Blocks.Select(block => (int)block.Envelope.Version));
    }

    [Fact]
    public async Task Ascending_a_range_is_handed_on_from_the_lowest_up_once_it_is_whole()
    {
        await using SyncClientRig rig = new(Chain);
        await rig.AddHonestAsync();

        Assert.Equal(
            new SyncRangeResult(SyncOutcome.Complete, 9, null), await rig.Client.RequestRangeAscendingAsync(Chain.Between(0, 10), rig.TakeAsync));

        Assert.Equal([1UL, 2, 3, 4, 5, 6, 7, 8, 9], rig.Numbers);
    }

    [Fact]
    public async Task Ascending_nothing_is_handed_on_of_a_range_that_is_not_whole_or_too_large()
    {
        SyncChain part = new(5, 20, size: 300_000);
        await using SyncClientRig rig = new(part, new SyncOptions { MaxAscendingBytes = 1 << 20 });
        await rig.AddHonestAsync();
        SyncRange missing = new(2, 7, part[7].Payload.BlockHash);

        Assert.Equal(new SyncRangeResult(SyncOutcome.NotFound, 0, 7), await rig.Client.RequestRangeAscendingAsync(missing, rig.TakeAsync));
        Assert.Equal(
            new SyncRangeResult(SyncOutcome.TooLarge, 0, 15), await rig.Client.RequestRangeAscendingAsync(part.Between(8, 16), rig.TakeAsync));

        Assert.Empty(rig.Blocks);
    }

    [Fact]
    public async Task Ranges_are_worked_on_one_after_the_other()
    {
        await using SyncClientRig rig = new(Chain);
        Task<SyncRangeResult> first = rig.Client.RequestRangeAsync(Chain.Between(100, 110), rig.TakeAsync);
        Task<SyncRangeResult> second = rig.Client.RequestRangeAsync(Chain.Between(50, 54), rig.TakeAsync);
        await rig.AddHonestAsync();

        await rig.AdvanceUntilAsync(() => first.IsCompleted && second.IsCompleted);

        Assert.Equal([SyncOutcome.Complete, SyncOutcome.Complete], [(await first).Outcome, (await second).Outcome]);
        Assert.Equal([109UL, 108, 107, 106, 105, 104, 103, 102, 101, 53, 52, 51], rig.Numbers);
    }

    [Fact]
    public async Task The_18th_range_at_once_is_not_taken()
    {
        await using SyncClientRig rig = new(Chain);
        Task<SyncRangeResult>[] ranges = [.. Enumerable.Range(0, 17).Select(_ => rig.Client.RequestRangeAsync(Chain.Between(0, 10), rig.TakeAsync))];

        Assert.Equal(new SyncRangeResult(SyncOutcome.Busy, 0, 9), await rig.Client.RequestRangeAsync(Chain.Between(0, 10), rig.TakeAsync));

        await rig.Client.DisposeAsync();
        Assert.All(await Task.WhenAll(ranges), result => Assert.Equal(new SyncRangeResult(SyncOutcome.Stopped, 0, 9), result));
    }

    [Fact]
    public async Task A_range_without_peers_waits_for_some_and_ends_after_a_minute()
    {
        await using SyncClientRig rig = new(Chain);
        Task<SyncRangeResult> range = rig.Client.RequestRangeAsync(Chain.Between(0, 10), rig.TakeAsync);
        await Until.TrueAsync(() => rig.Time.ActiveTimers > 0);
        rig.Time.Advance(TimeSpan.FromSeconds(59.999));
        Assert.False(range.IsCompleted);
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new SyncRangeResult(SyncOutcome.Stalled, 0, 9), await range.WaitAsync(SyncHost.Patience));
    }

    [Fact]
    public async Task A_host_that_is_slow_to_take_blocks_holds_up_the_fetching_and_costs_nobody_anything()
    {
        SyncChain chain = new(0, 200);
        await using SyncClientRig rig = new(chain);
        for (int i = 0; i < 4; i++)
        {
            await rig.AddHonestAsync();
        }

        TaskCompletionSource goOn = new();
        Task<SyncRangeResult> range = rig.Client.RequestRangeAsync(chain.Between(0, 199), async (block, token) =>
        {
            await goOn.Task;
            await rig.TakeAsync(block, token);
        });
        await rig.AdvanceUntilAsync(() => rig.Client.Statistics.Blocks == 100);
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((100, 0), (rig.Client.Statistics.Quarantined, rig.Client.Statistics.InFlight));
        Assert.False(range.IsCompleted);

        goOn.SetResult();
        await rig.AdvanceUntilAsync(() => range.IsCompleted);
        Assert.Equal(new SyncRangeResult(SyncOutcome.Complete, 198, null), await range);
        Assert.Equal(0, rig.Client.Statistics.Errors);
    }

    [Fact]
    public async Task What_the_host_throws_ends_the_range_and_the_next_goes_on()
    {
        await using SyncClientRig rig = new(Chain);
        await rig.AddHonestAsync();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => rig.Client.RequestRangeAsync(Chain.Between(0, 10), (_, _) => throw new InvalidTimeZoneException()));

        Assert.Equal(SyncOutcome.Complete, (await rig.RunAsync(Chain.Between(0, 5))).Outcome);
        Assert.Equal([4UL, 3, 2, 1], rig.Numbers);
    }

    [Fact]
    public async Task A_range_that_is_given_up_ends_at_once_and_the_next_goes_on()
    {
        await using SyncClientRig rig = new(Chain);
        using CancellationTokenSource cancelled = new();
        Task<SyncRangeResult> first = rig.Client.RequestRangeAsync(Chain.Between(0, 10), rig.TakeAsync, cancelled.Token);
        Task<SyncRangeResult> waiting = rig.Client.RequestRangeAsync(Chain.Between(10, 20), rig.TakeAsync, cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(SyncHost.Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(SyncHost.Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => rig.Client.RequestRangeAsync(Chain.Between(0, 10), rig.TakeAsync, cancelled.Token));
        await rig.AddHonestAsync();
        Assert.Equal(SyncOutcome.Complete, (await rig.RunAsync(Chain.Between(0, 5))).Outcome);
        Assert.Equal([4UL, 3, 2, 1], rig.Numbers);
    }

    [Fact]
    public async Task Disposal_gives_up_what_is_being_asked_and_leaves_no_timer()
    {
        SyncClientRig rig = new(Chain);
        await using (rig)
        {
            await rig.AddAsync(server => server.ServeRaw(Chain.Config, (_, _, token) => Task.Delay(Timeout.Infinite, token)));
            Task<SyncRangeResult> range = rig.Client.RequestRangeAsync(Chain.Between(0, 10), rig.TakeAsync);
            await Until.TrueAsync(() => rig.Client.Statistics.InFlight == 1);

            await rig.Client.DisposeAsync().AsTask().WaitAsync(SyncHost.Patience);
            await rig.Client.DisposeAsync();

            Assert.Equal(new SyncRangeResult(SyncOutcome.Stopped, 0, 9), await range);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.Client.RequestRangeAsync(Chain.Between(0, 10), rig.TakeAsync));
            Assert.Throws<ObjectDisposedException>(rig.Client.Start);
            Assert.Equal(0, rig.Time.ActiveTimers);
        }
    }

    [Fact]
    public async Task It_must_be_started_once_and_asked_for_something()
    {
        await using SyncHost host = new();
        await using SyncClient client = new(host.Swarm, Chain.Config);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.RequestRangeAsync(Chain.Between(0, 10), (_, _) => default));
        client.Start();
        Assert.Throws<InvalidOperationException>(client.Start);
        await Assert.ThrowsAsync<ArgumentException>(() => client.RequestRangeAsync(new SyncRange(2, 1, default), (_, _) => default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.RequestRangeAsync(new SyncRange(0, ulong.MaxValue, default), (_, _) => default));
        Assert.Throws<ArgumentException>(
            () => new SyncClient(host.Swarm, Chain.Config, options: new SyncOptions { StallTimeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => new SyncClient(host.Swarm, Chain.Config, options: new SyncOptions { MaxAscendingBytes = 1 }));
    }

    [Fact]
    public async Task A_filter_of_the_host_that_fails_lets_nobody_through()
    {
        await using SyncClientRig rig = new(Chain, new SyncOptions { PeerFilter = _ => throw new InvalidOperationException() });
        await using SyncHost server = new();
        server.Serve(Chain.Config, new ChainSource(Chain), rig.Time);
        await rig.Host.DialAsync(server);
        await Until.TrueAsync(() => rig.Host.Swarm.GetIdentifyInfo(server.Id) is not null);

        Task<SyncRangeResult> range = rig.Client.RequestRangeAsync(Chain.Between(0, 10), rig.TakeAsync);
        await Until.TrueAsync(() => rig.Time.ActiveTimers > 0);
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(SyncOutcome.Stalled, (await range.WaitAsync(SyncHost.Patience)).Outcome);
        Assert.Equal((0, 0L), (rig.Client.Statistics.Peers, rig.Client.Statistics.Requests));
    }

    [Fact]
    public void Between_two_known_blocks_lie_those_that_are_neither()
    {
        Assert.True(SyncRange.TryBetween(10, Chain[13].Payload, out SyncRange range));
        Assert.Equal(new SyncRange(11, 12, Chain[12].Payload.BlockHash), range);
        Assert.Equal(2UL, range.Count);
        Assert.False(SyncRange.TryBetween(12, Chain[13].Payload, out _));
        Assert.False(SyncRange.TryBetween(13, Chain[13].Payload, out _));
        Assert.False(SyncRange.TryBetween(ulong.MaxValue, Chain[13].Payload, out _));
    }
}
