using System.Net;

namespace OpStack.Discv5.Filter;

/// <summary>
/// Banned nodes and addresses, each with its end; at most 4,096 of either kind, the one that ends first making room. An address with several banned
/// nodes is banned itself (wire.md section 11.8), unless it is local. An address is all of its IPv6 /64, and an IPv4-mapped one is the IPv4 one. Times
/// are those of any clock that does not go back. One thread at a time.
/// </summary>
public sealed class BanList
{
    private readonly FilterOptions _options;
    private readonly BanTable<NodeId> _nodes = new(FilterLimits.MaxBans);
    private readonly BanTable<AddressPrefix> _addresses = new(FilterLimits.MaxBans);

    /// <summary>An empty list.</summary>
    /// <param name="options">How many banned nodes ban their address, and for how long; the defaults when null.</param>
    public BanList(FilterOptions? options = null) => _options = options ?? new FilterOptions();

    /// <summary>Bans held in all, those that have ended but were not asked for since included.</summary>
    public int Count => _nodes.Count + _addresses.Count;

    /// <summary>
    /// Bans a node, seen at <paramref name="address"/> if that is known, for <paramref name="duration"/> (null: for ever); a longer ban stays. The
    /// fifth banned node of an address that is not local bans the address for an hour.
    /// </summary>
    public void Add(NodeId node, IPAddress? address, TimeSpan? duration, TimeSpan now)
    {
        IPAddress? plain = address is null ? null : AddressScope.Normalise(address);
        _nodes.Add(node, plain, duration, now);
        if (plain is null || AddressScope.IsLocal(plain))
        {
            return;
        }

        AddressPrefix host = AddressPrefix.Host(plain);
        int count = _nodes.InForce(now).Count(ban => ban.Address is { } a && AddressPrefix.Host(a) == host);
        if (count >= _options.MaxBannedNodesPerAddress)
        {
            Add(plain, _options.BanDuration, now);
        }
    }

    /// <summary>Bans an address, local ones too, for <paramref name="duration"/> (null: for ever).</summary>
    public void Add(IPAddress address, TimeSpan? duration, TimeSpan now) =>
        _addresses.Add(AddressPrefix.Host(address), AddressScope.Normalise(address), duration, now);

    /// <summary>Lifts the ban of a node; false if there was none.</summary>
    public bool Remove(NodeId node) => _nodes.Remove(node);

    /// <summary>Lifts the ban of an address; false if there was none.</summary>
    public bool Remove(IPAddress address) => _addresses.Remove(AddressPrefix.Host(address));

    /// <summary>Whether the node is banned.</summary>
    public bool Contains(NodeId node, TimeSpan now) => _nodes.Contains(node, now);

    /// <summary>Whether the address is banned.</summary>
    public bool Contains(IPAddress address, TimeSpan now) => _addresses.Contains(AddressPrefix.Host(address), now);

    /// <summary>All bans in force.</summary>
    public IReadOnlyList<BannedPeer> Snapshot(TimeSpan now) =>
    [
        .. _nodes.InForce(now).Select(ban => new BannedPeer(ban.Key, ban.Address, ban.Remaining)),
        .. _addresses.InForce(now).Select(ban => new BannedPeer(null, ban.Address, ban.Remaining)),
    ];
}
