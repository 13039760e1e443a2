using System.Diagnostics;
using System.Globalization;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary><c>fuzz --codec all|name,name --inputs N --minutes N --seed S --workers N</c>: docs/fuzzing.md.</summary>
internal static class FuzzCommand
{
    private const string Row = "{0,-20} {1,12} {2,9} {3,10} {4,12} {5,12} {6,9}";

    public static int Run(string[] arguments, TextWriter output)
    {
        if (!FuzzOptions.TryParse(arguments, out FuzzOptions options, out string fault))
        {
            Console.Error.WriteLine(fault);
            return 2;
        }

        output.WriteLine(Line("codec", "inputs", "accepted", "inputs/s", "slowest us", "most bytes", "findings"));
        int findings = 0;
        int unfinished = 0;
        foreach (Func<FuzzCodec> create in options.Codecs)
        {
            FuzzTotals totals = Run(create, options, output);
            findings += totals.Findings.Count;
            unfinished += totals.Inputs < options.Inputs ? 1 : 0;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Codecs.Count} codecs, seed {options.Seed}, {findings} findings{(unfinished > 0 ? $", {unfinished} codecs without all of their inputs" : "")}"));
        return findings + unfinished == 0 ? 0 : 1;
    }

    private static FuzzTotals Run(Func<FuzzCodec> create, FuzzOptions options, TextWriter output)
    {
        TimeSpan? time = options.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes / options.Codecs.Count) : null;
        string name = create().Name;
        long started = Stopwatch.GetTimestamp();
        FuzzTotals totals = FuzzRun.Run(
            create, options.Seed, options.Inputs ?? long.MaxValue, time, options.Workers, trial => EndAt(name, options.Seed, trial, output));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.WriteLine(Line(
            name,
            totals.Inputs,
            $"{100.0 * totals.Accepted / Math.Max(1, totals.Inputs):F1} %",
            $"{totals.Inputs / seconds:F0}",
            $"{totals.Slowest.TotalMicroseconds:F0}",
            totals.MostAllocated,
            totals.Findings.Count));
        foreach (FuzzFinding finding in totals.Findings)
        {
            output.WriteLine($"  {finding.Fault}: {finding.Detail}; {finding.Input.Length} bytes in {Corpus.OfRepository.Store(name, finding)}");
        }

        if (totals.Inputs < options.Inputs)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {totals.Inputs} of {options.Inputs} inputs"));
        }

        return totals;
    }

    /// <summary>Nothing but the end of the process ends a decoder that does not return.</summary>
    private static void EndAt(string codec, int seed, FuzzTrial trial, TextWriter output)
    {
        FuzzFinding finding = new(FuzzFault.Time, $"not done within {FuzzWatchdog.Period.TotalSeconds} s", trial.Input);
        string path = Corpus.OfRepository.Store(codec, finding);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{codec}, seed {seed}, block {trial.Block}: {finding.Detail}; {trial.Input.Length} bytes in {path}"));
        output.Flush();
        Environment.Exit(1);
    }

    private static string Line(params object[] columns) => string.Format(CultureInfo.InvariantCulture, Row, columns);
}
