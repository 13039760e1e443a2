using System.Net;
using OpStack.Discv5.Filter;

namespace OpStack.Discv5.Tests.Filter;

public sealed class RelayAddressCheckTests
{
    private const string Wan = "81.2.69.142", Lan = "10.1.2.3", Loopback = "127.0.0.1";

    [Theory]
    [InlineData(Wan, "8.8.4.4", RelayAddressVerdict.Valid)]
    [InlineData(Lan, "8.8.4.4", RelayAddressVerdict.Valid)]
    [InlineData(Loopback, "8.8.4.4", RelayAddressVerdict.Valid)]
    [InlineData(Wan, "2a00:1450::1", RelayAddressVerdict.Valid)]
    [InlineData(Wan, "127.0.0.1", RelayAddressVerdict.Loopback)]
    [InlineData(Lan, "127.0.0.1", RelayAddressVerdict.Loopback)]
    [InlineData(Loopback, "127.0.0.9", RelayAddressVerdict.Valid)]
    [InlineData("::1", "127.0.0.9", RelayAddressVerdict.Valid)]
    [InlineData(Wan, "::1", RelayAddressVerdict.Loopback)]
    [InlineData(Wan, "::ffff:127.0.0.1", RelayAddressVerdict.Loopback)]
    [InlineData(Wan, "10.0.0.1", RelayAddressVerdict.Lan)]
    [InlineData(Wan, "172.31.255.255", RelayAddressVerdict.Lan)]
    [InlineData(Wan, "172.32.0.0", RelayAddressVerdict.Valid)]
    [InlineData(Wan, "192.168.0.1", RelayAddressVerdict.Lan)]
    [InlineData(Wan, "169.254.1.1", RelayAddressVerdict.Lan)]
    [InlineData(Wan, "fd00::1", RelayAddressVerdict.Lan)]
    [InlineData(Wan, "fe80::1", RelayAddressVerdict.Lan)]
    [InlineData(Wan, "::ffff:192.168.0.1", RelayAddressVerdict.Lan)]
    [InlineData(Lan, "192.168.0.1", RelayAddressVerdict.Valid)]
    [InlineData("::ffff:10.1.2.3", "192.168.0.1", RelayAddressVerdict.Valid)]
    [InlineData(Loopback, "192.168.0.1", RelayAddressVerdict.Valid)]
    [InlineData(Lan, "0.0.0.0", RelayAddressVerdict.Unspecified)]
    [InlineData(Lan, "::", RelayAddressVerdict.Unspecified)]
    [InlineData(Lan, "::ffff:0.0.0.0", RelayAddressVerdict.Unspecified)]
    [InlineData(Lan, "0.1.2.3", RelayAddressVerdict.Special)]
    [InlineData(Lan, "192.0.0.7", RelayAddressVerdict.Special)]
    [InlineData(Lan, "192.0.0.8", RelayAddressVerdict.Valid)]
    [InlineData(Lan, "192.0.2.1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "198.19.0.1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "198.51.100.1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "203.0.113.1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "224.0.0.1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "239.255.255.255", RelayAddressVerdict.Special)]
    [InlineData(Lan, "240.0.0.1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "255.255.255.255", RelayAddressVerdict.Special)]
    [InlineData(Lan, "2001:db8::1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "2002::1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "100::1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "2001::1", RelayAddressVerdict.Special)]
    [InlineData(Lan, "ff02::1", RelayAddressVerdict.Special)]
    public void Addresses_lead_nowhere_the_sender_could_not_go(string sender, string address, object expected) =>
        Assert.Equal(expected, RelayAddressCheck.Check(IPAddress.Parse(sender), IPAddress.Parse(address)));

    [Theory]
    [InlineData(Wan, "8.8.4.4:1025", RelayAddressVerdict.Valid)]
    [InlineData(Wan, "8.8.4.4:1024", RelayAddressVerdict.LowPort)]
    [InlineData(Wan, "8.8.4.4:53", RelayAddressVerdict.LowPort)]
    [InlineData(Lan, "8.8.4.4:53", RelayAddressVerdict.LowPort)]
    [InlineData(Lan, "10.0.0.1:53", RelayAddressVerdict.Valid)]
    [InlineData(Lan, "10.0.0.1:0", RelayAddressVerdict.LowPort)]
    [InlineData(Loopback, "127.0.0.1:300", RelayAddressVerdict.Valid)]
    [InlineData(Wan, "10.0.0.1:9000", RelayAddressVerdict.Lan)]
    public void Privileged_ports_are_refused_outside_local_networks(string sender, string endpoint, object expected) =>
        Assert.Equal(expected, RelayAddressCheck.Check(IPAddress.Parse(sender), IPEndPoint.Parse(endpoint)));

    [Theory]
    [InlineData("0.0.0.0", 0)]
    [InlineData("127.0.0.1", 1)]
    [InlineData("::1", 1)]
    [InlineData("169.254.0.1", 2)]
    [InlineData("fe80::1", 2)]
    [InlineData("192.168.0.1", 3)]
    [InlineData("fd00::1", 3)]
    [InlineData("8.8.8.8", 4)]
    [InlineData("2a00::1", 4)]
    public void Reach_orders_addresses_as_geth_does(string address, int reach) => Assert.Equal(reach, AddressScope.Reach(IPAddress.Parse(address)));

    [Fact]
    public void A_prefix_is_the_host_or_its_network()
    {
        static AddressPrefix Host(string a) => AddressPrefix.Host(IPAddress.Parse(a));
        static AddressPrefix Subnet(string a) => AddressPrefix.Subnet(IPAddress.Parse(a));
        Assert.Equal(Host("1.2.3.4"), Host("::ffff:1.2.3.4"));
        Assert.NotEqual(Host("1.2.3.4"), Host("1.2.3.5"));
        Assert.Equal(Subnet("1.2.3.4"), Subnet("1.2.3.255"));
        Assert.NotEqual(Subnet("1.2.3.4"), Subnet("1.2.4.4"));
        Assert.NotEqual(Subnet("1.2.3.0"), Host("0.1.2.3"));
        Assert.Equal(Host("2a00:1:2:3::1"), Host("2a00:1:2:3:ffff::"));
        Assert.Equal(Subnet("2a00:1:2:3::1"), Subnet("2a00:1:2:ffff::"));
        Assert.NotEqual(Subnet("2a00:1:2:3::1"), Subnet("2a00:1:3:3::1"));
        Assert.NotEqual(Subnet("2a00:1:2::"), Host("2a00:1:2::"));
        Assert.NotEqual(Host("2a00:1:2:3::1"), Host("2a00:1:2:4::1"));
    }
}
