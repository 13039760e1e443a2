using System.Globalization;

namespace OpStack.P2P.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Filters">Rows whose name contains one of these, in any case; empty for all.</param>
/// <param name="Seconds">Processor time spent on each row.</param>
/// <param name="Json">One JSON object per row instead of the table.</param>
internal sealed record BenchmarkOptions(IReadOnlyList<string> Filters, double Seconds = 2, bool Json = false)
{
    private const string Usage = "Usage: [--filter NAME]... [--seconds N] [--json] | --micro [arguments of BenchmarkDotNet]";

    public bool Includes(Row row) =>
        Filters.Count == 0 || Filters.Any(filter => row.Name.Contains(filter, StringComparison.OrdinalIgnoreCase));

    public static bool TryParse(ReadOnlySpan<string> args, out BenchmarkOptions options, out string error)
    {
        options = new BenchmarkOptions([]);
        error = "";
        while (args is [string name, ..])
        {
            int used = 2;
            switch (args)
            {
                case ["--json", ..]:
                    options = options with { Json = true };
                    used = 1;
                    break;
                case ["--filter", string filter, ..]:
                    options = options with { Filters = [.. options.Filters, filter] };
                    break;
                case ["--seconds", string text, ..] when double.TryParse(text, CultureInfo.InvariantCulture, out double seconds) && seconds > 0:
                    options = options with { Seconds = seconds };
                    break;
                default:
                    error = $"{name} is not understood. {Usage}";
                    return false;
            }

            args = args[used..];
        }

        return true;
    }
}
