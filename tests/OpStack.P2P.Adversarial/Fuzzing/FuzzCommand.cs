using System.Diagnostics;
using System.Globalization;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary><c>fuzz --codec all|name,name --inputs N --minutes N --seed S --workers N</c>: docs/fuzzing.md.</summary>
internal static class FuzzCommand
{
    private const string Row = "{0,-20} {1,12} {2,9} {3,10} {4,12} {5,12} {6,9}";

    public static int Run(string[] arguments)
    {
        if (!FuzzOptions.TryParse(arguments, out FuzzOptions options, out string fault))
        {
            Console.Error.WriteLine(fault);
            return 2;
        }

        Console.WriteLine(Line("codec", "inputs", "accepted", "inputs/s", "slowest us", "most bytes", "findings"));
        int findings = 0;
        for (int i = 0; i < options.Codecs.Count; i++)
        {
            findings += Run(options.Codecs[i], options, options.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes / options.Codecs.Count) : null);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Codecs.Count} codecs, seed {options.Seed}, {findings} findings"));
        return findings == 0 ? 0 : 1;
    }

    private static int Run(Func<FuzzCodec> create, FuzzOptions options, TimeSpan? time)
    {
        string name = create().Name;
        long started = Stopwatch.GetTimestamp();
        FuzzTotals totals = FuzzRun.Run(create, options.Seed, options.Inputs ?? long.MaxValue, time, options.Workers);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(Line(
            name,
            totals.Inputs,
            $"{100.0 * totals.Accepted / Math.Max(1, totals.Inputs):F1} %",
            $"{totals.Inputs / seconds:F0}",
            $"{totals.Slowest.TotalMicroseconds:F0}",
            totals.MostAllocated,
            totals.Findings.Count));
        foreach (FuzzFinding finding in totals.Findings)
        {
            Console.WriteLine($"  {finding.Fault}: {finding.Detail}; {finding.Input.Length} bytes in {Corpus.Store(name, finding)}");
        }

        return totals.Findings.Count;
    }

    private static string Line(params object[] columns) => string.Format(CultureInfo.InvariantCulture, Row, columns);
}
