using System.Net;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers.Storage;

/// <summary>How the store learns. Everything a peer says is cut to size here.</summary>
public sealed partial class PeerStore
{
    /// <summary>
    /// Adds addresses of a peer, or renews those known. Only what can be dialled is kept, of at most 300 bytes; of more than 8 the least
    /// trustworthy goes first, of equals the one that expires first. A /p2p at the end is taken off; an address with another peer's is
    /// passed over.
    /// </summary>
    public void AddAddresses(PeerId peer, IEnumerable<Multiaddr> addresses, AddressSource source)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        Multiaddr[] usable =
        [
            .. addresses.Where(address => IsUsable(address, peer)).Select(address => address.WithoutPeerId()).Take(PeerLimits.MaxAddressesPerPeer),
        ];
        if (usable.Length > 0)
        {
            Update(peer, (known, now) => known with { Addresses = Merge(known.Addresses, usable, source, now), LastSeenAt = now });
        }
    }

    /// <summary>
    /// Takes in a peer's record, unless a newer one is known: its addresses take the place of those of the record before it.
    /// </summary>
    public void AddRecord(Enr record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Multiaddr[] addresses = record.ToMultiaddr() is { } address ? [address.WithoutPeerId()] : [];
        Update(record.PublicKey.ToPeerId(), (known, now) =>
        {
            if (known.Record is { } before && before.Sequence > record.Sequence)
            {
                return known;
            }

            IEnumerable<StoredAddress> others = known.Addresses.Where(a => a.Source != AddressSource.Discovery);
            return known with { Record = record, Addresses = Merge([.. others], addresses, AddressSource.Discovery, now), LastSeenAt = now };
        });
    }

    /// <summary>
    /// Takes in what a connected peer says of itself. Of the addresses it claims those at an IP that we are connected to it at are kept.
    /// </summary>
    public void AddIdentify(PeerId peer, IdentifyInfo info, IReadOnlyCollection<IPAddress> connectedAt)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(connectedAt);
        Multiaddr[] addresses =
        [
            .. info.ListenAddresses
                .Where(a => IsUsable(a, peer) && a.TryGetTcpEndPoint(out IPEndPoint? endPoint) && connectedAt.Contains(endPoint.Address))
                .Take(PeerLimits.MaxAddressesPerPeer),
        ];
        Update(peer, (known, now) => known with
        {
            AgentVersion = PeerText.Clean(info.AgentVersion, PeerLimits.MaxAgentVersion),
            ProtocolVersion = PeerText.Clean(info.ProtocolVersion, PeerLimits.MaxProtocolVersion),
            Protocols = PeerText.Kept(info.Protocols),
            Addresses = Merge(known.Addresses, addresses, AddressSource.Identify, now),
            LastSeenAt = now,
        });
    }

    /// <summary>Takes in a measured round trip of a known peer.</summary>
    public void AddLatency(PeerId peer, TimeSpan roundTrip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(roundTrip, TimeSpan.Zero);
        Update(peer, (known, now) => known with { Latency = Average(known.Latency, roundTrip), LastSeenAt = now });
    }

    /// <summary>
    /// Takes in scores, as the router tells them from time to time; what is no number counts as 0. While the store is full, those of peers
    /// it does not hold are passed over: the router has them still.
    /// </summary>
    public void SetScores(IEnumerable<KeyValuePair<PeerId, StoredScore>> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        foreach ((PeerId peer, StoredScore score) in scores)
        {
            if (HasRoomFor(peer))
            {
                StoredScore cut = score.Cut();
                Update(peer, (known, _) => known with { Score = cut });
            }
        }
    }

    /// <summary>A connection to the peer is up.</summary>
    internal void Connected(ConnectionInfo connection) => Update(connection.Peer, (known, now) =>
    {
        bool isFirst = !known.IsConnected;
        Multiaddr[] reached = connection.Direction == ConnectionDirection.Outbound && IsUsable(connection.RemoteAddress, known.Peer)
            ? [connection.RemoteAddress]
            : [];
        return known with
        {
            Connections = known.Connections + 1,
            ConnectedAt = isFirst ? now : known.ConnectedAt,
            Direction = isFirst ? connection.Direction : known.Direction,
            Addresses = Merge(known.Addresses, reached, AddressSource.Connection, now),
            LastSeenAt = now,
        };
    });

    /// <summary>A connection to the peer is gone. With the last one its addresses are renewed: they were good until now.</summary>
    internal void Disconnected(ConnectionInfo connection) => Update(connection.Peer, (known, now) =>
    {
        if (known.Connections != 1)
        {
            return known with { Connections = Math.Max(0, known.Connections - 1), LastSeenAt = now };
        }

        return known with
        {
            Connections = 0,
            DisconnectedAt = now,
            Addresses = Merge(known.Addresses, ReachedAt(known), AddressSource.Connection, now),
            LastSeenAt = now,
        };
    });

    /// <summary>
    /// A connected peer whose reached addresses have half of their time at least; itself when they do. Half, so that a sweep seldom changes
    /// anything, and a file from before a crash still has them.
    /// </summary>
    private StoredPeer Renewed(StoredPeer known, DateTimeOffset now) =>
        known.Addresses.Any(a => a.Source == AddressSource.Connection && a.ExpiresAt - now < _options.AddressTtl / 2)
            ? known with { Addresses = Merge(known.Addresses, ReachedAt(known), AddressSource.Connection, now) }
            : known;

    private static Multiaddr[] ReachedAt(StoredPeer known) =>
        [.. known.Addresses.Where(a => a.Source == AddressSource.Connection).Select(a => a.Address)];

    private static TimeSpan Average(TimeSpan? before, TimeSpan next) =>
        before is { } average ? average + ((next - average) * PeerLimits.LatencySmoothing) : next;

    /// <summary>Whether an address can be kept and dialled; one that ends in /p2p only as that of its peer.</summary>
    internal static bool IsUsable(Multiaddr address, PeerId? peer) =>
        address.Bytes.Length <= PeerLimits.MaxAddressBytes
        && (address.PeerId is null || address.PeerId.Equals(peer))
        && address.IsDialable();

    private StoredAddress[] Merge(IReadOnlyList<StoredAddress> known, IEnumerable<Multiaddr> more, AddressSource source, DateTimeOffset now)
    {
        Dictionary<Multiaddr, StoredAddress> all = known.ToDictionary(address => address.Address);
        DateTimeOffset expiry = now + (source == AddressSource.Static ? _options.StaticAddressTtl : _options.AddressTtl);
        foreach (Multiaddr address in more)
        {
            StoredAddress added = new(address, source, expiry);
            all[address] = all.TryGetValue(address, out StoredAddress? before)
                ? new StoredAddress(address, Max(source, before.Source), expiry > before.ExpiresAt ? expiry : before.ExpiresAt)
                : added;
        }

        return [.. all.Values.OrderByDescending(a => a.Source).ThenByDescending(a => a.ExpiresAt).Take(PeerLimits.MaxAddressesPerPeer)];
    }

    private static AddressSource Max(AddressSource a, AddressSource b) => a > b ? a : b;
}
