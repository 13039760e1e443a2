using System.Diagnostics.Metrics;

namespace OpStack.P2P.Metrics;

/// <summary>A histogram whose series have an index. Recording allocates nothing. Any thread.</summary>
/// <param name="instrument">The instrument.</param>
/// <param name="tags">The tags of its series.</param>
internal sealed class MetricHistogram(Histogram<double> instrument, KeyValuePair<string, object?>[][] tags)
{
    /// <summary>Whether anybody listens: measuring may be left out otherwise.</summary>
    public bool IsEnabled => instrument.Enabled;

    public void Record(double value, int series = 0) => instrument.Record(value, tags[series]);
}
