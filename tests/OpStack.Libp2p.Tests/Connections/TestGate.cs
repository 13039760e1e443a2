using System.Collections.Concurrent;
using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>
/// Block lists as a host keeps them, and where they were asked. A hook in <see cref="Overrides"/> answers what stands there.
/// </summary>
internal sealed class TestGate : IConnectionGate
{
    private readonly ConcurrentDictionary<PeerId, bool> _peers = new();
    private readonly ConcurrentDictionary<IPAddress, bool> _addresses = new();
    private readonly ConcurrentDictionary<IPNetwork, bool> _subnets = new();

    /// <summary>Every question, as hook and what was asked about.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentDictionary<string, Func<GateVerdict>> Overrides { get; } = new();

    public void Block(PeerId peer) => _peers[peer] = true;

    public void Block(string addressOrSubnet)
    {
        if (addressOrSubnet.Contains('/'))
        {
            _subnets[IPNetwork.Parse(addressOrSubnet).Normalize()] = true;
        }
        else
        {
            _addresses[IPAddress.Parse(addressOrSubnet).Normalize()] = true;
        }
    }

    public GateVerdict InterceptPeerDial(PeerId peer) => Answer("peer dial", "", () => Judge(peer, null));

    public GateVerdict InterceptAddressDial(PeerId peer, Multiaddr address, IPAddress ip) => Answer("address dial", $"{address}", () => Judge(null, ip));

    public GateVerdict InterceptAccept(Multiaddr remoteAddress, IPAddress ip) => Answer("accept", $"{ip}", () => Judge(null, ip));

    public GateVerdict InterceptSecured(ConnectionDirection direction, PeerId peer, Multiaddr remoteAddress, IPAddress ip) =>
        Answer("secured", $"{direction} {ip}", () => Judge(peer, ip));

    public GateVerdict InterceptUpgraded(ConnectionInfo connection) =>
        Answer("upgraded", $"{connection.Direction} {connection.RemoteIp}", () => Judge(connection.Peer, connection.RemoteIp));

    private GateVerdict Answer(string hook, string about, Func<GateVerdict> judge)
    {
        Asked.Enqueue($"{hook} {about}".TrimEnd());
        return Overrides.TryGetValue(hook, out Func<GateVerdict>? answer) ? answer() : judge();
    }

    private GateVerdict Judge(PeerId? peer, IPAddress? ip)
    {
        if (peer is not null && _peers.ContainsKey(peer))
        {
            return GateVerdict.PeerBlocked;
        }

        if (ip is not null && _addresses.ContainsKey(ip))
        {
            return GateVerdict.AddressBlocked;
        }

        return ip is not null && _subnets.Keys.Any(s => s.Contains(ip)) ? GateVerdict.SubnetBlocked : GateVerdict.Allow;
    }
}
