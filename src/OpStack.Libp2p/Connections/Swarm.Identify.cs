using System.Net;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections;

/// <summary>What identify tells of us.</summary>
public sealed partial class Swarm
{
    private readonly InterfaceAddresses _interfaces;
    private volatile Multiaddr[] _external = [];

    /// <summary>
    /// Tells peers, by identify and first of all addresses, where else we can be reached: what a NAT gateway maps to us, or an operator says.
    /// Replaces what was set before; peers connected already are told at once. Throws <see cref="ArgumentException"/> for more than 16, and
    /// for one that is not /ip4|ip6/…/tcp/… without /p2p.
    /// </summary>
    public void SetExternalAddresses(IReadOnlyList<Multiaddr> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        if (addresses.Count > SwarmLimits.ExternalAddresses)
        {
            throw new ArgumentException($"There are more than {SwarmLimits.ExternalAddresses} addresses.", nameof(addresses));
        }

        if (addresses.FirstOrDefault(a => a.PeerId is not null || !a.TryGetTcpEndPoint(out _)) is { } wrong)
        {
            throw new ArgumentException($"{wrong} is not /ip4|ip6/…/tcp/… without /p2p.", nameof(addresses));
        }

        if (!_external.SequenceEqual(addresses))
        {
            _external = [.. addresses];
            _identify.NotifyChanged();
        }
    }

    /// <summary>
    /// The addresses to tell peers: a bound unspecified address (0.0.0.0, ::) stands for every address of the machine's interfaces
    /// of that family, loopback last.
    /// </summary>
    private IReadOnlyList<Multiaddr> Reachable(IReadOnlyList<Multiaddr> bound)
    {
        List<Multiaddr> reachable = [];
        foreach (Multiaddr address in bound)
        {
            if (address.TryGetTcpEndPoint(out IPEndPoint? endPoint) && (endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any)))
            {
                reachable.AddRange(
                    _interfaces.Current
                        .Where(a => a.AddressFamily == endPoint.AddressFamily)
                        .Select(a => Multiaddr.FromTcpEndPoint(new IPEndPoint(a, endPoint.Port))));
            }
            else
            {
                reachable.Add(address);
            }
        }

        return reachable;
    }

    private sealed class IdentifyContext(Swarm swarm) : IIdentifyContext
    {
        public KeyPair Signer => swarm._identity;

        public IReadOnlyList<Multiaddr> ListenAddresses => [.. swarm._external, .. swarm.Reachable(swarm.ListenAddresses)];

        public IReadOnlyList<string> Protocols => [.. swarm._handlers.Keys.Order(StringComparer.Ordinal)];

        public string AgentVersion => swarm._options.AgentVersion;

        public string ProtocolVersion => swarm._options.ProtocolVersion;

        public void ReportIdentified(PeerId peer, IdentifyInfo info) => swarm.ReportIdentified(peer, info);
    }
}
