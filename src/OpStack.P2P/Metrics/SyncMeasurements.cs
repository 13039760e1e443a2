using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Metrics;

/// <summary>What is measured of requests by number, those we make and those we serve. Any thread.</summary>
internal sealed class SyncMeasurements
{
    /// <summary>An outcome that only a server has: the peer asked too fast.</summary>
    public const int Throttled = 17;

    private readonly CounterTable _requests = new(SyncMetrics.Requests);
    private readonly MetricHistogram _durations;

    public SyncMeasurements(MetricSource source)
    {
        _durations = source.Histogram(SyncMetrics.Duration);
        source.Observe(SyncMetrics.Requests, _requests.Read);
    }

    /// <summary>A request of ours ended.</summary>
    /// <param name="outcome">Of SyncFault.</param>
    /// <param name="time">How long it took.</param>
    public void Asked(int outcome, TimeSpan time) => Ended(outcome, time);

    /// <summary>A request of a peer ended.</summary>
    /// <param name="outcome">Of SyncFault, or <see cref="Throttled"/>.</param>
    /// <param name="time">How long it took.</param>
    public void Served(int outcome, TimeSpan time) => Ended(SyncMetrics.Outcome.Values.Count + outcome, time);

    private void Ended(int series, TimeSpan time)
    {
        _requests.Add(series);
        _durations.Record(time.TotalSeconds, series);
    }
}
