using System.Buffers;
using System.Diagnostics.Metrics;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Prometheus;

namespace OpStack.P2P;

/// <summary>
/// The metrics of this library (docs/metrics.md) in Prometheus' text format 0.0.4, for an endpoint that is scraped. Listens to meters named
/// <c>OpStack.P2P</c> from its construction on: histograms begin then. Series of several networks of one chain are one, which has their sum.
/// Names are those that OpenTelemetry's exporter gives. Any thread.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    /// <summary>The content type of what <see cref="Write"/> writes.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly IMeterFactory? _factory;
    private readonly Lock _gate = new();

    // Two collections at once would take each other's values for gone. No lock of ours is held where instruments are read but this one.
    private readonly Lock _collecting = new();
    private readonly List<InstrumentSeries> _instruments = [];
    private int _series;
    private long _dropped;

    /// <summary>Begins to listen.</summary>
    /// <param name="factory">Whose meters are listened to; null for all of the process.</param>
    public PrometheusText(IMeterFactory? factory = null)
    {
        _factory = factory;
        _listener.InstrumentPublished = OnPublished;
        _listener.MeasurementsCompleted = OnCompleted;
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((InstrumentSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((InstrumentSeries)state!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Measurements left out because 4,096 series are held; none of this library's own.</summary>
    public long DroppedMeasurements => Interlocked.Read(ref _dropped);

    /// <summary>Collects, and writes everything there is: UTF-8, each family once, HELP and TYPE before its series.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        SortedDictionary<string, PrometheusFamily> families = new(StringComparer.Ordinal);
        lock (_collecting)
        {
            foreach (InstrumentSeries instrument in Instruments())
            {
                instrument.BeginCollection();
            }

            _listener.RecordObservableInstruments();
            foreach (InstrumentSeries instrument in Instruments())
            {
                if (!families.TryGetValue(instrument.Name, out PrometheusFamily? family))
                {
                    families.Add(instrument.Name, family = new PrometheusFamily(instrument));
                }

                if (family.Fits(instrument))
                {
                    instrument.CopyTo(family);
                }
            }
        }

        foreach (PrometheusFamily family in families.Values)
        {
            family.Write(output);
        }
    }

    /// <summary>Ends the listening.</summary>
    public void Dispose() => _listener.Dispose();

    private InstrumentSeries[] Instruments()
    {
        lock (_gate)
        {
            return [.. _instruments];
        }
    }

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name != MetricCatalog.MeterName
            || (_factory is not null && instrument.Meter.Scope != _factory)
            || KindOf(instrument) is not { } kind)
        {
            return;
        }

        InstrumentSeries series = new(instrument, kind, TakePlace);
        lock (_gate)
        {
            _instruments.Add(series);
        }

        listener.EnableMeasurementEvents(instrument, series);
    }

    private void OnCompleted(Instrument instrument, object? state)
    {
        if (state is InstrumentSeries series)
        {
            lock (_gate)
            {
                _instruments.Remove(series);
            }

            Interlocked.Add(ref _series, -series.Count);
        }
    }

    private bool TakePlace()
    {
        if (Interlocked.Increment(ref _series) <= MetricLimits.MaxSeries)
        {
            return true;
        }

        Interlocked.Decrement(ref _series);
        Interlocked.Increment(ref _dropped);
        return false;
    }

    private static SeriesKind? KindOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => SeriesKind.Histogram,
        ObservableCounter<long> => SeriesKind.Total,
        ObservableGauge<long> => SeriesKind.Gauge,
        _ => null, // None of this library's.
    };
}
