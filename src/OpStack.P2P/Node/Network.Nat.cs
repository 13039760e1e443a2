using System.Net;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.AutoNat;
using OpStack.P2P.Node;

namespace OpStack.P2P;

/// <summary>Being reached from outside, and telling peers whether they can be (op-node --p2p.nat).</summary>
public sealed partial class Network
{
    /// <summary>Before we listen: the first identify answer must list the protocol already.</summary>
    private void StartAutoNat()
    {
        if (_config.Nat)
        {
            AutoNatService service = new(_gossip.Host, _config.AutoNat, _time, _loggers);
            _stops.Push((NetworkPart.Nat, service.DisposeAsync));
            service.Start();
        }
    }

    /// <summary>When the ports are bound. It runs beside the network, which waits for no router.</summary>
    private void StartPortMapping(Multiaddr listening, DiscoverySupervisor? discovery)
    {
        if (!_config.Nat || !listening.TryGetTcpEndPoint(out IPEndPoint? tcp))
        {
            return;
        }

        List<PortToMap> ports = [new PortToMap(TransportProtocol.Tcp, tcp.Port) { PreferredExternalPort = _config.AdvertiseTcpPort }];
        if (discovery?.Handler is { } handler)
        {
            ports.Add(new PortToMap(TransportProtocol.Udp, handler.LocalEndPoints[0].Port) { PreferredExternalPort = _config.AdvertiseUdpPort });
        }

        IPAddress? bound = _config.ListenIp.Equals(IPAddress.Any) ? null : _config.ListenIp;
        PortMapper mapper = _createMapper(ports, _config.PortMapping with { LocalAddress = bound });
        _stops.Push((NetworkPart.Nat, mapper.DisposeAsync));
        mapper.Start();
        _board.Set(NetworkPart.Nat, PartState.Running);
        bool isRecordGiven = _config.AdvertiseIp is not null || _config.DiscoveryOptions.StaticIp;
        MappedPorts mapped = new(mapper, _gossip.Host, isRecordGiven ? null : discovery, _config, _board, _logger);
        Run(NetworkPart.Nat, mapped.FollowAsync);
    }
}
