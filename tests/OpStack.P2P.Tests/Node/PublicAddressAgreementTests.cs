using System.Net;
using OpStack.Discv5;
using OpStack.Libp2p.Nat;

namespace OpStack.P2P.Tests.Node;

/// <summary>
/// Two rooms that do not know each other say which addresses are of the open internet: what NAT has us tell peers, discovery must not refuse.
/// </summary>
public sealed class PublicAddressAgreementTests
{
    private static readonly string[] Special =
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
        "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "::/8", "64:ff9b::/96", "100::/64", "2001::/23", "2001::/32", "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32",
        "2002::/16", "3fff::/20", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ];

    [Fact]
    public void Of_IPv4_both_say_the_same()
    {
        IEnumerable<IPAddress> everywhere = Enumerable.Range(0, 65_536).Select(i => new IPAddress([(byte)(i >> 8), (byte)i, 77, 77]));
        foreach (IPAddress address in everywhere.Concat(Edges(isIp6: false)))
        {
            Assert.True(PublicAddress.IsPublic(address) == AddressScope.IsGlobal(address), address.ToString());
            Assert.True(PublicAddress.IsPublic(address.MapToIPv6()) == AddressScope.IsGlobal(address), address.ToString());
        }
    }

    [Fact]
    public void No_IPv6_address_is_dialled_back_that_discovery_would_not_contact()
    {
        int isPublic = 0;
        foreach (IPAddress address in Edges(isIp6: true).Append(IPAddress.Parse("2a00:1450::1")))
        {
            isPublic += PublicAddress.IsPublic(address) ? 1 : 0;
            Assert.True(!PublicAddress.IsPublic(address) || AddressScope.IsGlobal(address), address.ToString());
        }

        Assert.True(isPublic > 0);
    }

    /// <summary>The first and last address of each network, and those beside it.</summary>
    private static IEnumerable<IPAddress> Edges(bool isIp6) => Special
        .Select(text => IPNetwork.Parse(text))
        .Where(network => network.BaseAddress.GetAddressBytes().Length == (isIp6 ? 16 : 4))
        .SelectMany(network =>
        {
            byte[] first = network.BaseAddress.GetAddressBytes();
            byte[] last = [.. first];
            for (int bit = network.PrefixLength; bit < 8 * last.Length; bit++)
            {
                last[bit / 8] |= (byte)(0x80 >> (bit % 8));
            }

            return new[] { first, last, Step(first, -1), Step(last, 1) };
        })
        .Select(bytes => new IPAddress(bytes));

    private static byte[] Step(byte[] address, int by)
    {
        byte[] next = [.. address];
        for (int i = next.Length - 1; i >= 0; i--)
        {
            next[i] = (byte)(next[i] + by);
            if (next[i] != (by > 0 ? 0 : byte.MaxValue))
            {
                break;
            }
        }

        return next;
    }
}
