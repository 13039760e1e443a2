namespace OpStack.P2P.Benchmarks;

/// <summary>
/// Times the two sides of a row in short alternating rounds, so that whatever slows the machine slows both, and takes medians, which a round that
/// was interrupted does not move.
/// </summary>
internal static class Measurement
{
    // Long against the clock's resolution, short against a time slice of the scheduler.
    private const double SampleNanoseconds = 300_000;
    private const double WarmUpNanoseconds = 400_000_000;
    private const int MinRounds = 15;
    private const int MaxRounds = 2_000;
    private const int AllocationCalls = 10;

    // Of rows on two cores: the share of a round that its threads may have spent waiting for one, and how many times the rounds to find quiet ones.
    private const double MaxWait = 0.01;
    private const int MaxTries = 8;
    private const int AllocationRuns = 20;

    /// <summary>Measures a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="budget">About how long.</param>
    public static Result Run(Row row, TimeSpan budget)
    {
        Contest contest;
        try
        {
            if (row.Measure is { } measure)
            {
                Samples samples = measure(budget);
                return ResultOf(row, [.. samples.Ours], [.. samples.Reference]);
            }

            contest = row.Prepare();
        }
        catch (ReferenceMissingException missing)
        {
            return new Result(row, missing.Message);
        }
        catch (Exception e) when (row.Measure is not null)
        {
            // A child that dies on a starved machine is no reason to lose the other rows; the table says what happened.
            return new Result(row, e.Message);
        }

        Func<long> clock = row.IsParallel ? Clocks.Wall : Clocks.Thread;
        int ours = WarmUp(contest.Ours, clock);
        int reference = contest.Reference is { } other ? WarmUp(other, clock) : 0;
        double perRound = (TimePerCall(contest.Ours, ours, clock) * ours) + (ReferenceTime() * reference);
        int rounds = (int)Math.Clamp(budget.TotalNanoseconds / perRound, MinRounds, MaxRounds);

        List<Round> all = [];
        for (int round = 0; round < rounds || (row.IsParallel && round < MaxTries * rounds && all.Count(r => r.IsQuiet) < MinRounds); round++)
        {
            all.Add(RunRound(round));
        }

        // Two cores are two only while nobody else has one of them.
        List<Round> quiet = row.IsParallel ? all.FindAll(round => round.IsQuiet) : all;
        bool isBusy = quiet.Count < MinRounds;
        List<Round> counted = isBusy ? all : quiet;
        return ResultOf(row, [.. counted.Select(round => round.Ours)], [.. counted.Select(round => round.Reference)]) with
        {
            Allocated = AllocatedBy(contest.Ours),
            MaxAllocated = contest.MaxAllocated,
            IsMachineBusy = isBusy,
        };

        Round RunRound(int round)
        {
            long waited = row.IsParallel ? Clocks.Waited() : 0;
            long begin = Clocks.Wall();

            // Who goes first changes, lest one side always finds the caches as the other left them after a pause.
            double first = round % 2 == 0 ? OurTime() : ReferenceTime();
            double second = round % 2 == 0 ? ReferenceTime() : OurTime();
            long taken = Clocks.Wall() - begin;
            bool isQuiet = row.IsParallel && WaitedUntilIdle() - waited <= taken * MaxWait;
            return round % 2 == 0 ? new Round(first, second, isQuiet) : new Round(second, first, isQuiet);
        }

        double OurTime() => TimePerCall(contest.Ours, ours, clock);

        double ReferenceTime() => contest.Reference is { } side ? TimePerCall(side, reference, clock) : contest.LimitNanoseconds;
    }

    private static Result ResultOf(Row row, double[] ours, double[] reference)
    {
        double[] ratios = [.. ours.Zip(reference, (x, y) => x / y).Order()];
        return new Result(row)
        {
            OursNanoseconds = Median(ours),
            ReferenceNanoseconds = Median(reference),
            TimeRatio = ratios[ratios.Length / 2],
            Rounds = ratios.Length,
            Quartiles = (ratios[ratios.Length / 4], ratios[ratios.Length * 3 / 4]),
        };
    }

    /// <summary>Runs a side until the JIT has settled on it; returns how many calls make a sample.</summary>
    private static int WarmUp(Action side, Func<long> clock)
    {
        long begin = clock();
        int calls = 0;
        while (clock() - begin < WarmUpNanoseconds || calls < 3)
        {
            side();
            calls++;
        }

        double perCall = (double)(clock() - begin) / calls;
        return (int)Math.Max(1, SampleNanoseconds / perCall);
    }

    private static double TimePerCall(Action side, int calls, Func<long> clock)
    {
        long begin = clock();
        for (int call = 0; call < calls; call++)
        {
            side();
        }

        return (double)(clock() - begin) / calls;
    }

    /// <summary>The least of some runs: the runtime's own threads allocate now and then.</summary>
    private static long AllocatedBy(Action side)
    {
        long least = long.MaxValue;
        for (int run = 0; run < AllocationRuns; run++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int call = 0; call < AllocationCalls; call++)
            {
                side();
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / AllocationCalls);
        }

        return least;
    }

    /// <summary>A thread's wait is counted when it ends: one of the pool that came too late for its work has to come first.</summary>
    private static long WaitedUntilIdle()
    {
        using ManualResetEventSlim idle = new();
        ThreadPool.UnsafeQueueUserWorkItem(static done => done.Set(), idle, preferLocal: false);
        idle.Wait();
        return Clocks.Waited();
    }

    private readonly record struct Round(double Ours, double Reference, bool IsQuiet);

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
