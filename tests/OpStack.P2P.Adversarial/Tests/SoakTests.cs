using OpStack.P2P.Adversarial.NodeCases.Soak;
using OpStack.P2P.Adversarial.NodeCases.Victim;
using Xunit.Abstractions;

namespace OpStack.P2P.Adversarial.Tests;

/// <summary>What a soak fails on, and a soak of seconds. The one of 20 minutes is a program: docs/soak.md.</summary>
[Trait("Row", "63")]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Rows = 20;

    [Fact]
    public void A_line_of_least_squares_is_the_one_worked_out_by_hand()
    {
        Slope slope = Slope.Of([(0, 1), (1, 2), (2, 4), (3, 5)]);
        Assert.Equal(1.4, slope.PerMinute, 10);
        Assert.Equal(4.2, slope.Growth, 10);
        Assert.Throws<ArgumentException>(() => Slope.Of([(1, 1), (1, 2)]));
    }

    [Fact]
    public void Level_figures_with_noise_pass()
    {
        Random random = new(63);
        Assert.Empty(SoakVerdict.Judge(Series(minute => new VictimFigures
        {
            ResidentSet = 130_000_000 + random.Next(8_000_000),
            Heap = 10_000_000 + random.Next(1_500_000),
            Descriptors = 220 + random.Next(8),
            Tasks = 60 + random.Next(24),
            Timers = 60 + random.Next(16),
            Threads = 20 + random.Next(3),
        })));
    }

    [Fact]
    public void What_rises_in_the_first_half_and_is_level_then_passes() =>
        Assert.Empty(SoakVerdict.Judge(Series(minute => new VictimFigures { Heap = (long)(1e6 * Math.Min(minute, Rows / 2)) })));

    [Theory]
    [InlineData("RSS MB", 2_000_000, 0, 0, 0, 0, 0)]
    [InlineData("heap MB", 0, 300_000, 0, 0, 0, 0)]
    [InlineData("handles", 0, 0, 2, 0, 0, 0)]
    [InlineData("tasks", 0, 0, 0, 5, 0, 0)]
    [InlineData("timers", 0, 0, 0, 0, 3, 0)]
    [InlineData("threads", 0, 0, 0, 0, 0, 1)]
    public void A_leak_of_this_much_a_minute_fails_under_its_name(string name, int resident, int heap, int handles, int tasks, int timers, int threads)
    {
        string fault = Assert.Single(SoakVerdict.Judge(Series(minute => new VictimFigures
        {
            ResidentSet = 100_000_000 + (long)(minute * resident),
            Heap = 10_000_000 + (long)(minute * heap),
            Descriptors = 200 + (int)(minute * handles),
            Tasks = 30 + (int)(minute * tasks),
            Timers = 60 + (long)(minute * timers),
            Threads = 20 + (int)(minute * threads),
        })));
        Assert.StartsWith(name + " rises by", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leak_behind_something_that_goes_away_fails_all_the_same()
    {
        SoakRow[] rows = Series(minute => new VictimFigures { Heap = (long)(600_000 * minute) + (minute is > 10 and < 13 ? 30_000_000 : 0) });
        (double, VictimFigures)[] figures = [.. rows.Select(row => (row.Minute, row.Figures))];
        Assert.True(SoakLimit.All.Single(limit => limit.Name == "heap MB").Fit(figures).Growth < 0);
        Assert.StartsWith("heap MB rises by 3.6", Assert.Single(SoakVerdict.Judge(rows)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_day_with_2_5_MB_of_resident_set_more_per_hour_fails_and_one_with_half_a_megabyte_passes()
    {
        static VictimFigures Day(double hour, double perHour) => new() { ResidentSet = 100_000_000 + (long)(1e6 * perHour * hour) };
        Assert.Single(SoakVerdict.Judge(Series(minute => Day(minute / 60, 2.5), rows: 24 * 60)));
        Assert.Empty(SoakVerdict.Judge(Series(minute => Day(minute / 60, 0.5), rows: 24 * 60)));
    }

    [Fact]
    public void Rows_without_churn_or_attack_fail()
    {
        SoakRow[] rows = Series(_ => new VictimFigures());
        Assert.Equal("1 rows in which no peer came or went", Assert.Single(SoakVerdict.Judge([.. rows[1..], rows[0] with { Churned = 0 }])));
        Assert.Equal("1 rows without an attack", Assert.Single(SoakVerdict.Judge([.. rows[1..], rows[0] with { Attack = "" }])));
    }

    [Fact]
    public void Lost_blocks_unobserved_exceptions_and_faults_fail()
    {
        SoakRow[] rows = Series(_ => new VictimFigures());
        Assert.Equal("1180 of 1200 blocks delivered", Assert.Single(SoakVerdict.Judge([.. rows.Select(row => row with { Figures = row.Figures with { Blocks = 59 } })])));
        rows[^1] = rows[^1] with { Figures = rows[^1].Figures with { Unobserved = 1, PartFaults = 1, DiscoveryIsHealthy = false, GossipPeers = 1 } };
        Assert.Equal(4, SoakVerdict.Judge(rows).Count);
    }

    [Fact]
    public async Task A_load_that_ends_ends_the_run_with_its_own_exception()
    {
        Task lives = new TaskCompletionSource().Task;
        await SoakRun.ThrowIfAnyEndedAsync([lives]);
        await Assert.ThrowsAsync<TimeoutException>(() => SoakRun.ThrowIfAnyEndedAsync([lives, Task.FromException(new TimeoutException())]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => SoakRun.ThrowIfAnyEndedAsync([lives, Task.CompletedTask]));
    }

    [Fact]
    public async Task A_victim_that_leaks_a_megabyte_a_row_is_found_out()
    {
        await using VictimProcess victim = await VictimProcess.StartAsync(boundPool: false);
        List<(double, VictimFigures)> rows = [];
        for (int minute = 1; minute <= 8; minute++)
        {
            Assert.Equal("ok", await victim.CallAsync("leak 1000000"));
            rows.Add((minute, await victim.TurnAsync()));
        }

        Assert.NotNull(SoakLimit.All.Single(limit => limit.Name == "heap MB").Judge(rows));
    }

    [Fact]
    public async Task Six_peers_that_come_and_go_and_five_attacks_lose_no_block_and_leave_nothing()
    {
        List<SoakRow> told = [];
        SoakRun run = new(new SoakOptions { Peers = 6, Interval = 2, Minutes = 10.0 / 60 }, told.Add);
        IReadOnlyList<SoakRow> rows = await run.RunAsync().WaitAsync(TimeSpan.FromMinutes(5));
        told.ForEach(row => output.WriteLine($"{row}"));
        Assert.Equal((5, 5), (rows.Count, told.Count));
        Assert.InRange(rows.Sum(row => row.Churned), 1, long.MaxValue);
        // The last one may be on its way still, or the first of the next row be there already.
        Assert.InRange(rows.Sum(row => row.Published) - rows.Sum(row => row.Figures.Blocks), -1, 1 + rows[^1].Figures.TooLate);
        Assert.All(rows, row => Assert.True(row.Figures is { Unobserved: 0, GossipFaults: 0, PartFaults: 0, DiscoveryIsHealthy: true }));
    }

    private static SoakRow[] Series(Func<double, VictimFigures> figures, int rows = Rows) =>
        [.. Enumerable.Range(1, rows).Select(minute => new SoakRow(minute, figures(minute) with { Blocks = 60, DiscoveryIsHealthy = true }, Published: 60, Churned: 6, Attack: "one"))];
}
