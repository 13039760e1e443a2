using System.Net;

namespace OpStack.Libp2p.Nat.NatPmp;

/// <summary>Asks a gateway by NAT-PMP. Every mapping and renewal asks for the external address as well: it changes unannounced.</summary>
/// <param name="server">The gateway's NAT-PMP port.</param>
/// <param name="time">Clock and timers.</param>
internal sealed class NatPmpClient(IPEndPoint server, TimeProvider time) : IPortMappingClient
{
    private readonly DatagramQuestion _question = new(time);
    private readonly GatewayEpoch _epoch = new();
    private readonly HashSet<PortToMap> _asked = [];

    public async Task<MapOutcome> MapAsync(PortToMap port, TimeSpan lifetime, IPEndPoint? current, CancellationToken cancellationToken)
    {
        NatPmpAddressAnswer? address = await _question
            .AskAsync<NatPmpAddressAnswer>(server, _ => NatPmpMessage.WriteAddress(), NatPmpMessage.TryReadAddress, cancellationToken)
            .ConfigureAwait(false);
        if (address is null)
        {
            return new MapOutcome.NoAnswer("no answer");
        }

        bool lost = HasLostState(address.Epoch);
        if (address.Address is null || address.Address.Equals(IPAddress.Any))
        {
            return address.Result == NatPmpResult.UnsupportedVersion
                ? new MapOutcome.NoAnswer("not spoken")
                : new MapOutcome.Refused($"no external address: {address.Result}") { HasLostState = lost };
        }

        _asked.Add(port);
        NatPmpMapAnswer? map = await AskMapAsync(port, lifetime, current?.Port ?? port.WantedExternalPort, cancellationToken).ConfigureAwait(false);
        lost |= map is not null && HasLostState(map.Epoch);
        return Judge(map, address.Address) with { HasLostState = lost };
    }

    public async Task UnmapAsync(PortToMap port, CancellationToken cancellationToken)
    {
        if (_asked.Contains(port))
        {
            await AskMapAsync(port, TimeSpan.Zero, externalPort: 0, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        // A socket lives no longer than its question.
    }

    private static MapOutcome Judge(NatPmpMapAnswer? map, IPAddress address) => map switch
    {
        null => new MapOutcome.NoAnswer("no answer"),
        { Result: NatPmpResult.Success, ExternalPort: > 0 } when map.Lifetime > TimeSpan.Zero =>
            new MapOutcome.Granted(new IPEndPoint(address, map.ExternalPort), map.Lifetime),
        { Result: NatPmpResult.Success } => new MapOutcome.Refused("granted without port or time"),
        _ => new MapOutcome.Refused($"refused: {map.Result}"),
    };

    private bool HasLostState(uint epoch) => _epoch.HasLostState(epoch, time.GetElapsedTime(0));

    private Task<NatPmpMapAnswer?> AskMapAsync(PortToMap port, TimeSpan lifetime, int externalPort, CancellationToken cancellationToken) =>
        _question.AskAsync(
            server,
            _ => NatPmpMessage.WriteMap(port, lifetime, externalPort),
            (ReadOnlySpan<byte> datagram, out NatPmpMapAnswer answer) => NatPmpMessage.TryReadMap(datagram, port, out answer),
            cancellationToken);
}
