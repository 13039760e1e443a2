using System.Net;

namespace OpStack.Discv5.Tests;

public sealed class AddressScopeTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.16.0.0", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("239.1.1.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2a00:1450:4001::1", true)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("64:ff9b::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_the_open_internet_is_global(string address, bool isGlobal) =>
        Assert.Equal(isGlobal, AddressScope.IsGlobal(IPAddress.Parse(address)));

    [Theory]
    [InlineData("::ffff:8.8.8.8", "8.8.8.8")]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData("2a00::1", "2a00::1")]
    [InlineData("8.8.8.8", "8.8.8.8")]
    public void One_host_has_one_address(string address, string plain)
    {
        IPEndPoint endPoint = new(IPAddress.Parse(address), 9000);
        IPEndPoint normal = AddressScope.Normalise(endPoint);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(plain), 9000), normal);
        Assert.Equal(address == plain, ReferenceEquals(endPoint, normal));
        Assert.Same(normal, AddressScope.Normalise(normal));
    }
}
