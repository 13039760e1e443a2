namespace OpStack.P2P.Adversarial.NodeCases.Soak;

/// <summary>A line of least squares.</summary>
/// <param name="PerMinute">Its slope.</param>
/// <param name="Minutes">From the first to the last point.</param>
internal readonly record struct Slope(double PerMinute, double Minutes)
{
    /// <summary>What it rises by from the first to the last point.</summary>
    public double Growth => PerMinute * Minutes;

    /// <param name="points">Minutes and values; at least two different minutes.</param>
    public static Slope Of(IReadOnlyList<(double Minute, double Value)> points)
    {
        double meanMinute = points.Average(point => point.Minute);
        double meanValue = points.Average(point => point.Value);
        double covariance = points.Sum(point => (point.Minute - meanMinute) * (point.Value - meanValue));
        double variance = points.Sum(point => (point.Minute - meanMinute) * (point.Minute - meanMinute));
        return variance == 0
            ? throw new ArgumentException("A line needs two points.", nameof(points))
            : new Slope(covariance / variance, points[^1].Minute - points[0].Minute);
    }
}
