using System.Net;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>
/// How many connections each address holds, and how fast it opens them (go-libp2p's conn_limiter and conn_rate_limiter). Loopback is exempt
/// from both. A pure core, owned by the swarm's lock.
/// </summary>
internal sealed class AddressBudget(ConnectionLimits limits)
{
    // Bounded by the connections and half-open connections there are: an address leaves with its last one.
    private readonly Dictionary<AddressGroup, Held> _live = [];
    private readonly BoundedMap<AddressGroup, TokenBucket> _rates = new(limits.MaxRatedAddresses);

    /// <summary>Addresses that hold a connection.</summary>
    public int LiveAddresses => _live.Count;

    /// <summary>Addresses whose rate is remembered.</summary>
    public int RatedAddresses => _rates.Count;

    /// <summary>Connections that the address holds; 0 for loopback, which is not counted.</summary>
    public int LiveOf(IPAddress address) => _live.GetValueOrDefault(GroupOf(address)).All;

    /// <summary>
    /// Takes a place for a connection of the address, for <see cref="Leave"/> to give back, or says what is against it.
    /// Only inbound ones count against the rate, and a refused one uses none of it up. Ours are held against ours alone: whoever shares an
    /// address or a /56 with a peer of ours could else keep us from it by connecting first.
    /// </summary>
    public RefusalReason? TryEnter(IPAddress address, ConnectionDirection direction, TimeSpan now)
    {
        if (IPAddress.IsLoopback(address))
        {
            return null;
        }

        AddressGroup group = GroupOf(address);
        Held held = _live.GetValueOrDefault(group);
        if ((direction == ConnectionDirection.Inbound ? held.All : held.Outbound) >= limits.MaxPerAddress)
        {
            return RefusalReason.AddressLimit;
        }

        if (direction == ConnectionDirection.Inbound && !TakeToken(group, now))
        {
            return RefusalReason.AddressRate;
        }

        _live[group] = held.With(direction, 1);
        return null;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress address, ConnectionDirection direction)
    {
        AddressGroup group = GroupOf(address);
        if (_live.TryGetValue(group, out Held held))
        {
            held = held.With(direction, -1);
            if (held.All == 0)
            {
                _live.Remove(group);
            }
            else
            {
                _live[group] = held;
            }
        }
    }

    /// <summary>What counts as one address with <paramref name="address"/>.</summary>
    public AddressGroup GroupOf(IPAddress address) => AddressGroup.Of(address, limits.Ip6PrefixLength);

    private bool TakeToken(AddressGroup group, TimeSpan now)
    {
        if (!_rates.TryGet(group, out TokenBucket? bucket))
        {
            bucket = new TokenBucket(limits.AddressBurst, limits.AddressInterval, now);
        }

        _rates.Set(group, bucket);
        return bucket.TryTake(now);
    }

    /// <summary>Connections of one address.</summary>
    private readonly record struct Held(int Inbound, int Outbound)
    {
        public int All => Inbound + Outbound;

        public Held With(ConnectionDirection direction, int change) =>
            direction == ConnectionDirection.Inbound ? this with { Inbound = Inbound + change } : this with { Outbound = Outbound + change };
    }
}
