namespace OpStack.P2P.Metrics;

/// <summary>Bounds of what metrics hold.</summary>
internal static class MetricLimits
{
    /// <summary>
    /// Series that one <see cref="PrometheusText"/> holds. Own choice: four times what all networks of one chain have, for their labels are closed
    /// sets; it bounds what a host's own instruments on a meter of our name could bring.
    /// </summary>
    public const int MaxSeries = 4_096;
}
