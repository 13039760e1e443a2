using System.Net;
using System.Net.Sockets;
using OpStack.Discv5.Filter;

namespace OpStack.Discv5;

/// <summary>
/// What kind of network an address belongs to: loopback, local (LAN), special, or the rest of the internet. An IPv4-mapped address counts as IPv4.
/// </summary>
public static class AddressScope
{
    /// <summary>Private and link-local networks: geth's list, with IPv4 link-local, which fails it only by omission.</summary>
    private static readonly IpNetworkSet Lan =
        IpNetworkSet.Parse("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,fe80::/10,fc00::/7");

    /// <summary>
    /// Networks in which no node can live: the IANA special registries as geth has them, "this network" 0/8, multicast and the reserved
    /// 240/4.
    /// </summary>
    private static readonly IpNetworkSet Special = IpNetworkSet.Parse(
        "0.0.0.0/8,192.0.0.0/29,192.0.0.9/32,192.0.0.170/32,192.0.0.171/32,192.0.2.0/24,192.31.196.0/24,192.52.193.0/24," +
        "192.88.99.0/24,192.175.48.0/24,198.18.0.0/15,198.51.100.0/24,203.0.113.0/24,224.0.0.0/4,240.0.0.0/4," +
        "100::/64,2001::/32,2001:1::1/128,2001:2::/48,2001:3::/32,2001:4:112::/48,2001:5::/32," +
        "2001:10::/28,2001:20::/28,2001:db8::/32,2002::/16,ff00::/8");

    /// <summary>Reserved, or somebody's own, though nodes may live there among themselves: shared (carrier NAT), IETF assignments, site-local.</summary>
    private static readonly IpNetworkSet NotRouted = IpNetworkSet.Parse("100.64.0.0/10,192.0.0.0/24,::/8,fec0::/10");

    /// <summary>
    /// The normal form, in which one host has one address: an IPv4-mapped one as IPv4, and IPv6 without its scope id (wire.md section 11.2). The
    /// same object where nothing changes.
    /// </summary>
    public static IPAddress Normalise(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
    }

    /// <summary>The endpoint with its address in normal form; the same object where nothing changes.</summary>
    public static IPEndPoint Normalise(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        IPAddress address = Normalise(endpoint.Address);
        return ReferenceEquals(address, endpoint.Address) ? endpoint : new IPEndPoint(address, endpoint.Port);
    }

    /// <summary>
    /// Whether the address is one of the open internet. Anyone can put any address into a record; only these are worth contacting on a stranger's word.
    /// </summary>
    public static bool IsGlobal(IPAddress address) =>
        !IsUnspecified(address) && !IsLocal(address) && !IsSpecial(address) && !NotRouted.Contains(address);

    /// <summary>0.0.0.0 or ::.</summary>
    public static bool IsUnspecified(IPAddress address)
    {
        IPAddress plain = Normalise(address);
        return plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any);
    }

    /// <summary>127/8 or ::1.</summary>
    internal static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(Normalise(address));

    /// <summary>
    /// Whether the address is local: private, link-local or loopback. Such hosts are exempt from the per-address and /24 rules.
    /// </summary>
    internal static bool IsLocal(IPAddress address) => IsLoopback(address) || Lan.Contains(address);

    /// <summary>Whether the address can belong to no node.</summary>
    internal static bool IsSpecial(IPAddress address) => Special.Contains(address);

    /// <summary>geth's order of a record's addresses: unspecified 0, loopback 1, link-local 2, private 3, global 4.</summary>
    internal static int Reach(IPAddress address)
    {
        if (IsUnspecified(address))
        {
            return 0;
        }

        return IsLoopback(address) ? 1 : IsLinkLocal(Normalise(address)) ? 2 : Lan.Contains(address) ? 3 : 4;
    }

    private static bool IsLinkLocal(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6LinkLocal;
        }

        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) && bytes is [169, 254, ..];
    }
}
