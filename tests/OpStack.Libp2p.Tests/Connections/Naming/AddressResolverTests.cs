using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Naming;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Tests.Connections.Naming;

public sealed class AddressResolverTests
{
    private readonly PeerId _peer = TestPeers.NewId();
    private readonly PeerId _other = TestPeers.NewId();
    private readonly Dictionary<string, string[]> _texts = [];
    private readonly List<string> _asked = [];

    [Theory]
    [InlineData("/ip4/203.0.113.1/tcp/9222", "203.0.113.1:9222")]
    [InlineData("/ip6/::ffff:203.0.113.1/tcp/9222", "203.0.113.1:9222")]
    [InlineData("/dns/both.test/tcp/1", "[2001:db8::1]:1 203.0.113.1:1 203.0.113.2:1")]
    [InlineData("/dns4/both.test/tcp/1", "203.0.113.1:1 203.0.113.2:1")]
    [InlineData("/dns6/both.test/tcp/1", "[2001:db8::1]:1")]
    public async Task Addresses_stand_for_themselves_and_names_are_looked_up_by_family(string address, string expected) =>
        Assert.Equal(expected, string.Join(' ', await ResolveAsync(address)));

    [Theory]
    [InlineData("/dns4/absent.test/tcp/1")]
    [InlineData("/ip4/203.0.113.1/udp/1/quic-v1")]
    [InlineData("/dnsaddr/absent.test")]
    public async Task What_leads_nowhere_fails(string address) =>
        Assert.Equal(Libp2pError.DialFailed, (await Assert.ThrowsAsync<Libp2pException>(() => ResolveAsync(address))).Error);

    [Fact]
    public async Task Dnsaddr_gives_the_records_of_the_peer_and_follows_names()
    {
        _texts["_dnsaddr.a.test"] =
        [
            $"dnsaddr=/ip4/203.0.113.1/tcp/1/p2p/{_peer}",
            $"dnsaddr=/ip4/203.0.113.9/tcp/1/p2p/{_other}",
            "dnsaddr=/ip4/203.0.113.8/tcp/1",
            $"dnsaddr=/ip4/203.0.113.7/udp/1/quic-v1/p2p/{_peer}",
            $"dnsaddr=/dnsaddr/b.test/p2p/{_peer}",
            "v=spf1 -all",
            "dnsaddr=no address",
        ];
        _texts["_dnsaddr.b.test"] = [$"dnsaddr=/dns4/both.test/tcp/2/p2p/{_peer}", $"dnsaddr=/dnsaddr/a.test/p2p/{_peer}"];

        Assert.Equal(["203.0.113.1:1", "203.0.113.1:2", "203.0.113.2:2"], await ResolveAsync("/dnsaddr/a.test"));
        Assert.Equal(["_dnsaddr.a.test", "_dnsaddr.b.test"], _asked);
    }

    [Fact]
    public async Task A_name_of_a_tree_that_cannot_be_looked_up_takes_no_other_along()
    {
        _texts["_dnsaddr.a.test"] = [$"dnsaddr=/dnsaddr/broken.test/p2p/{_peer}", $"dnsaddr=/dnsaddr/b.test/p2p/{_peer}"];
        _texts["_dnsaddr.b.test"] = [$"dnsaddr=/ip4/203.0.113.1/tcp/1/p2p/{_peer}"];

        Assert.Equal(["203.0.113.1:1"], await ResolveAsync("/dnsaddr/a.test"));
        Assert.Equal(["_dnsaddr.a.test", "_dnsaddr.broken.test", "_dnsaddr.b.test"], _asked);
        Libp2pException alone = await Assert.ThrowsAsync<Libp2pException>(() => ResolveAsync("/dnsaddr/broken.test"));
        Assert.IsType<SocketException>(alone.InnerException);
    }

    [Fact]
    public async Task Names_that_point_at_names_are_followed_four_deep()
    {
        for (int i = 0; i < 10; i++)
        {
            _texts[$"_dnsaddr.{i}.test"] = [$"dnsaddr=/ip4/203.0.113.{i}/tcp/1/p2p/{_peer}", $"dnsaddr=/dnsaddr/{i + 1}.test/p2p/{_peer}"];
        }

        Assert.Equal(4, (await ResolveAsync("/dnsaddr/0.test")).Length);
        Assert.Equal(SwarmLimits.DnsAddrDepth, _asked.Count);
    }

    [Fact]
    public async Task A_tree_that_spreads_is_cut_off_by_its_look_ups_and_its_records()
    {
        for (int i = 0; i < 1000; i++)
        {
            _texts[$"_dnsaddr.{i}.test"] = [.. Enumerable.Range(1, 9).Select(k => $"dnsaddr=/dnsaddr/{(10 * i) + k}.test/p2p/{_peer}")];
        }

        await Assert.ThrowsAsync<Libp2pException>(() => ResolveAsync("/dnsaddr/0.test"));
        Assert.Equal(SwarmLimits.DnsAddrLookups, _asked.Count);

        _texts["_dnsaddr.many.test"] = [.. Enumerable.Range(1, 1000).Select(k => $"dnsaddr=/ip4/203.0.113.1/tcp/{k}/p2p/{(k <= 100 ? _other : _peer)}")];
        await Assert.ThrowsAsync<Libp2pException>(() => ResolveAsync("/dnsaddr/many.test"));
        _texts["_dnsaddr.many.test"] = [.. Enumerable.Range(1, 1000).Select(k => $"dnsaddr=/ip4/203.0.113.1/tcp/{k}/p2p/{_peer}")];
        Assert.Equal(SwarmLimits.AddressesPerDial, (await ResolveAsync("/dnsaddr/many.test")).Length);
    }

    [Fact]
    [Trait("Row", "32")]
    public async Task Look_ups_that_hang_and_that_nobody_waits_for_any_more_still_count()
    {
        List<TaskCompletionSource<IPAddress[]>> hanging = [];
        AddressResolver resolver = new(
            (_, _, _) =>
            {
                TaskCompletionSource<IPAddress[]> lookUp = new();
                lock (hanging)
                {
                    hanging.Add(lookUp);
                }

                return lookUp.Task;
            },
            null,
            16,
            TimeProvider.System);
        using CancellationTokenSource cancel = new();
        Task[] asked = [.. Enumerable.Range(0, 20).Select(i => resolver.ResolveAsync(Multiaddr.Parse($"/dns4/{i}.test/tcp/1"), _peer, cancel.Token).AsTask())];
        Assert.Equal((16, 16), (hanging.Count, resolver.LookUps));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(asked).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.All(asked, t => Assert.True(t.IsCanceled));
        Assert.Equal((16, 16), (hanging.Count, resolver.LookUps));

        hanging.ForEach(h => h.SetException(new SocketException((int)SocketError.TryAgain)));
        Assert.Equal(0, resolver.LookUps);
    }

    private async Task<string[]> ResolveAsync(string address)
    {
        AddressResolver resolver = new(
            (host, family, _) => Task.FromResult<IPAddress[]>(
                host == "both.test" ? [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("203.0.113.1"), IPAddress.Parse("203.0.113.2")] : []),
            (name, _) =>
            {
                _asked.Add(name);
                return name == "_dnsaddr.broken.test"
                    ? throw new SocketException((int)SocketError.TryAgain)
                    : Task.FromResult<IReadOnlyList<string>>(_texts.GetValueOrDefault(name, []));
            },
            16,
            TimeProvider.System);
        IReadOnlyList<IPEndPoint> found = await resolver.ResolveAsync(Multiaddr.Parse(address), _peer, default);
        return [.. found.Select(e => e.ToString())];
    }
}
