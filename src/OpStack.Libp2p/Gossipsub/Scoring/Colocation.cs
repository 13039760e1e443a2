using System.Net;
using System.Net.Sockets;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// How many peers there are at each address, for P6. As in go a peer counts until its score is forgotten, so that leaving makes no room for the
/// next identity; rust counts open connections only. Unlike go, two connections from one address count once, and an address is never mixed
/// up with the /64 that starts with it.
/// </summary>
internal sealed class Colocation(IReadOnlyList<IPNetwork> whitelist)
{
    private readonly Dictionary<Place, Neighbours> _places = [];

    /// <summary>Addresses and /64s at which there is a peer.</summary>
    public int Count => _places.Count;

    /// <summary>A peer comes to these addresses. At most <see cref="ScoringLimits.MaxAddressesPerPeer"/> count; loopback does not.</summary>
    public Neighbours[] Enter(IReadOnlyList<IPAddress> addresses)
    {
        HashSet<Place> places = [];
        foreach (IPAddress address in addresses.Take(ScoringLimits.MaxAddressesPerPeer))
        {
            IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            if (IPAddress.IsLoopback(plain))
            {
                continue;
            }

            places.Add(new Place(Bits(plain), 128));
            if (plain.AddressFamily == AddressFamily.InterNetworkV6)
            {
                places.Add(new Place(Bits(plain) & ~(UInt128)ulong.MaxValue, 64));
            }
        }

        return [.. places.Select(Enter)];
    }

    /// <summary>The peer is no longer there.</summary>
    public void Leave(Neighbours[] places)
    {
        foreach (Neighbours neighbours in places)
        {
            neighbours.Peers--;
            if (neighbours.Peers == 0)
            {
                _places.Remove(neighbours.Place);
            }
        }
    }

    private Neighbours Enter(Place place)
    {
        if (!_places.TryGetValue(place, out Neighbours? neighbours))
        {
            _places.Add(place, neighbours = new Neighbours(place, IsExempt(place)));
        }

        neighbours.Peers++;
        return neighbours;
    }

    private bool IsExempt(Place place) =>
        whitelist.Any(network => PrefixLength(network) <= place.PrefixLength
            && ((Bits(network.BaseAddress) ^ place.Bits) & Mask(PrefixLength(network))) == 0);

    // IPv4 stands where IPv6 maps it, ::ffff:0:0/96.
    private static UInt128 Bits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static int PrefixLength(IPNetwork network) =>
        network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? network.PrefixLength + 96 : network.PrefixLength;

    private static UInt128 Mask(int prefixLength) => prefixLength == 0 ? 0 : UInt128.MaxValue << (128 - prefixLength);

    /// <summary>One address (128 bits) or one /64.</summary>
    internal readonly record struct Place(UInt128 Bits, int PrefixLength);

    /// <summary>The peers at one place.</summary>
    internal sealed class Neighbours(Place place, bool isExempt)
    {
        public Place Place { get; } = place;

        /// <summary>The whitelist names it: it does not count.</summary>
        public bool IsExempt { get; } = isExempt;

        public int Peers { get; set; }
    }
}
