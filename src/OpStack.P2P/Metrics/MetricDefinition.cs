namespace OpStack.P2P.Metrics;

/// <summary>
/// One metric: what docs/metrics.md says of it. Its series are all combinations of its labels' values, numbered with the last label fastest,
/// so that whoever fills it in names an index and can invent no label.
/// </summary>
internal sealed class MetricDefinition
{
    private MetricDefinition(MetricKind kind, string name, string unit, string description, double[]? buckets, MetricLabel[] labels)
    {
        Kind = kind;
        Name = "opstack.p2p." + name;
        Unit = unit;
        Description = description;
        Buckets = buckets ?? [];
        Labels = labels;
        SeriesCount = labels.Aggregate(1, (count, label) => count * label.Values.Count);
    }

    public MetricKind Kind { get; }

    /// <summary>The instrument's name.</summary>
    public string Name { get; }

    /// <summary>UCUM: s, By, or what is counted in braces.</summary>
    public string Unit { get; }

    public string Description { get; }

    /// <summary>Upper bounds of a histogram's buckets; empty for the other kinds.</summary>
    public IReadOnlyList<double> Buckets { get; }

    public IReadOnlyList<MetricLabel> Labels { get; }

    public int SeriesCount { get; }

    public static MetricDefinition Counter(string name, string unit, string description, params MetricLabel[] labels) =>
        new(MetricKind.Counter, name, unit, description, null, labels);

    public static MetricDefinition Gauge(string name, string unit, string description, params MetricLabel[] labels) =>
        new(MetricKind.Gauge, name, unit, description, null, labels);

    public static MetricDefinition Latest(string name, string unit, string description, params MetricLabel[] labels) =>
        new(MetricKind.Latest, name, unit, description, null, labels);

    public static MetricDefinition Histogram(string name, string unit, string description, double[] buckets, params MetricLabel[] labels) =>
        new(MetricKind.Histogram, name, unit, description, buckets, labels);

    /// <summary>The tags of every series, by index.</summary>
    /// <param name="common">Tags that all of them have besides.</param>
    public KeyValuePair<string, object?>[][] Tags(params KeyValuePair<string, object?>[] common) =>
        [.. Enumerable.Range(0, SeriesCount).Select(series => (KeyValuePair<string, object?>[])[.. TagsOf(series), .. common])];

    private KeyValuePair<string, object?>[] TagsOf(int series)
    {
        KeyValuePair<string, object?>[] tags = new KeyValuePair<string, object?>[Labels.Count];
        for (int i = tags.Length - 1; i >= 0; i--)
        {
            MetricLabel label = Labels[i];
            tags[i] = new(label.Name, label.Values[series % label.Values.Count]);
            series /= label.Values.Count;
        }

        return tags;
    }
}
