using System.Net;
using OpStack.Discv5.Filter;

namespace OpStack.Discv5.Tests.Filter;

public sealed class IpNetworkSetTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.1.2", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.1.2.3/8", "10.9.9.9", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.200.0.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "11.0.0.1", false)]
    [InlineData("0.0.0.0/0", "8.8.8.8", true)]
    [InlineData("0.0.0.0/0", "2a00::1", false)]
    [InlineData("::/0", "2a00::1", true)]
    [InlineData("::/0", "8.8.8.8", false)]
    [InlineData("192.168.1.7", "192.168.1.7", true)]
    [InlineData("192.168.1.7", "192.168.1.8", false)]
    [InlineData("192.168.1.6/31", "192.168.1.7", true)]
    [InlineData("fd00:1::/33", "fd00:1:7fff::1", true)]
    [InlineData("fd00:1::/33", "fd00:1:8000::1", false)]
    [InlineData("fe80::/10", "fe80::1%4", true)]
    [InlineData(" 10.0.0.0/8 , ,fd00::/8,", "fd12::1", true)]
    public void Contains_what_its_prefixes_cover(string networks, string address, bool expected) =>
        Assert.Equal(expected, IpNetworkSet.Parse(networks).Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(" , ")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10/8")]
    [InlineData("0x0a000000/8")]
    [InlineData("::/129")]
    [InlineData("::ffff:10.0.0.0/95")]
    [InlineData("host/8")]
    [InlineData("10.0.0.0/8,x")]
    [InlineData("10.0.0.0/99999999999")]
    public void Refuses_what_is_no_list_of_networks(string? text)
    {
        Assert.False(IpNetworkSet.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IpNetworkSet.Parse(text!));
    }

    [Fact]
    public void Prints_itself_so_that_it_reads_back()
    {
        IpNetworkSet set = IpNetworkSet.Parse("10.1.2.3/8, fd00::1/8,1.2.3.4,::ffff:172.16.0.0/108");
        Assert.Equal("10.0.0.0/8,fd00::/8,1.2.3.4/32,172.16.0.0/12", set.ToString());
        Assert.Equal(set.ToString(), IpNetworkSet.Parse(set.ToString()).ToString());
        Assert.Equal(4, set.Count);
    }

    [Fact]
    public void Takes_no_more_networks_than_its_limit()
    {
        Assert.True(IpNetworkSet.TryParse(string.Join(',', Enumerable.Repeat("10.0.0.0/8", FilterLimits.MaxNetworks)), out _));
        Assert.False(IpNetworkSet.TryParse(string.Join(',', Enumerable.Repeat("10.0.0.0/8", FilterLimits.MaxNetworks + 1)), out _));
    }
}
