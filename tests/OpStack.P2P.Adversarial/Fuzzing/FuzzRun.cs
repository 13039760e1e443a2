using System.Diagnostics;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>Runs one codec over many blocks, on several threads, until a count of inputs or a time is reached.</summary>
internal static class FuzzRun
{
    /// <summary>A codec with this many different findings is tried no further.</summary>
    private const int MaxFindings = 20;

    /// <param name="create">Makes a worker's codec.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="inputs">Inputs to try, all workers together.</param>
    /// <param name="time">Longest time; null for none. Only whole blocks are run.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="onHang">Told of an input that is not done within <see cref="FuzzWatchdog.Period"/>; null for nobody, who waits for it for ever.</param>
    /// <param name="clock">The watchdog's; null for the system's.</param>
    public static FuzzTotals Run(
        Func<FuzzCodec> create, int seed, long inputs, TimeSpan? time, int workers, Action<FuzzTrial>? onHang = null, TimeProvider? clock = null)
    {
        using FuzzWatchdog? watchdog = onHang is null ? null : new FuzzWatchdog(workers, onHang, clock ?? TimeProvider.System);
        FuzzTotals totals = new();
        Lock merging = new();
        long next = -1;
        long started = Stopwatch.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, workers).Select(worker => new Thread(() => Work(worker)) { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return totals;

        void Work(int worker)
        {
            FuzzCodec codec = create();
            while (true)
            {
                long block = Interlocked.Increment(ref next);
                long count = Math.Min(FuzzBlock.Size, inputs - (block * FuzzBlock.Size));
                if (count <= 0 || Stopwatch.GetElapsedTime(started) > time)
                {
                    return;
                }

                FuzzTotals part = new();
                FuzzProbe probe = new(codec, block);
                watchdog?.Watch(worker, probe);
                FuzzBlock.Run(probe, seed, (int)count, part, MaxFindings);
                lock (merging)
                {
                    totals.Merge(part);
                    if (totals.Findings.Count >= MaxFindings)
                    {
                        return;
                    }
                }
            }
        }
    }
}
