using System.Diagnostics.Metrics;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>A factory as a host's container has one: the same meter for the same name and tags, which ends with the factory.</summary>
internal sealed class TestMeterFactory : IMeterFactory
{
    private readonly Dictionary<string, Meter> _meters = [];

    public IReadOnlyCollection<Meter> Meters => _meters.Values;

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        string key = $"{options.Name}|{string.Join(",", options.Tags ?? [])}";
        if (!_meters.TryGetValue(key, out Meter? meter))
        {
            _meters[key] = meter = new Meter(options);
        }

        return meter;
    }

    public void Dispose()
    {
        foreach (Meter meter in _meters.Values)
        {
            meter.Dispose();
        }
    }
}
