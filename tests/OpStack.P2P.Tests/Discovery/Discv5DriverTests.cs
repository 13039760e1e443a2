using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Discovery;

/// <summary>The driver's behaviour on a network that does what the test says, in virtual time.</summary>
public sealed class Discv5DriverTests
{
    [Fact]
    public async Task Records_of_our_chain_reach_the_host_and_others_are_counted()
    {
        await using DriverFixture fixture = new();
        await fixture.StartAsync();
        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(TestRecords.Of(1, chainId: 10)));
        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(TestRecords.Of(2, chainId: null)));
        fixture.Network.Raise.TryWrite(new Discv5Event.LocalEnrUpdated(TestRecords.Of(3)));
        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(TestRecords.Of(4)));
        fixture.Network.Raise.TryWrite(new Discv5Event.SessionEstablished(TestRecords.Of(5), new System.Net.IPEndPoint(1, 1), false));

        Assert.Equal(TestRecords.Of(4), await fixture.NextAsync());
        Assert.Equal(TestRecords.Of(5), await fixture.NextAsync());
        DiscoveryMetrics metrics = await fixture.Handler.GetMetricsAsync();
        Assert.Equal((2, 1, 1), (metrics.Forwarded, metrics.Rejected[EnrRejection.InvalidChainId], metrics.Rejected[EnrRejection.MissingKey]));
    }

    [Fact]
    public async Task A_random_lookup_every_interval_and_never_two_at_once()
    {
        await using DriverFixture fixture = new();
        TaskCompletionSource<IReadOnlyList<Enr>> slow = new();
        await fixture.StartAsync();
        await WaitForLookupsAsync(fixture, 1);
        fixture.Network.Lookup = _ => slow.Task;
        fixture.Time.Advance(DriverFixture.Interval);
        await WaitForLookupsAsync(fixture, 2);
        for (int i = 0; i < 5; i++)
        {
            fixture.Time.Advance(DriverFixture.Interval);
        }

        // The loop has passed the ticks when it has passed what was told after them.
        await fixture.Handler.AddEnrAsync(TestRecords.Of(7));
        Assert.Equal(TestRecords.Of(7), await fixture.NextAsync());
        Assert.Equal(2, fixture.Network.CountOf("lookup"));

        slow.SetResult([TestRecords.Of(8)]);
        Assert.Equal(TestRecords.Of(8), await fixture.NextAsync());
        fixture.Network.Lookup = null;
        await Until.TrueAsync(() =>
        {
            fixture.Time.Advance(DriverFixture.Interval);
            return fixture.Network.CountOf("lookup") >= 3;
        });
    }

    [Fact]
    public async Task A_lookup_that_fails_does_not_end_the_lookups()
    {
        await using DriverFixture fixture = new();
        fixture.Network.Lookup = _ => throw new InvalidOperationException("a defect");
        await fixture.StartAsync();
        await Until.TrueAsync(() =>
        {
            fixture.Time.Advance(DriverFixture.Interval);
            return fixture.Network.CountOf("lookup") >= 3;
        });
    }

    [Theory]
    [InlineData(20, true, false)]
    [InlineData(21, true, true)]
    [InlineData(21, false, false)]
    public async Task A_random_entry_is_evicted_from_a_table_of_more_than_20(int nodes, bool randomize, bool evicted)
    {
        await using DriverFixture fixture = new(s => s with { RandomizeInterval = randomize ? TimeSpan.FromSeconds(30) : null });
        await fixture.StartAsync();
        for (int i = 1; i <= nodes; i++)
        {
            fixture.Network.Put(TestRecords.Of(i, chainId: null));
        }

        fixture.Time.Advance(TimeSpan.FromSeconds(30));
        await fixture.Handler.AddEnrAsync(TestRecords.Of(1, sequence: 2));
        await fixture.NextAsync();

        Assert.Equal(evicted ? 1 : 0, fixture.Network.CountOf("remove"));
        Assert.Equal(evicted ? 1 : 0, (await fixture.Handler.GetMetricsAsync()).Evictions);
    }

    [Fact]
    public async Task Boot_nodes_of_both_kinds_go_into_the_table_whatever_their_chain_and_only_ours_to_the_host()
    {
        Enr foreign = TestRecords.Of(1, chainId: null), ours = TestRecords.Of(2);
        NodeRecord enode = NodeRecord.Create(ours.PublicKey, ours.Ip4!, 0, 30305);
        NodeRecord named = NodeRecord.Parse(NodeRecord.Create(TestRecords.Of(3).PublicKey, ours.Ip4!, 0, 30306).ToString().Replace("52.1.2.3", "boot.example"));
        NodeRecord down = NodeRecord.Create(TestRecords.Of(4).PublicKey, ours.Ip4!, 0, 30307);
        await using DriverFixture fixture = new(s => s with
        {
            BootNodes = new BootNodes([new BootNode(down), new BootNode(enode), new BootNode(named), new BootNode(foreign), new BootNode(TestRecords.Of(0))]),
            Resolver = (host, _, _) => Task.FromResult(new[] { System.Net.IPAddress.IPv6Loopback, System.Net.IPAddress.Parse(host == "boot.example" ? "52.7.7.7" : "0.0.0.0") }),
        });
        fixture.Network.Answer = (contact, _) => contact.Address.EndPoint.Port switch
        {
            30305 => Task.FromResult(ours),
            30306 => Task.FromResult(TestRecords.Of(3)),
            _ => throw new Discv5Exception(Discv5Error.Timeout, "no answer"),
        };
        await fixture.StartAsync();

        Assert.Equal([foreign.NodeId, ours.NodeId, TestRecords.Of(3).NodeId], fixture.Network.Table.Keys.ToHashSet());
        Assert.Contains("request 52.7.7.7:30306", fixture.Network.Calls);
        Assert.Equal([ours, TestRecords.Of(3)], new HashSet<Enr> { await fixture.NextAsync(), await fixture.NextAsync() });
    }

    [Fact]
    public async Task An_empty_table_asks_the_boot_nodes_again()
    {
        NodeRecord enode = NodeRecord.Create(TestRecords.Of(1).PublicKey, TestRecords.Of(1).Ip4!, 0, 30305);
        await using DriverFixture fixture = new(s => s with { BootNodes = new BootNodes([new BootNode(enode)]) });
        await fixture.StartAsync();
        Assert.Equal(1, fixture.Network.CountOf("request"));
        fixture.Network.Answer = (_, _) => Task.FromResult(TestRecords.Of(1));
        await Until.TrueAsync(() =>
        {
            fixture.Time.Advance(DriverFixture.Interval);
            return !fixture.Network.Table.IsEmpty;
        });
        Assert.Equal(2, fixture.Network.CountOf("request"));
        Assert.Equal(TestRecords.Of(1), await fixture.NextAsync());
    }

    [Fact]
    public async Task A_request_that_takes_for_ever_holds_nothing_up()
    {
        await using DriverFixture fixture = new();
        fixture.Network.Answer = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        };
        await fixture.StartAsync();
        using CancellationTokenSource impatient = new();
        Task<Enr> request = fixture.Handler.RequestEnrAsync(NodeRecord.Create(TestRecords.Of(1).PublicKey, TestRecords.Of(1).Ip4!, 0, 1), impatient.Token);

        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(TestRecords.Of(2)));
        Assert.Equal(TestRecords.Of(2), await fixture.NextAsync());
        Assert.Equal(fixture.Network.LocalEnr, fixture.Handler.LocalEnr);
        Assert.Empty(await fixture.Handler.GetTableEnrsAsync());
        Assert.False(request.IsCompleted);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task A_record_is_requested_by_multiaddr_too()
    {
        await using DriverFixture fixture = new();
        fixture.Network.Answer = (contact, _) => Task.FromResult(contact.NodeId == TestRecords.Of(1).NodeId ? TestRecords.Of(1) : TestRecords.Of(2));
        await fixture.StartAsync();
        string id = TestRecords.Of(1).PublicKey.ToPeerId().ToString();

        Assert.Equal(TestRecords.Of(1), await fixture.Handler.RequestEnrAsync(Multiaddr.Parse($"/ip4/52.1.2.3/udp/9000/tcp/9222/p2p/{id}")));
        Assert.Equal(TestRecords.Of(1), await fixture.Handler.RequestEnrAsync(Multiaddr.Parse($"/ip4/52.1.2.3/tcp/9222/p2p/{id}")));
        Assert.Equal(["request 52.1.2.3:9000", "request 52.1.2.3:9222"], fixture.Network.Calls.Where(c => c.StartsWith("request")));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Handler.RequestEnrAsync(Multiaddr.Parse($"/dns4/host/udp/9000/p2p/{id}")));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Handler.RequestEnrAsync(Multiaddr.Parse("/ip4/52.1.2.3/udp/9000")));
    }

    [Fact]
    public async Task A_ban_by_score_is_of_the_node_and_of_the_addresses_it_was_connected_at()
    {
        await using DriverFixture fixture = new();
        await fixture.StartAsync();
        IBanTarget target = fixture.Handler;
        Enr first = TestRecords.Of(1), second = TestRecords.Of(2);
        PeerId peer = first.PublicKey.ToPeerId();
        Multiaddr address = Multiaddr.Parse("/ip4/52.8.8.8/tcp/30000").WithPeerId(peer);
        TimeSpan hour = TimeSpan.FromHours(1);

        await target.BanAsync(new BanOrder(peer, [address], hour, "invalid-messages", -101), CancellationToken.None);
        await target.BanAsync(new BanOrder(second.PublicKey.ToPeerId(), [], hour, "invalid-messages", -101), CancellationToken.None);

        Assert.Equal(
            [$"ban {first.NodeId} {hour}", $"ban 52.8.8.8 {hour}", $"ban {second.NodeId} {hour}"],
            fixture.Network.Calls.Where(c => c.StartsWith("ban")));
    }

    [Fact]
    public async Task A_ban_is_by_node_and_by_address_and_keeps_their_records_from_the_host()
    {
        await using DriverFixture fixture = new();
        await fixture.StartAsync();
        Enr sameIp = TestRecords.Of(1, ip: "52.9.9.9"), byId = TestRecords.Of(2), other = TestRecords.Of(3);
        fixture.Network.Put(sameIp);
        fixture.Network.Put(other);
        TimeSpan hour = TimeSpan.FromHours(1);
        await fixture.Handler.BanAsync(
            [Multiaddr.Parse("/ip4/52.9.9.9/tcp/1"), Multiaddr.Parse($"/ip4/52.8.8.8/tcp/9222/p2p/{byId.PublicKey.ToPeerId()}"), Multiaddr.Parse("/dns4/x/tcp/1")],
            hour);

        Assert.Equal(
            [$"ban {sameIp.NodeId} {hour}", $"ban {byId.NodeId} {hour}", $"ban 52.9.9.9 {hour}", $"ban 52.8.8.8 {hour}"],
            fixture.Network.Calls.Where(c => c.StartsWith("ban")).ToHashSet());

        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(byId));
        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(TestRecords.Of(9, ip: "52.9.9.9")));
        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(other));
        Assert.Equal(other, await fixture.NextAsync());
        Assert.Equal(2, (await fixture.Handler.GetMetricsAsync()).Rejected[EnrRejection.Banned]);

        // The lookups of that hour bring the others again; the banned node comes only now, and it comes.
        fixture.Time.Advance(hour);
        fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(byId));
        while (!byId.Equals(await fixture.NextAsync()))
        {
        }
    }

    [Fact]
    public async Task The_oldest_record_is_dropped_and_counted_when_the_host_does_not_read()
    {
        await using DriverFixture fixture = new();
        await fixture.StartAsync();
        int total = DiscoveryLimits.MaxWaitingEnrs + 10;
        for (int i = 1; i <= total; i++)
        {
            fixture.Network.Raise.TryWrite(new Discv5Event.Discovered(TestRecords.Of(1, sequence: (ulong)i)));
        }

        await Until.TrueAsync(async () => (await fixture.Handler.GetMetricsAsync()).Forwarded == total);
        Assert.Equal(10, (await fixture.Handler.GetMetricsAsync()).Dropped);
        Assert.Equal(11UL, (await fixture.NextAsync()).Sequence);
    }

    [Fact]
    public async Task The_host_sees_whether_the_network_is_deaf()
    {
        await using DriverFixture fixture = new();
        await fixture.StartAsync();
        Assert.Equal(Discv5Health.Healthy, fixture.Handler.Health);
        fixture.Network.Health = Discv5Health.Deaf;
        Assert.Equal(Discv5Health.Deaf, fixture.Handler.Health);
    }

    [Fact]
    public async Task Without_forwarding_the_host_gets_nothing()
    {
        await using DriverFixture fixture = new(s => s with { Forward = false });
        await fixture.StartAsync();
        await fixture.Handler.AddEnrAsync(TestRecords.Of(1));
        await fixture.Driver.DisposeAsync();
        Assert.False(await fixture.Handler.Enrs.WaitToReadAsync());
        Assert.Equal(1, fixture.Network.CountOf("add"));
    }

    [Fact]
    public async Task When_the_network_s_events_end_the_driver_goes_on_without_spinning()
    {
        await using DriverFixture fixture = new();
        await fixture.StartAsync();
        fixture.Network.Raise.Complete();
        fixture.Time.Advance(DriverFixture.Interval);
        await WaitForLookupsAsync(fixture, 2);
        await fixture.Handler.AddEnrAsync(TestRecords.Of(1));
        Assert.Equal(TestRecords.Of(1), await fixture.NextAsync());
    }

    [Fact]
    public async Task Disposal_is_idempotent_ends_the_channel_and_refuses_further_use()
    {
        DriverFixture fixture = new();
        await fixture.StartAsync();
        Task first = fixture.Driver.DisposeAsync().AsTask(), second = fixture.Driver.DisposeAsync().AsTask();
        await first;
        await second;
        await fixture.Handler.Enrs.Completion;
        Assert.Equal(1, fixture.Network.CountOf("dispose"));
        Assert.Equal(Discv5Error.Stopped, (await Assert.ThrowsAsync<Discv5Exception>(async () => await fixture.Handler.AddEnrAsync(TestRecords.Of(1)))).Error);
        Assert.Throws<ObjectDisposedException>(() => { _ = fixture.Driver.StartAsync(); });
        await fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_driver_that_was_never_started_can_be_disposed()
    {
        DriverFixture fixture = new();
        await fixture.DisposeAsync();
        Assert.Equal(["dispose"], fixture.Network.Calls);
    }

    private static Task WaitForLookupsAsync(DriverFixture fixture, int count) =>
        Until.TrueAsync(async () => fixture.Network.CountOf("lookup") >= count && (await fixture.Handler.GetMetricsAsync()).Lookups >= count);
}
