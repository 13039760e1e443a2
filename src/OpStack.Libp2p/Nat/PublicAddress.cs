using System.Net;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Nat;

/// <summary>
/// Which addresses are of the open internet: all but those of the IANA special-purpose registries (RFC 6890 and successors), multicast and
/// reserved ones.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/3",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    // Global unicast is 2000::/3; what is taken out of it: IETF assignments (Teredo, ORCHID and others), documentation, 6to4.
    private static readonly IPNetwork GlobalIp6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] NotPublicIp6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(text => IPNetwork.Parse(text))];

    public static bool IsPublic(IPAddress address)
    {
        IPAddress plain = address.Normalize();
        return plain.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            ? !Array.Exists(NotPublic, network => network.Contains(plain))
            : GlobalIp6.Contains(plain) && !Array.Exists(NotPublicIp6, network => network.Contains(plain));
    }
}
