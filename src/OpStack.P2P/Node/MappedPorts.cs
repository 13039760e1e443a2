using System.Net;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat;
using OpStack.P2P.Discovery;

namespace OpStack.P2P.Node;

/// <summary>
/// Tells peers where the router lets them in: by identify, and by our record. Only addresses of the open internet are told, as long as they are
/// mapped; a renewal that changes none of them tells nobody anything.
/// </summary>
/// <param name="mapper">What the router maps.</param>
/// <param name="host">Tells peers by identify.</param>
/// <param name="discovery">Tells them by our record; null where that is off or has an address given by the host.</param>
/// <param name="config">Whose advertised ports the record keeps.</param>
/// <param name="board">Told of faults.</param>
/// <param name="logger">Told of changes.</param>
internal sealed class MappedPorts(
    PortMapper mapper, Swarm host, DiscoverySupervisor? discovery, NetworkConfig config, PartBoard board, ILogger logger)
{
    private IPEndPoint? _tcp;
    private IPEndPoint? _udp;
    private string? _fault;

    /// <summary>Follows the mapper until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken stopped)
    {
        PortMapperSnapshot seen = mapper.Current;
        while (true)
        {
            Report(seen);
            await TellAsync(PublicOf(seen, TransportProtocol.Tcp), PublicOf(seen, TransportProtocol.Udp), stopped).ConfigureAwait(false);
            seen = await mapper.WaitForChangeAsync(seen, stopped).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(IPEndPoint? tcp, IPEndPoint? udp, CancellationToken stopped)
    {
        if (Equals(tcp, _tcp) && Equals(udp, _udp))
        {
            return;
        }

        host.SetExternalAddresses(tcp is null ? [] : [Multiaddr.FromTcpEndPoint(tcp)]);
        if (discovery is not null)
        {
            await discovery.AdvertiseAsync(RecordOf(tcp, udp), stopped).ConfigureAwait(false);
        }

        // Last: what failed on the way is told again.
        (_tcp, _udp) = (tcp, udp);
        logger.ReachedAt(tcp, udp);
    }

    /// <summary>
    /// A record has room for one address. Where the two differ it is that of libp2p, and the other follows: the mapper learns of the router's new
    /// address for one port after the other.
    /// </summary>
    private MappedAddress? RecordOf(IPEndPoint? tcp, IPEndPoint? udp) => (tcp ?? udp)?.Address is not { } ip ? null : new MappedAddress(
        ip, config.AdvertiseTcpPort == 0 ? tcp?.Port : null, config.AdvertiseUdpPort == 0 ? udp?.Port : null);

    /// <summary>Once for each fault: the mapper tries again and again.</summary>
    private void Report(PortMapperSnapshot snapshot)
    {
        string? fault = snapshot.Fault ?? (snapshot.Mappings.FirstOrDefault(mapping => !mapping.IsPublic) is { } hidden
            ? $"{hidden.External.Address} is no address of the open internet: there is another NAT behind the router"
            : null);
        if (fault is null && snapshot.Mappings.Count == 0)
        {
            return; // It looks for the router, for the first time or again.
        }

        if (fault is null)
        {
            board.Set(NetworkPart.Nat, PartState.Running);
        }
        else if (fault != _fault)
        {
            board.Fail(NetworkPart.Nat, fault);
        }

        _fault = fault;
    }

    private static IPEndPoint? PublicOf(PortMapperSnapshot snapshot, TransportProtocol protocol) =>
        snapshot.Mappings.FirstOrDefault(mapping => mapping.Port.Protocol == protocol && mapping.IsPublic)?.External;
}
