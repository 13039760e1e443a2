using System.Net;
using OpStack.Libp2p.Nat;

namespace OpStack.Libp2p.Tests.Nat;

public class PublicAddressTests
{
    [Theory]
    [InlineData("9.9.9.9", true)]
    [InlineData("::ffff:9.9.9.9", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.16.0.0", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.64.0.1", false)] // A provider's NAT.
    [InlineData("10.0.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("::ffff:192.168.1.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.1.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("198.51.100.7", false)]
    [InlineData("223.255.255.255", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:0909:0909::1", false)] // 6to4: any IPv4 address inside.
    [InlineData("2001::1", false)] // Teredo.
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("64:ff9b::a00:1", false)] // NAT64 of 10.0.0.1.
    [InlineData("ff02::1", false)]
    public void Only_addresses_of_the_open_internet_are_public(string address, bool expected) =>
        Assert.Equal(expected, PublicAddress.IsPublic(IPAddress.Parse(address)));
}
