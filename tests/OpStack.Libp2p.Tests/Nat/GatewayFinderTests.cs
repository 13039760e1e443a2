using System.Net;
using OpStack.Libp2p.Nat;

namespace OpStack.Libp2p.Tests.Nat;

public class GatewayFinderTests
{
    [Fact]
    public void A_known_gateway_is_taken_with_our_address_towards_it()
    {
        GatewayLocation? found = GatewayFinder.Find(IPAddress.Loopback);
        Assert.Equal((IPAddress.Loopback, IPAddress.Loopback), (found?.Address, found?.LocalAddress));
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:5351"), found?.Pcp);
        Assert.Equal([IPEndPoint.Parse("239.255.255.250:1900"), IPEndPoint.Parse("127.0.0.1:1900")], found?.Ssdp);
    }

    [Fact]
    public void The_systems_gateway_is_not_one_of_our_own_addresses_and_sends_nothing()
    {
        // Machines without a route outside have none, and that is no exception.
        if (GatewayFinder.Find(null) is { } found)
        {
            Assert.NotEqual(found.Address, found.LocalAddress);
            Assert.Equal(System.Net.Sockets.AddressFamily.InterNetwork, found.Address.AddressFamily);
            Assert.True(found.IsSame(GatewayFinder.Find(null)!));
        }
    }
}
