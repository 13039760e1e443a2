using System.Collections.Concurrent;

namespace OpStack.Libp2p.Connections.Accounting;

/// <summary>
/// Bytes by protocol. Only protocols that were agreed on get here, which are those we serve or ask for: a peer cannot add to them. Any
/// thread.
/// </summary>
internal sealed class ProtocolMeters
{
    private readonly ConcurrentDictionary<string, TrafficMeter> _meters = new(concurrencyLevel: 1, capacity: 7, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Traffic> Totals => _meters.ToDictionary(m => m.Key, m => m.Value.Total, StringComparer.Ordinal);

    public TrafficMeter Of(string protocol) => _meters.GetOrAdd(protocol, static _ => new TrafficMeter());
}
