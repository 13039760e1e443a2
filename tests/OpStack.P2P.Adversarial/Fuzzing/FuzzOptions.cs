using System.Globalization;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>What the fuzzer's command line says. Without a count and a time: <see cref="DefaultInputs"/> inputs per codec.</summary>
internal sealed record FuzzOptions
{
    private const long DefaultInputs = 1_000_000;

    public required IReadOnlyList<Func<FuzzCodec>> Codecs { get; init; }

    /// <summary>Inputs per codec; null for no bound but the time.</summary>
    public long? Inputs { get; init; }

    /// <summary>Of the whole run, shared evenly between the codecs; null for no bound but the count.</summary>
    public double? Minutes { get; init; }

    public int Seed { get; init; } = 1;

    public int Workers { get; init; } = Environment.ProcessorCount;

    public static bool TryParse(string[] arguments, out FuzzOptions options, out string fault)
    {
        options = new FuzzOptions { Codecs = AllCodecs.Factories };
        fault = "";
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || With(options, arguments[i], arguments[i + 1]) is not { } next)
            {
                fault = $"not understood: {arguments[i]}. {Usage}";
                return false;
            }

            options = next;
        }

        options = options is { Inputs: null, Minutes: null } ? options with { Inputs = DefaultInputs } : options;
        return true;
    }

    private static string Usage =>
        $"fuzz [--codec all|NAME,NAME] [--inputs N (per codec)] [--minutes N (in all)] [--seed S] [--workers N]; codecs: {string.Join(' ', AllCodecs.Names)}";

    private static FuzzOptions? With(FuzzOptions options, string name, string value)
    {
        NumberFormatInfo invariant = NumberFormatInfo.InvariantInfo;
        return name switch
        {
            "--codec" => AllCodecs.TryFind(value, out IReadOnlyList<Func<FuzzCodec>> codecs) ? options with { Codecs = codecs } : null,
            "--inputs" when long.TryParse(value, NumberStyles.None, invariant, out long inputs) => options with { Inputs = inputs },
            "--minutes" when double.TryParse(value, NumberStyles.AllowDecimalPoint, invariant, out double minutes) => options with { Minutes = minutes },
            "--seed" when int.TryParse(value, NumberStyles.None, invariant, out int seed) => options with { Seed = seed },
            "--workers" when int.TryParse(value, NumberStyles.None, invariant, out int workers) && workers > 0 => options with { Workers = workers },
            _ => null,
        };
    }
}
