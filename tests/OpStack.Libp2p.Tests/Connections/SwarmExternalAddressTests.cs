using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>Addresses that a NAT gateway maps to us.</summary>
public sealed class SwarmExternalAddressTests : SwarmTestBase
{
    private static readonly Multiaddr External = Multiaddr.Parse("/ip4/9.9.9.9/tcp/10222");

    [Fact]
    public async Task Peers_are_told_of_them_first_of_all_at_once_and_until_they_are_taken_back()
    {
        Node a = Create("198.51.100.1"), b = Create("203.0.113.1");
        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        await AdvanceUntil(() => Told(b, a) is [var only] && only.Equals(a.Bare) && b.Swarm.GetIdentifyInfo(a.Id) is not null, seconds: 0.1);

        a.Swarm.SetExternalAddresses([External]);
        await AdvanceUntil(() => Told(b, a).SequenceEqual([External, a.Bare]), seconds: 0.1);
        Assert.Equal([a.Bare], a.Swarm.ListenAddresses);

        a.Swarm.SetExternalAddresses([]);
        await AdvanceUntil(() => Told(b, a).SequenceEqual([a.Bare]), seconds: 0.1);
    }

    [Theory]
    [InlineData("/ip4/9.9.9.9/udp/10222")]
    [InlineData("/dns4/a.test/tcp/10222")]
    [InlineData("/ip4/9.9.9.9/tcp/10222/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA")]
    public void What_is_no_plain_tcp_address_is_refused(string address) =>
        Assert.Throws<ArgumentException>(() => Create("198.51.100.1").Swarm.SetExternalAddresses([Multiaddr.Parse(address)]));

    [Fact]
    public void There_are_16_at_most()
    {
        Swarm swarm = Create("198.51.100.1").Swarm;
        Multiaddr[] many = [.. Enumerable.Range(1, 17).Select(i => Multiaddr.Parse($"/ip4/9.9.9.9/tcp/{i}"))];
        swarm.SetExternalAddresses(many[..16]);
        Assert.Throws<ArgumentException>(() => swarm.SetExternalAddresses(many));
    }

    private static IReadOnlyList<Multiaddr> Told(Node to, Node by) =>
        to.Swarm.GetIdentifyInfo(by.Id) is IdentifyInfo info ? info.ListenAddresses : [];
}
