using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat.AutoNat;

namespace OpStack.Libp2p.Tests.Nat.AutoNat;

/// <summary>Where a dial-back goes, and how often.</summary>
public class DialBackTests
{
    private static readonly PeerId Peer = TestPeers.NewId();

    [Fact]
    public void Every_target_is_at_the_observed_address()
    {
        string id = TestPeers.NewId().ToString();
        string[] named =
        [
            "/ip4/6.6.6.6/tcp/9222", $"/ip4/6.6.6.6/tcp/9223/p2p/{Peer}",
            "/ip4/192.168.1.20/tcp/9224", "/ip6/2606:4700::1111/tcp/9225", "/ip4/7.7.7.7/tcp/22", // Only their ports count.
            "/ip4/6.6.6.6/tcp/9222", "/ip4/6.6.6.6/tcp/0", $"/ip4/6.6.6.6/tcp/9226/p2p/{id}", "/dns4/victim.test/tcp/9227", "/dnsaddr/victim.test",
            "/ip4/6.6.6.6/udp/9228", "/ip4/6.6.6.6/udp/9229/quic-v1", "/ip4/6.6.6.6/tcp/9230/ws", $"/ip4/6.6.6.6/tcp/9231/p2p/{id}/p2p-circuit",
        ];
        Assert.Equal(
            [40_001, 9222, 9223, 9224, 9225, 22],
            Select(IPEndPoint.Parse("6.6.6.6:40001"), named).Select(t => t.TryGetTcpEndPoint(out IPEndPoint? e) && e.Address.Equals(IPAddress.Parse("6.6.6.6")) ? e.Port : -1));
    }

    [Fact]
    public void There_are_16_at_most()
    {
        string[] named = [.. Enumerable.Range(1, 400).Select(i => $"/ip4/6.6.6.6/tcp/{i}")];
        Assert.Equal(16, Select(IPEndPoint.Parse("[2606:4700::1111]:40001"), named).Count);
    }

    [Fact]
    public void A_peer_gets_5_dial_backs_and_all_together_10_within_any_60_seconds()
    {
        DialBackBudget budget = new(new AutoNatOptions());
        PeerId[] peers = [.. Enumerable.Range(0, 4).Select(_ => TestPeers.NewId())];
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => budget.TryTake(peers[0], TimeSpan.FromSeconds(1))));
        Assert.Equal(3, Enumerable.Range(0, 3).Count(_ => budget.TryTake(peers[1], TimeSpan.FromSeconds(31))));
        Assert.Equal(2, Enumerable.Range(0, 20).Count(_ => budget.TryTake(peers[2], TimeSpan.FromSeconds(31))));
        Assert.False(budget.TryTake(peers[3], TimeSpan.FromSeconds(60.999)));

        // The first five have gone, not the others: there is no moment at which twenty pass.
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => budget.TryTake(peers[0], TimeSpan.FromSeconds(61))));
        Assert.False(budget.TryTake(peers[3], TimeSpan.FromSeconds(90.999)));
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => budget.TryTake(peers[3], TimeSpan.FromSeconds(91))));
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        Names(nameof(AutoNatOptions.MaxDialBacks), new AutoNatOptions { MaxDialBacks = 0 });
        Names(nameof(AutoNatOptions.MaxDialBacksPerPeer), new AutoNatOptions { MaxDialBacksPerPeer = 11 });
        Names(nameof(AutoNatOptions.Period), new AutoNatOptions { Period = TimeSpan.Zero });
        Names(nameof(AutoNatOptions.DialTimeout), new AutoNatOptions { DialTimeout = TimeSpan.FromSeconds(51) });
        new AutoNatOptions().Validate();
    }

    private static IReadOnlyList<Multiaddr> Select(IPEndPoint observed, string[] named) =>
        DialBackTargets.Select(Peer, observed, named.Select(Multiaddr.Parse));

    private static void Names(string setting, AutoNatOptions options) =>
        Assert.StartsWith($"{nameof(AutoNatOptions)}.{setting} ", Assert.Throws<ArgumentException>(options.Validate).Message);
}
