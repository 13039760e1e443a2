using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace OpStack.P2P.Metrics;

/// <summary>
/// The instruments on one meter. A factory gives networks of one chain the same meter, and instruments on it live as long as it does: so
/// networks share them, and what they count adds up, and one that is made anew adds none. Any thread.
/// </summary>
internal sealed class MeterInstruments
{
    private static readonly ConditionalWeakTable<Meter, MeterInstruments> Known = [];

    private readonly Lock _gate = new();
    private readonly Dictionary<MetricDefinition, MetricHistogram> _histograms = [];
    private volatile MetricSource[] _sources = [];
    private readonly Instrument? _any;

    private MeterInstruments(Meter meter)
    {
        // The meter's tag stands on every measurement as well: of a meter's, readers make labels of other names, or none.
        KeyValuePair<string, object?>[] chain = [.. meter.Tags ?? []];
        foreach (MetricDefinition metric in MetricCatalog.All)
        {
            KeyValuePair<string, object?>[][] tags = metric.Tags(chain);
            switch (metric.Kind)
            {
                case MetricKind.Histogram:
                    InstrumentAdvice<double> advice = new() { HistogramBucketBoundaries = metric.Buckets };
                    _histograms[metric] = new MetricHistogram(
                        meter.CreateHistogram(metric.Name, metric.Unit, metric.Description, tags: null, advice), tags);
                    break;
                case MetricKind.Counter:
                    _any = meter.CreateObservableCounter(metric.Name, () => Observe(metric, tags), metric.Unit, metric.Description);
                    break;
                default:
                    _any = meter.CreateObservableGauge(metric.Name, () => Observe(metric, tags), metric.Unit, metric.Description);
                    break;
            }
        }
    }

    /// <summary>Whether anybody listens.</summary>
    public bool IsObserved => _any!.Enabled;

    /// <summary>Those of a meter, made when they are first asked for.</summary>
    public static MeterInstruments Of(Meter meter)
    {
        lock (Known)
        {
            if (!Known.TryGetValue(meter, out MeterInstruments? instruments))
            {
                Known.Add(meter, instruments = new MeterInstruments(meter));
            }

            return instruments;
        }
    }

    public MetricHistogram Histogram(MetricDefinition metric) => _histograms[metric];

    public void Add(MetricSource source)
    {
        lock (_gate)
        {
            _sources = [.. _sources, source];
        }
    }

    public void Remove(MetricSource source)
    {
        lock (_gate)
        {
            _sources = [.. _sources.Where(other => other != source)];
        }
    }

    private Measurement<long>[] Observe(MetricDefinition metric, KeyValuePair<string, object?>[][] tags)
    {
        long[] sums = new long[metric.SeriesCount];
        long[] values = new long[metric.SeriesCount];
        MetricSource[] sources = _sources;
        foreach (MetricSource source in sources)
        {
            Array.Clear(values);
            source.Read(metric, values);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] = metric.Kind == MetricKind.Latest ? Math.Max(sums[i], values[i]) : sums[i] + values[i];
            }
        }

        return sources.Length == 0 ? [] : [.. sums.Select((sum, i) => new Measurement<long>(sum, tags[i]))];
    }
}
