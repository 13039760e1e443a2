using System.Globalization;

namespace OpStack.P2P.Adversarial.NodeCases.Soak;

/// <summary>What the command line of a soak says.</summary>
internal sealed record SoakOptions
{
    public double Minutes { get; init; } = 20;

    /// <summary>Honest peers, the sequencer among them; at least 2.</summary>
    public int Peers { get; init; } = 30;

    /// <summary>Seconds from row to row; an attack in each.</summary>
    public double Interval { get; init; } = 60;

    public TimeSpan RowInterval => TimeSpan.FromSeconds(Interval);

    /// <summary>One attack, from a third of each interval to half of it.</summary>
    public TimeSpan AttackDelay => RowInterval / 3;

    public TimeSpan AttackDuration => RowInterval / 6;

    /// <summary>From one peer that goes, with another one that comes, to the next.</summary>
    public TimeSpan ChurnInterval => RowInterval / 6;

    public int Rows => Math.Max(4, (int)Math.Round(Minutes * 60 / Interval));

    public static bool TryParse(string[] arguments, out SoakOptions options, out string fault)
    {
        options = new SoakOptions();
        fault = "";
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || With(options, arguments[i], arguments[i + 1]) is not { } next)
            {
                fault = $"not understood: {arguments[i]}. soak [--minutes N] [--peers N] [--interval SECONDS]";
                return false;
            }

            options = next;
        }

        return true;
    }

    private static SoakOptions? With(SoakOptions options, string name, string value)
    {
        NumberFormatInfo invariant = NumberFormatInfo.InvariantInfo;
        return name switch
        {
            "--minutes" when double.TryParse(value, NumberStyles.AllowDecimalPoint, invariant, out double minutes) && minutes > 0 => options with { Minutes = minutes },
            "--peers" when int.TryParse(value, NumberStyles.None, invariant, out int peers) && peers >= 2 => options with { Peers = peers },
            "--interval" when double.TryParse(value, NumberStyles.AllowDecimalPoint, invariant, out double interval) && interval > 0 => options with { Interval = interval },
            _ => null,
        };
    }
}
