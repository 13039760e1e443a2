using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Records;
using OpStack.Discv5.Routing;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Tests.Service;

/// <summary>The service on real sockets, loopback only.</summary>
public sealed class ServiceTests
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Three_to_ten_nodes_find_each_other_from_one_boot_node()
    {
        await using Nodes nodes = await Nodes.StartAsync(6);
        foreach (Discv5Service service in nodes.All.Skip(1))
            await service.AddEnrAsync(nodes.All[0].LocalEnr);

        using CancellationTokenSource guard = new(HangGuard);
        foreach (Discv5Service service in nodes.All)
        {
            HashSet<NodeId> known = [];
            while (known.Count < nodes.All.Count - 1)
            {
                IReadOnlyList<Enr> found = await service.RandomLookupAsync(guard.Token);
                known.UnionWith(found.Select(record => record.NodeId));
                known.UnionWith((await service.GetTableEnrsAsync(guard.Token)).Select(record => record.NodeId));
                await Task.Delay(20, guard.Token);
            }

            Assert.DoesNotContain(service.LocalEnr.NodeId, known);
            Assert.Equal(0, (await service.GetMetricsAsync(guard.Token)).LoopFaults);
        }
    }

    [Fact]
    public async Task Ping_findnode_talk_and_enr_requests_work_both_ways()
    {
        await using Nodes nodes = await Nodes.StartAsync(2);
        (Discv5Service a, Discv5Service b) = (nodes.All[0], nodes.All[1]);
        foreach ((Discv5Service from, Discv5Service to) in new[] { (a, b), (b, a) })
        {
            NodeContact contact = new(to.LocalEnr.PublicKey, to.LocalEndPoints[0]);
            Assert.Equal(to.LocalEnr, await from.RequestEnrAsync(contact).WaitAsync(HangGuard));
            PingResult pong = await from.PingAsync(contact).WaitAsync(HangGuard);
            Assert.Equal(from.LocalEndPoints[0], pong.Observed);
            Assert.Empty((await from.TalkAsync(contact, "none", new byte[] { 1 }).WaitAsync(HangGuard)).ToArray());

            to.RegisterTalkHandler("echo", (query, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(query.Payload.ToArray().Reverse().ToArray()));
            Assert.Equal([3, 2, 1], (await from.TalkAsync(contact, "echo", new byte[] { 1, 2, 3 }).WaitAsync(HangGuard)).ToArray());
            to.RegisterTalkHandler("echo", (_, _) => throw new InvalidOperationException("broken"));
            Assert.Empty((await from.TalkAsync(contact, "echo", new byte[] { 1 }).WaitAsync(HangGuard)).ToArray());
            Assert.Equal(1, (await to.GetMetricsAsync()).TalkHandlerFaults);
        }
    }

    [Fact]
    public async Task A_changed_record_reaches_the_peers()
    {
        await using Nodes nodes = await Nodes.StartAsync(2);
        (Discv5Service a, Discv5Service b) = (nodes.All[0], nodes.All[1]);
        await a.PingAsync(new NodeContact(b.LocalEnr, b.LocalEndPoints[0])).WaitAsync(HangGuard);
        Enr changed = await b.ChangeLocalEnrAsync(builder => builder.Set("opstack", [10, 0])).WaitAsync(HangGuard);
        Assert.Equal(changed, b.LocalEnr);

        using CancellationTokenSource guard = new(HangGuard);
        while (!(await a.GetTableEnrsAsync(guard.Token)).Contains(changed))
            await Task.Delay(20, guard.Token);
    }

    [Fact]
    public async Task Silence_is_a_timeout_and_a_ban_is_forbidden()
    {
        await using Nodes nodes = await Nodes.StartAsync(2);
        (Discv5Service a, Discv5Service b) = (nodes.All[0], nodes.All[1]);
        NodeContact contact = new(b.LocalEnr, b.LocalEndPoints[0]);
        await a.BanAsync(b.LocalEnr.NodeId, TimeSpan.FromHours(1));
        Discv5Exception forbidden = await Assert.ThrowsAsync<Discv5Exception>(() => a.PingAsync(contact).WaitAsync(HangGuard));
        Assert.Equal(Discv5Error.Forbidden, forbidden.Error);
        Discv5Exception timeout = await Assert.ThrowsAsync<Discv5Exception>(
            () => b.PingAsync(new NodeContact(a.LocalEnr, a.LocalEndPoints[0])).WaitAsync(HangGuard));
        Assert.Equal(Discv5Error.Timeout, timeout.Error);

        await a.UnbanAsync(b.LocalEnr.NodeId);
        await a.PingAsync(contact).WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Disposal_fails_what_waits_and_leaves_no_task()
    {
        Nodes nodes = await Nodes.StartAsync(1);
        Discv5Service service = nodes.All[0];
        using System.Net.Sockets.Socket silent = new(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, 0);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        Task<PingResult> ping = service.PingAsync(new NodeContact(key.PublicKey, (IPEndPoint)silent.LocalEndPoint!));
        await nodes.DisposeAsync();
        await nodes.DisposeAsync();

        Discv5Exception stopped = await Assert.ThrowsAsync<Discv5Exception>(() => ping.WaitAsync(HangGuard));
        Assert.Contains(stopped.Error, new[] { Discv5Error.Stopped, Discv5Error.Timeout });
        Assert.Equal(0, service.RunningTasks);
        Discv5Exception after = await Assert.ThrowsAsync<Discv5Exception>(() => service.RandomLookupAsync());
        Assert.Equal(Discv5Error.Stopped, after.Error);
        while (service.Events.TryRead(out _))
        {
        }

        Assert.True(service.Events.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_service_that_never_started_can_be_disposed()
    {
        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        Discv5Service service = new(key, new EnrBuilder(1).Build(key));
        await service.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => service.StartAsync());
    }

    [Fact]
    public async Task An_address_in_use_is_a_typed_error()
    {
        await using Nodes nodes = await Nodes.StartAsync(1);
        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        await using Discv5Service second = new(
            key, new EnrBuilder(1).Build(key), new Discv5Options { ListenAddresses = [nodes.All[0].LocalEndPoints[0]] });
        Discv5Exception error = await Assert.ThrowsAsync<Discv5Exception>(() => second.StartAsync());
        Assert.Equal(Discv5Error.ListenFailed, error.Error);
    }

    [Fact]
    public async Task One_exception_in_the_loop_is_counted_and_survived()
    {
        await using Nodes nodes = await Nodes.StartAsync(2);
        (Discv5Service a, Discv5Service b) = (nodes.All[0], nodes.All[1]);
        await a.ChangeLocalEnrAsync(_ => throw new InvalidOperationException("a host's mistake")).WaitAsync(HangGuard);
        await a.PingAsync(new NodeContact(b.LocalEnr, b.LocalEndPoints[0])).WaitAsync(HangGuard);
        Assert.Equal(1, (await a.GetMetricsAsync()).LoopFaults);
    }

    [Fact]
    public async Task A_dual_stack_socket_shows_ipv4_peers_as_ipv4()
    {
        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        await using Discv5Service dual = new(
            key, new EnrBuilder(1).Build(key), new Discv5Options { ListenAddresses = [new IPEndPoint(IPAddress.IPv6Any, 0)] });
        await dual.StartAsync();
        await using Nodes nodes = await Nodes.StartAsync(1);
        NodeContact contact = new(key.PublicKey, new IPEndPoint(IPAddress.Loopback, dual.LocalEndPoints[0].Port));
        PingResult pong = await nodes.All[0].PingAsync(contact).WaitAsync(HangGuard);
        Assert.Equal(nodes.All[0].LocalEndPoints[0], pong.Observed);
    }

    [Fact]
    public async Task Two_sockets_serve_a_family_each()
    {
        if (!System.Net.Sockets.Socket.OSSupportsIPv6)
            return;

        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        IPEndPoint[] addresses = [new(IPAddress.Loopback, 0), new(IPAddress.IPv6Loopback, 0)];
        await using Discv5Service both = new(key, new EnrBuilder(1).Build(key), new Discv5Options { ListenAddresses = addresses });
        await both.StartAsync();
        foreach (IPEndPoint bound in both.LocalEndPoints)
        {
            using Secp256k1PrivateKey other = Secp256k1PrivateKey.Generate();
            await using Discv5Service single = new(
                other, new EnrBuilder(1).Build(other), new Discv5Options { ListenAddresses = [new IPEndPoint(bound.Address, 0)] });
            await single.StartAsync();
            PingResult pong = await single.PingAsync(new NodeContact(key.PublicKey, bound)).WaitAsync(HangGuard);
            Assert.Equal(single.LocalEndPoints[0], pong.Observed);
            await both.PingAsync(new NodeContact(other.PublicKey, single.LocalEndPoints[0])).WaitAsync(HangGuard);
        }

        Assert.Equal(2, both.LocalEndPoints.Count);
    }

    [Fact]
    [Trait("Row", "51")]
    public async Task Random_datagrams_on_the_socket_get_no_answer_and_the_loop_lives()
    {
        await using Nodes nodes = await Nodes.StartAsync(2);
        (Discv5Service a, Discv5Service b) = (nodes.All[0], nodes.All[1]);
        using System.Net.Sockets.UdpClient flood = new(new IPEndPoint(IPAddress.Loopback, 0));
        Random random = new(51);
        int[] sizes = [0, 1, 46, 62, 63, 1280, 1281, 8000];
        for (int i = 0; i < 10_000; i++)
        {
            byte[] datagram = new byte[sizes[i % sizes.Length]];
            random.NextBytes(datagram);
            await flood.SendAsync(datagram, a.LocalEndPoints[0]);
        }

        await b.PingAsync(new NodeContact(a.LocalEnr, a.LocalEndPoints[0])).WaitAsync(HangGuard);
        Discv5Metrics metrics = await a.GetMetricsAsync();
        Assert.InRange(metrics.PacketsMalformed, 100, 10_000);
        Assert.Equal((0, Discv5Health.Healthy), (metrics.LoopFaults, a.Health));
        Assert.Equal(0, flood.Available);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Discv5Options good = new();
        good.Validate();
        (good with { AddressTrial = null, Filter = new FilterOptions { ReadBudget = null } }).Validate();
        foreach ((Discv5Options bad, string name) in new[]
        {
            (good with { ListenAddresses = [] }, nameof(Discv5Options.ListenAddresses)),
            (good with { RequestTimeout = TimeSpan.Zero }, nameof(Discv5Options.RequestTimeout)),
            (good with { RequestRetries = -1 }, nameof(Discv5Options.RequestRetries)),
            (good with { ChallengeTimeout = TimeSpan.Zero }, nameof(Discv5Options.ChallengeTimeout)),
            (good with { MaxSessions = 1 }, nameof(Discv5Options.MaxSessions)),
            (good with { MinAddressVotes = 1 }, nameof(Discv5Options.MinAddressVotes)),
            (good with { NetRestrict = "10.0.0.0/99" }, nameof(Discv5Options.NetRestrict)),
            (good with { AddressTrial = TimeSpan.FromSeconds(9) }, nameof(Discv5Options.AddressTrial)),
            (good with { DeafAfter = TimeSpan.Zero }, nameof(Discv5Options.DeafAfter)),
            (good with { Filter = null! }, "Filter is"),
            (good with { Filter = new FilterOptions { PacketsPerAddress = 0 } }, "Filter.PacketsPerAddress"),
            (good with { Filter = new FilterOptions { PacketsPerNode = 0 } }, "Filter.PacketsPerNode"),
            (good with { Filter = new FilterOptions { Challenges = 0 } }, "Filter.Challenges"),
            (good with { Filter = new FilterOptions { ReadBudget = 1279 } }, "Filter.ReadBudget"),
            (good with { Filter = new FilterOptions { MaxNodesPerAddress = 1 } }, "Filter.MaxNodesPerAddress"),
            (good with { Filter = new FilterOptions { MaxBannedNodesPerAddress = 1 } }, "Filter.MaxBannedNodesPerAddress"),
            (good with { Filter = new FilterOptions { BanDuration = TimeSpan.Zero } }, "Filter.BanDuration"),
            (good with { Routing = null! }, "Routing is"),
            (good with { Routing = new RoutingOptions { SubnetPerBucket = 0 } }, "Routing.SubnetPerBucket"),
            (good with { Routing = new RoutingOptions { SubnetPerTable = 0 } }, "Routing.SubnetPerTable"),
            (good with { Routing = new RoutingOptions { Replacements = 0 } }, "Routing.Replacements"),
            (good with { Routing = new RoutingOptions { PingInterval = TimeSpan.Zero } }, "Routing.PingInterval"),
        })
        {
            Assert.StartsWith(name, Assert.Throws<ArgumentException>(bad.Validate).Message);
        }
    }

    private sealed class Nodes : IAsyncDisposable
    {
        private readonly List<Secp256k1PrivateKey> _keys = [];

        public List<Discv5Service> All { get; } = [];

        public static async Task<Nodes> StartAsync(int count)
        {
            Nodes nodes = new();
            for (int i = 0; i < count; i++)
            {
                Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
                nodes._keys.Add(key);
                Discv5Options options = new() { ListenAddresses = [new IPEndPoint(IPAddress.Loopback, 0)] };
                Discv5Service service = new(key, new EnrBuilder(1).SetIp(IPAddress.Loopback).Build(key), options);
                nodes.All.Add(service);
                await service.StartAsync();
                await service.ChangeLocalEnrAsync(builder => builder.SetUdp(service.LocalEndPoints[0].Port));
            }

            return nodes;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (Discv5Service service in All)
                await service.DisposeAsync();
            foreach (Secp256k1PrivateKey key in _keys)
                key.Dispose();
        }
    }
}
