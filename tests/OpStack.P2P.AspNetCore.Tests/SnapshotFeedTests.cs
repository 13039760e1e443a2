using System.Text.Json;
using OpStack.P2P.AspNetCore.Dashboard;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>How often a node is asked for the dashboard, whatever the number of viewers.</summary>
public sealed class SnapshotFeedTests
{
    private static readonly DashboardSnapshot Empty = new(
        1, new NodeView("id", "10", null, [], "0x", null, new ThresholdsView(0, 0, 0)), [], [], [], 0, [], [], 0, null, new TotalsView(0, 0, 0, 0, 0, 0, 0, 0, 0, []));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_thousand_viewers_within_a_second_cost_one_snapshot()
    {
        SnapshotFeed feed = new(_ => Task.FromResult(Empty), _time);
        byte[] first = await feed.GetAsync(default);
        for (int viewer = 0; viewer < 999; viewer++)
        {
            Assert.Same(first, await feed.GetAsync(default));
        }

        Assert.Equal(1, feed.Taken);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Same(first, await feed.GetAsync(default));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotSame(first, await feed.GetAsync(default));
        Assert.Equal(2, feed.Taken);
    }

    [Fact]
    public async Task Viewers_wait_for_one_that_is_slow_and_none_is_begun_beside_it()
    {
        TaskCompletionSource<DashboardSnapshot> slow = new();
        SnapshotFeed feed = new(_ => slow.Task, _time);
        Task<byte[]> first = feed.GetAsync(default);
        _time.Advance(TimeSpan.FromSeconds(4));
        Task<byte[]> second = feed.GetAsync(default);
        slow.SetResult(Empty);
        Assert.Same(await first, await second);
        Assert.Equal(1, feed.Taken);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_given_up_after_5_seconds_and_asked_again_later()
    {
        bool hangs = true;
        SnapshotFeed feed = new(
            async cancelled =>
            {
                await Task.Delay(hangs ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancelled);
                return Empty;
            },
            _time);
        Task<byte[]> first = feed.GetAsync(default);
        await Until.TrueAsync(() => _time.ActiveTimers > 0);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        hangs = false;
        Assert.Equal(1, JsonElement.Parse(await feed.GetAsync(default)).GetProperty("time").GetInt64());
    }

    [Fact]
    public async Task A_viewer_that_leaves_takes_the_snapshot_from_nobody()
    {
        TaskCompletionSource<DashboardSnapshot> slow = new();
        SnapshotFeed feed = new(_ => slow.Task, _time);
        using CancellationTokenSource leaves = new();
        Task<byte[]> first = feed.GetAsync(leaves.Token);
        Task<byte[]> second = feed.GetAsync(default);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        slow.SetResult(Empty);
        Assert.NotEmpty(await second);
    }
}
