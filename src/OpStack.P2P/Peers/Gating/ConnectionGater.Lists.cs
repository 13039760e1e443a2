using System.Collections.Immutable;
using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.Peers.Gating;

/// <summary>
/// What the operator lists. A block is in the lists before the swarm is asked to disconnect, and complete connections are judged again
/// under the swarm's lock: one that slips past the first is caught by the second.
/// </summary>
public sealed partial class ConnectionGater
{
    /// <inheritdoc/>
    public void BlockPeer(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (Update(lists => lists with { BlockedPeers = Bounded(lists.BlockedPeers.Add(peer), "blocked peers") }))
        {
            _logger.PeerBlocked(peer);
        }

        Disconnect(connections => connections.DisconnectAsync(peer, ConnectionCloseReason.Blocked));
    }

    /// <inheritdoc/>
    public void UnblockPeer(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        Update(lists => lists with { BlockedPeers = lists.BlockedPeers.Remove(peer), PeerBans = lists.PeerBans.Remove(peer) });
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerId> ListBlockedPeers() => [.. Lists.BlockedPeers];

    /// <inheritdoc/>
    public void BlockAddr(IPAddress address)
    {
        IPAddress plain = address.Normalize();
        if (Update(lists => lists with { BlockedAddrs = Bounded(lists.BlockedAddrs.Add(plain), "blocked addresses") }))
        {
            _logger.AddressBlocked(plain);
        }

        Disconnect(connections => connections.DisconnectAsync(plain, ConnectionCloseReason.Blocked));
    }

    /// <inheritdoc/>
    public void UnblockAddr(IPAddress address)
    {
        IPAddress plain = address.Normalize();
        Update(lists => lists with { BlockedAddrs = lists.BlockedAddrs.Remove(plain), AddressBans = lists.AddressBans.Remove(plain) });
    }

    /// <inheritdoc/>
    public IReadOnlyList<IPAddress> ListBlockedAddrs() => [.. Lists.BlockedAddrs];

    /// <inheritdoc/>
    public void BlockSubnet(IPNetwork subnet)
    {
        IPNetwork plain = subnet.Normalize();
        bool isNew = Update(lists => lists with
        {
            BlockedSubnets = lists.BlockedSubnets.Replace(Bounded(lists.BlockedSubnets.Subnets.Add(plain), "blocked subnets")),
        });
        if (isNew)
        {
            _logger.SubnetBlocked(plain);
        }

        Disconnect(connections => connections.DisconnectAsync(plain, ConnectionCloseReason.Blocked));
    }

    /// <inheritdoc/>
    public void UnblockSubnet(IPNetwork subnet)
    {
        IPNetwork plain = subnet.Normalize();
        Update(lists => lists with { BlockedSubnets = lists.BlockedSubnets.Replace(lists.BlockedSubnets.Subnets.Remove(plain)) });
    }

    /// <inheritdoc/>
    public IReadOnlyList<IPNetwork> ListBlockedSubnets() => [.. Lists.BlockedSubnets.Subnets];

    /// <inheritdoc/>
    public void ProtectPeer(PeerId peer, string tag = OperatorTag)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Update(lists => Protect(lists, peer, tag));
        ApplyProtection(peer, tag);
    }

    /// <inheritdoc/>
    public void UnprotectPeer(PeerId peer, string tag = OperatorTag)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Update(lists => Unprotect(lists, peer, tag));
        ApplyProtection(peer, tag);
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerId> ListProtectedPeers() => [.. Lists.Protected.Keys];

    /// <inheritdoc/>
    public bool CanDisconnect(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.PeerId is not { } peer || !Lists.IsProtected(peer);
    }

    private static GaterLists Protect(GaterLists lists, PeerId peer, string tag)
    {
        ImmutableHashSet<string> tags = lists.Protected.GetValueOrDefault(peer) ?? [];
        ImmutableDictionary<PeerId, ImmutableHashSet<string>> all = lists.Protected.SetItem(peer, tags.Add(tag));
        if (all.Count > PeerLimits.MaxListed)
        {
            throw new PeerListFullException("protected peers");
        }

        return lists with { Protected = all, PeerBans = lists.PeerBans.Remove(peer) };
    }

    private static GaterLists Unprotect(GaterLists lists, PeerId peer, string tag)
    {
        if (!lists.IsProtected(peer, tag))
        {
            return lists;
        }

        ImmutableHashSet<string> rest = lists.Protected[peer].Remove(tag);
        return lists with { Protected = rest.IsEmpty ? lists.Protected.Remove(peer) : lists.Protected.SetItem(peer, rest) };
    }

    /// <summary>
    /// Makes the swarm's protection what the lists say. Without a lock over both, so it looks again afterwards: whoever is last leaves them
    /// alike.
    /// </summary>
    private void ApplyProtection(PeerId peer, string tag)
    {
        if (Volatile.Read(ref _connections) is not { } connections)
        {
            return;
        }

        bool wanted;
        do
        {
            wanted = Lists.IsProtected(peer, tag);
            if (wanted)
            {
                connections.Protect(peer, tag);
            }
            else
            {
                connections.Unprotect(peer, tag);
            }
        }
        while (wanted != Lists.IsProtected(peer, tag));
    }

    private static ImmutableHashSet<T> Bounded<T>(ImmutableHashSet<T> list, string name) =>
        list.Count <= PeerLimits.MaxListed ? list : throw new PeerListFullException(name);
}
