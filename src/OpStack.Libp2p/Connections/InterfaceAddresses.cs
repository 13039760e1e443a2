using System.Net;
using System.Net.NetworkInformation;

namespace OpStack.Libp2p.Connections;

/// <summary>
/// The addresses of the machine's interfaces, loopback last. Remembered for a while: listing them takes a millisecond, and any peer makes
/// us tell them as often as it asks who we are.
/// </summary>
/// <param name="time">The clock of the remembering.</param>
/// <param name="list">Stands in for the system in tests.</param>
internal sealed class InterfaceAddresses(TimeProvider time, Func<IPAddress[]>? list = null)
{
    private readonly Lock _gate = new();
    private readonly Func<IPAddress[]> _list = list ?? List;
    private IPAddress[]? _addresses;
    private long _listedAt;

    /// <summary>The addresses, at most <see cref="SwarmLimits.InterfaceRefresh"/> old. Any thread.</summary>
    public IReadOnlyList<IPAddress> Current
    {
        get
        {
            lock (_gate)
            {
                if (_addresses is null || time.GetElapsedTime(_listedAt) >= SwarmLimits.InterfaceRefresh)
                {
                    _addresses = _list();
                    _listedAt = time.GetTimestamp();
                }

                return _addresses;
            }
        }
    }

    private static IPAddress[] List() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses.Select(u => u.Address))
            .Where(a => !a.IsIPv6LinkLocal)
            .OrderBy(IPAddress.IsLoopback),
    ];
}
