using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Soak;

/// <summary>
/// How much one figure may rise over the second half of a soak, along its line of least squares and at its floor: an allowance for noise, whatever
/// the length, and so much per hour.
/// </summary>
/// <param name="Name">The column.</param>
/// <param name="Value">The figure, in the column's unit.</param>
/// <param name="Allowance">Noise: what a run without a leak may show by chance.</param>
/// <param name="PerHour">Beyond that.</param>
internal sealed record SoakLimit(string Name, Func<VictimFigures, double> Value, double Allowance, double PerHour)
{
    private const double Megabyte = 1e6;

    /// <summary>
    /// The first half is warm-up: code is compiled in tiers, pools fill, caches with a lifetime of a minute (seen messages) or of twenty (scores of
    /// peers that are gone) come to their level. The allowances are those of docs/soak.md, which says what each is made of.
    /// </summary>
    public static IReadOnlyList<SoakLimit> All { get; } =
    [
        new("RSS MB", figures => figures.ResidentSet / Megabyte, Allowance: 12, PerHour: 1),
        new("heap MB", figures => figures.Heap / Megabyte, Allowance: 2, PerHour: 0.5),
        new("handles", figures => figures.Descriptors, Allowance: 12, PerHour: 0),
        new("tasks", figures => figures.Tasks, Allowance: 36, PerHour: 0),
        new("timers", figures => figures.Timers, Allowance: 24, PerHour: 0),
        new("threads", figures => figures.Threads, Allowance: 8, PerHour: 0),
    ];

    /// <summary>The line through the second half of the rows.</summary>
    public Slope Fit(IReadOnlyList<(double Minute, VictimFigures Figures)> rows) =>
        Slope.Of([.. rows.Skip(rows.Count / 2).Select(row => (row.Minute, Value(row.Figures)))]);

    /// <summary>
    /// What the least value of a quarter rises by over the second half, as the last two quarters tell it. An attack may leave something behind for a
    /// minute or two that tilts the line down and would hide a leak; the least values do not know of it.
    /// </summary>
    public double FloorRise(IReadOnlyList<(double Minute, VictimFigures Figures)> rows)
    {
        int quarter = rows.Count / 4;
        return 2 * (rows.TakeLast(quarter).Min(row => Value(row.Figures)) - rows.SkipLast(quarter).TakeLast(quarter).Min(row => Value(row.Figures)));
    }

    /// <summary>What either may rise by.</summary>
    public double MostOver(Slope slope) => Allowance + (PerHour * slope.Minutes / 60);

    /// <summary>What is wrong with these rows, four at least; null for nothing.</summary>
    public string? Judge(IReadOnlyList<(double Minute, VictimFigures Figures)> rows)
    {
        Slope slope = Fit(rows);
        (double rise, double most) = (Math.Max(slope.Growth, FloorRise(rows)), MostOver(slope));
        return rise > most ? FormattableString.Invariant($"{Name} rises by {rise:F1} in {slope.Minutes:F1} minutes, at most {most:F1}") : null;
    }
}
