using System.Diagnostics.Metrics;

namespace OpStack.P2P.Metrics.Prometheus;

/// <summary>The series of one instrument. Any thread; recording to a series that is there allocates nothing.</summary>
internal sealed class InstrumentSeries
{
    private readonly Lock _gate = new();
    private readonly KeyValuePair<string, object?>[] _meterTags;
    private readonly Func<bool> _mayAdd;
    private readonly double[] _bounds;
    private readonly List<Series> _series = [];
    private long _collection;

    /// <param name="instrument">The instrument.</param>
    /// <param name="kind">How its measurements count.</param>
    /// <param name="mayAdd">Takes a place for one more series; false when there is none.</param>
    public InstrumentSeries(Instrument instrument, SeriesKind kind, Func<bool> mayAdd)
    {
        Kind = kind;
        Name = PrometheusNames.OfMetric(instrument.Name, instrument.Unit, kind == SeriesKind.Total);
        Help = PrometheusNames.EscapeHelp(instrument.Description ?? "");
        IsLatest = MetricCatalog.All.Any(metric => metric.Name == instrument.Name && metric.Kind == MetricKind.Latest);
        _meterTags = [.. instrument.Meter.Tags ?? []];
        _mayAdd = mayAdd;
        _bounds = [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []];
    }

    public SeriesKind Kind { get; }

    public string Name { get; }

    public string Help { get; }

    /// <summary>Of equal series of several instruments the greatest counts, and not their sum.</summary>
    public bool IsLatest { get; }

    /// <summary>Places its series hold.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _series.Count;
            }
        }
    }

    /// <summary>A collection begins: what an observable instrument does not report from here on is gone.</summary>
    public void BeginCollection()
    {
        lock (_gate)
        {
            _collection++;
        }
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            if (Find(tags) is not { } series)
            {
                return;
            }

            series.Collection = _collection;
            if (Kind == SeriesKind.Histogram)
            {
                int bucket = 0;
                while (bucket < _bounds.Length && value > _bounds[bucket])
                {
                    bucket++;
                }

                series.Buckets[bucket]++;
            }

            series.Value = Kind == SeriesKind.Histogram ? series.Value + value : value;
        }
    }

    /// <summary>Copies what is to be written.</summary>
    public void CopyTo(PrometheusFamily family)
    {
        lock (_gate)
        {
            foreach (Series series in _series)
            {
                if (series.Collection == _collection || Kind == SeriesKind.Histogram)
                {
                    family.Add(series.Labels, series.Value, series.Buckets, _bounds, IsLatest);
                }
            }
        }
    }

    /// <summary>A series that was there keeps its place; there are few, and the first usually fits.</summary>
    private Series? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (Series series in _series)
        {
            if (Matches(series.Tags, tags))
            {
                return series;
            }
        }

        if (!_mayAdd())
        {
            return null;
        }

        KeyValuePair<string, object?>[] own = tags.ToArray();
        Series added = new(own, PrometheusNames.OfLabels([.. _meterTags, .. own]), Kind == SeriesKind.Histogram ? new long[_bounds.Length + 1] : []);
        _series.Add(added);
        return added;
    }

    private static bool Matches(KeyValuePair<string, object?>[] known, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (known.Length != tags.Length)
        {
            return false;
        }

        for (int i = 0; i < known.Length; i++)
        {
            if (known[i].Key != tags[i].Key || !Equals(known[i].Value, tags[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Series(KeyValuePair<string, object?>[] tags, string labels, long[] buckets)
    {
        public KeyValuePair<string, object?>[] Tags => tags;

        public string Labels => labels;

        public long[] Buckets => buckets;

        public double Value { get; set; }

        public long Collection { get; set; }
    }
}
