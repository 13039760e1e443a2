using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace OpStack.P2P.Metrics;

/// <summary>
/// What one network measures: rooms say here how their counters are read. After disposal nothing of the network is read or held any more. Any
/// thread.
/// </summary>
internal sealed class MetricSource : IDisposable
{
    private readonly ConcurrentDictionary<MetricDefinition, MetricReader> _readers = new();
    private readonly MeterInstruments _instruments;
    private readonly Meter? _own;

    /// <param name="factory">Gives the meter, and owns it; null for one of our own.</param>
    /// <param name="chainId">The L2 chain id.</param>
    public MetricSource(IMeterFactory? factory, ulong chainId)
    {
        MeterOptions options = new(MetricCatalog.MeterName)
        {
            Tags = [new(MetricCatalog.ChainTag, chainId.ToString(CultureInfo.InvariantCulture))],
        };
        Meter = factory?.Create(options) ?? (_own = new Meter(options));
        _instruments = MeterInstruments.Of(Meter);
        _instruments.Add(this);
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>Whether anybody listens: what only metrics need may be left out otherwise.</summary>
    public bool IsObserved => _instruments.IsObserved;

    /// <summary>Says how a counter or gauge is read; the last to say so counts.</summary>
    public void Observe(MetricDefinition metric, MetricReader reader) => _readers[metric] = reader;

    /// <summary>The same for a metric of one series.</summary>
    public void Observe(MetricDefinition metric, Func<long> reader) => Observe(metric, values => values[0] = reader());

    public MetricHistogram Histogram(MetricDefinition metric) => _instruments.Histogram(metric);

    /// <summary>Fills in the values of a metric, as far as there are any.</summary>
    public void Read(MetricDefinition metric, Span<long> values)
    {
        if (_readers.TryGetValue(metric, out MetricReader? reader))
        {
            reader(values);
        }
    }

    public void Dispose()
    {
        _instruments.Remove(this);
        _readers.Clear();
        _own?.Dispose();
    }
}
