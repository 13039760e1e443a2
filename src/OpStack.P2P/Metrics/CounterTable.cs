namespace OpStack.P2P.Metrics;

/// <summary>The counters of one metric, by index of its series. Any thread.</summary>
internal sealed class CounterTable(MetricDefinition metric)
{
    private readonly long[] _counts = new long[metric.SeriesCount];

    public void Add(int series) => Interlocked.Increment(ref _counts[series]);

    public void Read(Span<long> values)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            values[i] = Interlocked.Read(ref _counts[i]);
        }
    }
}
