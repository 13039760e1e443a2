using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections;

public sealed class InterfaceAddressesTests
{
    [Fact]
    public void Are_listed_anew_only_after_a_while_however_often_peers_ask()
    {
        FakeTimeProvider time = new();
        int listed = 0;
        InterfaceAddresses addresses = new(time, () => [new IPAddress(new byte[] { 10, 0, 0, (byte)++listed })]);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(IPAddress.Parse("10.0.0.1"), Assert.Single(addresses.Current)));
        time.Advance(SwarmLimits.InterfaceRefresh - TimeSpan.FromTicks(1));
        Assert.Equal(IPAddress.Parse("10.0.0.1"), Assert.Single(addresses.Current));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(IPAddress.Parse("10.0.0.2"), Assert.Single(addresses.Current));
    }

    [Fact]
    public void Of_this_machine_end_in_loopback()
    {
        Assert.True(IPAddress.IsLoopback(new InterfaceAddresses(TimeProvider.System).Current[^1]));
    }
}
