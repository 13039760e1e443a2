using System.Net;

namespace OpStack.Discv5.Filter;

/// <summary>
/// Decides which packets are worth decoding (wire.md section 11.8; attack-cases.md section 3). The order is the shell's way of a packet:
/// <see cref="CheckAddress"/> before it is unmasked, <see cref="CheckNode"/> once its header is read, <see cref="TryTakeChallenge"/> before
/// a WHOAREYOU, <see cref="IdentityProven"/> after a good handshake. A core: no clock, no lock.
/// </summary>
/// <remarks>
/// sigp bans whoever exceeds a rate, by address or node id. Both can be forged in a datagram, so that would let a stranger ban anybody:
/// here excess is only dropped, a node's rate counts per address, and only identities proven by a handshake (which proves the address too)
/// lead to bans. Loopback and LAN hosts are exempt from every rule that counts by address. Under IPv6 an address means its /64.
/// </remarks>
/// <param name="options">Rates and bans.</param>
/// <param name="allowed">The networks packets may come from and go to (<c>netrestrict</c>); null for all.</param>
internal sealed class PacketFilter(FilterOptions options, IpNetworkSet? allowed = null)
{
    private readonly RateLimiter<AddressPrefix> _addresses = new(options.PacketsPerAddress, FilterLimits.MaxRatedAddresses);
    private readonly RateLimiter<(NodeId, AddressPrefix)> _nodes = new(options.PacketsPerNode, FilterLimits.MaxRatedNodes);
    private readonly LruMap<AddressPrefix, KnownNodes> _known = new(FilterLimits.MaxKnownAddresses);
    private readonly ExpectedAnswers _expected = new();
    private readonly BanList _bans = new(options);
    private Gcra _challenges;
    private Gcra _bytes;

    /// <summary>Everything held: rates, known addresses, expected endpoints and bans. Bounded by the sum of their limits.</summary>
    public int StateCount => _addresses.Count + _nodes.Count + _known.Count + _expected.Count + _bans.Count;

    /// <summary>
    /// Whether a datagram of so many bytes from <paramref name="source"/> is unmasked. Expected answers pass rate and budget, 16 packets for
    /// each, but no ban and no restriction. What one address has too much is no charge on the budget of all.
    /// </summary>
    public FilterVerdict CheckAddress(IPEndPoint source, int length, TimeSpan now)
    {
        if (allowed is not null && !allowed.Contains(source.Address))
        {
            return FilterVerdict.NotAllowed;
        }

        if (_bans.Contains(source.Address, now))
        {
            return FilterVerdict.BannedAddress;
        }

        if (AddressScope.IsLocal(source.Address) || _expected.TryTake(AddressScope.Normalise(source)))
        {
            return FilterVerdict.Pass;
        }

        if (options.RateLimits && !_addresses.TryTake(AddressPrefix.Host(source.Address), now))
        {
            return FilterVerdict.AddressRate;
        }

        return options.ReadBudget is not { } budget || _bytes.TryTake(budget, now, length) ? FilterVerdict.Pass : FilterVerdict.ReadBudget;
    }

    /// <summary>
    /// Whether a packet that names <paramref name="node"/> as its sender is decrypted. The rate is that of the node at this address, so
    /// local hosts are exempt from it too: a devnet's node may ask as often as it likes.
    /// </summary>
    public FilterVerdict CheckNode(IPEndPoint source, NodeId node, TimeSpan now)
    {
        if (_bans.Contains(node, now))
        {
            return FilterVerdict.BannedNode;
        }

        bool free = !options.RateLimits || _expected.Contains(AddressScope.Normalise(source)) || AddressScope.IsLocal(source.Address);
        return free || _nodes.TryTake((node, AddressPrefix.Host(source.Address)), now) ? FilterVerdict.Pass : FilterVerdict.NodeRate;
    }

    /// <summary>Takes one WHOAREYOU from the budget; false if it is spent, and then none is sent.</summary>
    public bool TryTakeChallenge(TimeSpan now) => _challenges.TryTake(options.Challenges, now);

    /// <summary>
    /// An answer is awaited from the endpoint: its packets are not unsolicited until as many calls of <see cref="StopExpecting"/>, or as there are
    /// more of them than an answer takes.
    /// </summary>
    public void Expect(IPEndPoint endpoint) => _expected.Add(AddressScope.Normalise(endpoint));

    /// <summary>The answer has come, or is no longer awaited.</summary>
    public void StopExpecting(IPEndPoint endpoint) => _expected.Remove(AddressScope.Normalise(endpoint));

    /// <summary>
    /// A handshake has proven that <paramref name="node"/> is at <paramref name="source"/>. The tenth distinct node of an address within an
    /// hour bans the address for an hour; false then, and the session is not to be kept.
    /// </summary>
    public bool IdentityProven(IPEndPoint source, NodeId node, TimeSpan now)
    {
        if (AddressScope.IsLocal(source.Address))
        {
            return true;
        }

        ref KnownNodes? known = ref _known.Use(AddressPrefix.Host(source.Address));
        known ??= new KnownNodes(options.BanDuration);
        if (known.Add(node, now) < options.MaxNodesPerAddress)
        {
            return true;
        }

        known = null;
        _bans.Add(source.Address, options.BanDuration, now);
        return false;
    }

    /// <summary>
    /// Bans a node, seen at <paramref name="address"/> if that is known, for <paramref name="duration"/> (null: for ever).
    /// </summary>
    public void Ban(NodeId node, IPAddress? address, TimeSpan? duration, TimeSpan now) => _bans.Add(node, address, duration, now);

    /// <summary>Bans an address for <paramref name="duration"/> (null: for ever).</summary>
    public void Ban(IPAddress address, TimeSpan? duration, TimeSpan now) => _bans.Add(address, duration, now);

    /// <summary>Lifts the ban of a node; false if there was none.</summary>
    public bool Unban(NodeId node) => _bans.Remove(node);

    /// <summary>Lifts the ban of an address; false if there was none.</summary>
    public bool Unban(IPAddress address) => _bans.Remove(address);

    /// <summary>Whether we may send to the node at the address: it is in the allowed networks, and neither is banned.</summary>
    public bool Permits(NodeId node, IPAddress address, TimeSpan now) =>
        (allowed is null || allowed.Contains(address)) && !_bans.Contains(address, now) && !_bans.Contains(node, now);

    /// <summary>The bans in force.</summary>
    public IReadOnlyList<BannedPeer> Bans(TimeSpan now) => _bans.Snapshot(now);
}
