using System.Buffers;

namespace OpStack.P2P.Metrics.Prometheus;

/// <summary>Everything of one name: what equal series of several instruments have together. Made for one collection.</summary>
internal sealed class PrometheusFamily(InstrumentSeries first)
{
    private readonly SortedDictionary<string, Sample> _samples = new(StringComparer.Ordinal);

    public string Name => first.Name;

    /// <summary>Whether an instrument of the same name is of the same type.</summary>
    public bool Fits(InstrumentSeries other) => TypeOf(first.Kind) == TypeOf(other.Kind);

    public void Add(string labels, double value, long[] buckets, double[] bounds, bool isLatest)
    {
        if (!_samples.TryGetValue(labels, out Sample? sample))
        {
            _samples.Add(labels, new Sample([.. buckets], bounds) { Value = value });
        }
        else if (sample.Bounds.AsSpan().SequenceEqual(bounds))
        {
            sample.Value = isLatest ? Math.Max(sample.Value, value) : sample.Value + value;
            for (int i = 0; i < buckets.Length; i++)
            {
                sample.Buckets[i] += buckets[i];
            }
        }
    }

    /// <summary>Writes nothing when there are no series: an instrument that is there and silent has none.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        if (_samples.Count == 0)
        {
            return;
        }

        PrometheusLines lines = new(output);
        lines.Comment("HELP", Name, first.Help);
        lines.Comment("TYPE", Name, TypeOf(first.Kind));
        foreach ((string labels, Sample sample) in _samples)
        {
            if (first.Kind == SeriesKind.Histogram)
            {
                WriteHistogram(lines, labels, sample);
            }
            else
            {
                lines.Sample(Name, "", labels, sample.Value);
            }
        }
    }

    private void WriteHistogram(PrometheusLines lines, string labels, Sample sample)
    {
        long count = 0;
        string before = labels.Length > 0 ? labels + "," : "";
        for (int i = 0; i < sample.Buckets.Length; i++)
        {
            count += sample.Buckets[i];
            string bound = i < sample.Bounds.Length ? PrometheusLines.TextOf(sample.Bounds[i]) : "+Inf";
            lines.Sample(Name, "_bucket", $"{before}le=\"{bound}\"", count);
        }

        lines.Sample(Name, "_sum", labels, sample.Value);
        lines.Sample(Name, "_count", labels, count);
    }

    private static string TypeOf(SeriesKind kind) => kind switch
    {
        SeriesKind.Histogram => "histogram",
        SeriesKind.Total => "counter",
        _ => "gauge",
    };

    private sealed class Sample(long[] buckets, double[] bounds)
    {
        public long[] Buckets => buckets;

        public double[] Bounds => bounds;

        public double Value { get; set; }
    }
}
