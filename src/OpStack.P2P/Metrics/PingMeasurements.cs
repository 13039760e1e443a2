using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Metrics;

/// <summary>What is measured of round trips. Any thread.</summary>
internal sealed class PingMeasurements
{
    private readonly MetricHistogram _roundTrips;
    private long _failures;

    public PingMeasurements(MetricSource source)
    {
        _roundTrips = source.Histogram(PeerMetrics.RoundTrip);
        source.Observe(PeerMetrics.PingFailures, () => Interlocked.Read(ref _failures));
    }

    public void Answered(TimeSpan roundTrip) => _roundTrips.Record(roundTrip.TotalSeconds);

    public void Failed() => Interlocked.Increment(ref _failures);
}
