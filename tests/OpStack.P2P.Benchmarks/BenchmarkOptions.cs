using System.Globalization;

namespace OpStack.P2P.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Filter">Rows whose name contains this, in any case; empty for all.</param>
/// <param name="Seconds">Processor time spent on each row.</param>
/// <param name="Json">One JSON object per row instead of the table.</param>
internal sealed record BenchmarkOptions(string Filter = "", double Seconds = 2, bool Json = false)
{
    private const string Usage = "Usage: [--filter NAME] [--seconds N] [--json] | --micro [arguments of BenchmarkDotNet]";

    public static bool TryParse(ReadOnlySpan<string> args, out BenchmarkOptions options, out string error)
    {
        options = new BenchmarkOptions();
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
                    options = options with { Filter = filter };
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
