using System.Net;
using System.Net.Sockets;

namespace OpStack.Libp2p.Transport;

/// <summary>
/// The one form of an IP address that limits, gates and lists compare: an IPv4-mapped IPv6 address (::ffff:1.2.3.4, RFC 4291 2.5.5.2) is
/// the IPv4 address in it, and a link-local address has no scope; so one host is one address, whichever socket it came through.
/// </summary>
public static class AddressNormalization
{
    private const int MappedPrefixBits = 96;

    /// <summary>The normal form; the same object where nothing changes.</summary>
    public static IPAddress Normalize(this IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address.ScopeId == 0 ? address : new IPAddress(address.GetAddressBytes());
    }

    /// <summary>The same endpoint with its address in normal form; the same object where nothing changes.</summary>
    public static IPEndPoint Normalize(this IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        IPAddress address = endPoint.Address.Normalize();
        return ReferenceEquals(address, endPoint.Address) ? endPoint : new IPEndPoint(address, endPoint.Port);
    }

    /// <summary>
    /// The same network, as IPv4 when it is a part of ::ffff:0:0/96. A network that merely contains that range (::/0) stays IPv6, and holds
    /// no IPv4 address.
    /// </summary>
    public static IPNetwork Normalize(this IPNetwork network) =>
        network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefixBits
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefixBits)
            : network;
}
