using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace OpStack.P2P.Benchmarks;

/// <summary>Prints the table as it comes into being, or a JSON object per row.</summary>
internal sealed class Report(bool json, TextWriter output)
{
    private static readonly JsonSerializerOptions Compact = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static string Machine =>
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}, "
        + $"AVX2 {(Avx2.IsSupported ? "yes" : "no")}, AVX-512 {(Vector512.IsHardwareAccelerated ? "yes" : "no")}";

    public void Begin()
    {
        if (!json)
        {
            output.WriteLine(Machine);
            output.WriteLine();
            output.WriteLine("| row | reference | ours | reference's | ratio | middle half | target | verdict | allocated |");
            output.WriteLine("|---|---|--:|--:|--:|--:|---|---|--:|");
        }
    }

    public void Add(Result result)
    {
        Row row = result.Row;
        output.WriteLine(json ? Json(result)
            : result.Missing is { } missing ? $"| {row.Name} | {row.Reference} | | | | | {row.Target} | not measured: {missing} | |"
            : string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Reference} | {Figure(row, result.OursNanoseconds)} | {Figure(row, result.ReferenceNanoseconds)} | {row.Target.RatioOf(result.TimeRatio):G3} | {Quartiles(result)} | {row.Target} | {result.Verdict}{(result.IsMachineBusy ? ", machine busy" : "")} | {Allocation(result)} |"));
        output.Flush();
    }

    public void End(IReadOnlyCollection<Result> results)
    {
        if (!json)
        {
            output.WriteLine();
            output.WriteLine($"{results.Count(r => r.Verdict.StartsWith("met", StringComparison.Ordinal))} met, {results.Count(r => r.Verdict.StartsWith("MISSED", StringComparison.Ordinal))} missed, {results.Count(r => r.Missing is not null)} not measured");
            output.WriteLine("Medians of interleaved rounds, of the ratios too; processor time of the thread, or for rows on two cores wall time, without the rounds in which others had one of them.");
            output.WriteLine("Rows with processes: wall time, on the clock that all processes share, or where the row says so processor time, memory or share of a core.");
        }
    }

    private static string Json(Result result) => JsonSerializer.Serialize(
        new
        {
            row = result.Row.Name,
            reference = result.Row.Reference,
            unit = result.Row.Unit.ToString(),
            ours = Rounded(result.OursNanoseconds),
            referenceFigure = Rounded(result.ReferenceNanoseconds),
            ratio = result.Missing is null ? Rounded(result.Row.Target.RatioOf(result.TimeRatio)) : null,
            middleHalf = result.Missing is null ? MiddleHalf(result).Select(Rounded) : null,
            rounds = result.Rounds,
            target = result.Row.Target.ToString(),
            verdict = result.Verdict,
            machineBusy = result.IsMachineBusy,
            allocatedBytes = result.Allocated,
            allowedBytes = result.MaxAllocated,
            missing = result.Missing,
            machine = Machine,
        },
        Compact);

    private static double? Rounded(double figure) => figure == 0 ? null : Math.Round(figure, 4);

    private static string Quartiles(Result result)
    {
        double[] ratios = MiddleHalf(result);
        return string.Create(CultureInfo.InvariantCulture, $"{ratios[0]:G3}-{ratios[1]:G3}");
    }

    /// <summary>A speed is the inverse of a time, so its quartiles change places.</summary>
    private static double[] MiddleHalf(Result result) => [.. new[] { result.Quartiles.Lower, result.Quartiles.Upper }.Select(result.Row.Target.RatioOf).Order()];

    private static string Allocation(Result result) =>
        result.Allocated is { } bytes ? $"{bytes}{(result.MaxAllocated is { } most ? $" of {most}" : "")} B" : "";

    private static string Figure(Row row, double value) => row.Unit switch
    {
        Unit.Bytes => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:F1} MB"),
        Unit.CoreShare => string.Create(CultureInfo.InvariantCulture, $"{value * 100:F2} %"),
        _ => Time(value),
    };

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e4 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:F0} ns"),
        < 1e7 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:F1} us"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:F1} ms"),
    };
}
