using System.Net;
using OpStack.Libp2p.Nat.Upnp;

namespace OpStack.Libp2p.Tests.Nat.Upnp;

public class GatewayUrlTests
{
    [Theory]
    [InlineData("http://192.168.1.1/", true)]
    [InlineData("http://192.168.1.1:5000/x?y", true)]
    [InlineData("HTTP://192.168.1.1/", true)]
    [InlineData("http://0xc0.0xa8.1.1/", true)] // The same address, and requested as such.
    [InlineData("https://192.168.1.1/", false)]
    [InlineData("http://192.168.1.2/", false)]
    [InlineData("http://127.0.0.1/", false)]
    [InlineData("http://router.local/", false)]
    [InlineData("http://192.168.1.1.evil.test/", false)]
    [InlineData("http://192.168.1.1@evil.test/", false)]
    [InlineData("http://a:b@192.168.1.1/", false)]
    [InlineData("http://192.168.1.1:0/", false)]
    [InlineData("http://[::ffff:192.168.1.1]/", false)]
    [InlineData("gopher://192.168.1.1/", false)]
    public void Only_plain_http_at_the_gateways_own_address_is_followed(string url, bool expected) =>
        Assert.Equal(expected, GatewayUrl.IsAllowed(new Uri(url), IPAddress.Parse("192.168.1.1")));

    [Fact]
    public void Relative_and_long_urls_are_not()
    {
        Assert.False(GatewayUrl.IsAllowed(new Uri("/a", UriKind.Relative), IPAddress.Loopback));
        Assert.False(GatewayUrl.IsAllowed(new Uri("http://127.0.0.1/" + new string('a', 600)), IPAddress.Loopback));
    }
}
