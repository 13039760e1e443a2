using System.Globalization;

namespace OpStack.P2P.Adversarial.NodeCases.Soak;

/// <summary><c>soak --minutes N --peers N --interval SECONDS</c>: docs/soak.md. Fails (1) on what <see cref="SoakVerdict"/> says.</summary>
internal static class SoakCommand
{
    private static readonly string[] Columns =
    [
        "minute", .. SoakLimit.All.Select(limit => limit.Name), "committed MB", "pool (peak)", "in", "out", "gossip", "delivered", "p50 ms", "p99 ms", "CPU %", "churned", "graylisted", "bans", "unobserved", "attack",
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!SoakOptions.TryParse(arguments, out SoakOptions options, out string fault))
        {
            Console.Error.WriteLine(fault);
            return 2;
        }

        Write(Columns);
        Write([.. Columns.Select(_ => "---")]);
        double cpu = 0;
        SoakRun run = new(options, row =>
        {
            Write(Cells(row, (row.Figures.CpuSeconds - cpu) / options.Interval));
            cpu = row.Figures.CpuSeconds;
        });
        IReadOnlyList<SoakRow> rows = await run.RunAsync();
        IReadOnlyList<string> faults = SoakVerdict.Judge(rows);
        WriteSlopes(rows);
        Console.WriteLine();
        Console.WriteLine(faults.Count == 0 ? "Nothing rises." : $"FAILED: {string.Join("; ", faults)}");
        return faults.Count == 0 ? 0 : 1;
    }

    private static string[] Cells(SoakRow row, double cpu) =>
    [
        Number(row.Minute, 1),
        .. SoakLimit.All.Select(limit => Number(limit.Value(row.Figures), limit.Name.EndsWith("MB", StringComparison.Ordinal) ? 1 : 0)),
        Number(row.Figures.Committed / 1e6, 1),
        $"{row.Figures.PoolThreads} ({row.Figures.PeakPoolThreads})",
        Number(row.Figures.Inbound),
        Number(row.Figures.Outbound),
        Number(row.Figures.GossipPeers),
        $"{row.Figures.Blocks}/{row.Published}",
        Number(row.Figures.P50),
        Number(row.Figures.P99),
        Number(100 * cpu),
        Number(row.Churned),
        Number(row.Figures.Graylisted),
        Number(row.Figures.Bans),
        Number(row.Figures.Unobserved),
        row.Attack,
    ];

    private static void WriteSlopes(IReadOnlyList<SoakRow> rows)
    {
        Console.WriteLine();
        Write(["second half", "rise of the line", "rise of the floor", "at most"]);
        Write(["---", "---", "---", "---"]);
        foreach (SoakLimit limit in SoakLimit.All)
        {
            (double, Victim.VictimFigures)[] figures = [.. rows.Select(row => (row.Minute, row.Figures))];
            Slope slope = limit.Fit(figures);
            Write([limit.Name, Number(slope.Growth, 2), Number(limit.FloorRise(figures), 2), Number(limit.MostOver(slope), 2)]);
        }
    }

    private static string Number(double value, int digits = 0) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static void Write(string[] cells)
    {
        Console.WriteLine($"| {string.Join(" | ", cells)} |");
        Console.Out.Flush();
    }
}
