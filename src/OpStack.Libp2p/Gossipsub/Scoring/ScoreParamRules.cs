using System.Diagnostics.CodeAnalysis;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>Checks of score parameters; each failure is an <see cref="ArgumentException"/> that names the field.</summary>
internal static class ScoreParamRules
{
    // Bounds every sum of times far from overflow.
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(30);

    public static void NotPositive(double value, string name) =>
        Require(value <= 0 && double.IsFinite(value), name, "must be a number of at most 0");

    public static void NotNegative(double value, string name) => Require(value >= 0 && double.IsFinite(value), name, "must be a number of at least 0");

    public static void Positive(double value, string name) => Require(value > 0 && double.IsFinite(value), name, "must be a number above 0");

    public static void Fraction(double value, string name) => Require(value is > 0 and < 1, name, "must be above 0 and below 1");

    public static void Time(TimeSpan value, TimeSpan least, string name) =>
        Require(value >= least && value <= MaxTime, name, $"must be {least} to {MaxTime}");

    public static void Require([DoesNotReturnIf(false)] bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} {rule}.", name);
        }
    }
}
