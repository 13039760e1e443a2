using System.Net;
using System.Net.Sockets;

namespace OpStack.P2P.Discovery;

/// <summary>Whether an address is one of the open internet. Anyone can put any address into a record.</summary>
internal static class AddressScope
{
    // The IANA special-purpose registries, as far as an address in them is not globally reachable.
    private static readonly IPNetwork[] Special = Array.ConvertAll(
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/8",
            "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        ],
        text => IPNetwork.Parse(text));

    /// <summary>
    /// False for unspecified, loopback, private, link-local, shared, documentation and multicast addresses; a v4-mapped one counts as ip4.
    /// </summary>
    public static bool IsGlobal(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            && !Array.Exists(Special, network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }
}
