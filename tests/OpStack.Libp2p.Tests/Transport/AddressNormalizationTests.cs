using System.Net;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Transport;

public sealed class AddressNormalizationTests
{
    [Theory]
    [InlineData("1.2.3.4", "1.2.3.4")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4")]
    [InlineData("::1.2.3.4", "::1.2.3.4")]
    [InlineData("64:ff9b::1.2.3.4", "64:ff9b::1.2.3.4")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("fe80::1%7", "fe80::1")]
    public void One_host_is_one_address(string given, string normal)
    {
        Assert.Equal(IPAddress.Parse(normal), IPAddress.Parse(given).Normalize());
        Assert.Equal(new IPEndPoint(IPAddress.Parse(normal), 9222), new IPEndPoint(IPAddress.Parse(given), 9222).Normalize());
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("::ffff:0.0.0.0/96", "0.0.0.0/0")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("::/0", "::/0")]
    [InlineData("::/95", "::/95")]
    public void A_network_of_mapped_addresses_is_one_of_ipv4(string given, string normal) =>
        Assert.Equal(IPNetwork.Parse(normal), IPNetwork.Parse(given).Normalize());

    [Fact]
    public void What_is_normal_already_stays_the_same_object()
    {
        IPEndPoint endPoint = new(IPAddress.Parse("2001:db8::1"), 1);
        Assert.Same(endPoint, endPoint.Normalize());
    }
}
