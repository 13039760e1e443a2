using System.Net;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.AutoNat;
using OpStack.Libp2p.Tests.Nat;
using OpStack.Libp2p.Tests.Nat.Upnp;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;

namespace OpStack.P2P.Tests.Node;

/// <summary>
/// Whole networks behind small NAT gateways on loopback. Ports are mapped in virtual time, whatever else happens in real time.
/// </summary>
public sealed class NetworkNatTests : IDisposable
{
    private static readonly IPAddress Outside = IPAddress.Parse("52.1.2.3");

    private readonly FakeTimeProvider _time = new();
    private readonly TestLog _log = new();
    private readonly FakeGateway _gateway;
    private readonly FakeIgd _igd = new() { External = Outside.ToString() };
    private IPAddress _local = IPAddress.Loopback;
    private PortMapper? _mapper;
    private int _mappers;

    public NetworkNatTests() => _gateway = new FakeGateway(_time) { External = Outside, PortFor = port => port - 1 };

    public void Dispose()
    {
        _gateway.Dispose();
        _igd.Dispose();
    }

    [Theory]
    [InlineData(PortMappingMethod.Pcp)]
    [InlineData(PortMappingMethod.NatPmp)]
    [InlineData(PortMappingMethod.Upnp)]
    public async Task Peers_are_told_the_address_outside_by_identify_and_by_our_record_until_we_stop(PortMappingMethod method)
    {
        bool isUpnp = method == PortMappingMethod.Upnp;
        await using TestNetwork us = await StartAsync(method: method);
        await using TestNetwork them = await PeerAsync(us);
        (int tcp, int udp) = PortsOf(us);
        IPEndPoint outsideTcp = new(Outside, isUpnp ? tcp : tcp - 1), outsideUdp = new(Outside, isUpnp ? udp : udp - 1);
        await Until.TrueAsync(() => outsideTcp.Equals(us.Enr.Tcp4) && outsideUdp.Equals(us.Enr.Udp4));
        await ToldAsync(them, us, outsideTcp);
        Assert.Equal((PartState.Running, 0L), (us.Part(NetworkPart.Nat).State, us.Part(NetworkPart.Nat).Faults));
        Assert.Equal(2, isUpnp ? _igd.Mappings.Count : _gateway.Mappings.Count);

        await us.DisposeAsync();
        Assert.Equal((0, 0), (_gateway.Mappings.Count, _igd.Mappings.Count));
        Assert.Equal(PartState.Off, us.Part(NetworkPart.Nat).State);
    }

    [Fact]
    public async Task A_new_address_outside_changes_both_once_and_a_renewal_neither()
    {
        await using TestNetwork us = await StartAsync();
        await using TestNetwork them = await PeerAsync(us);
        (int tcp, int udp) = PortsOf(us);
        await MappedAsync(us);
        ulong sequence = us.Enr.Sequence;
        int told = _log.Count(2969);
        Assert.InRange(told, 1, 2); // One port after the other, or both at once.
        await RestUntil(() => _gateway.MapRequests >= 6); // Each is renewed twice.
        await RestUntil(() => _mapper!.IsResting);
        Assert.Equal((sequence, told), (us.Enr.Sequence, _log.Count(2969)));

        IPEndPoint moved = new(IPAddress.Parse("52.7.7.7"), tcp - 1);
        _gateway.External = moved.Address;
        await RestUntil(() => Mapped(TransportProtocol.Tcp)?.Equals(moved) == true && Mapped(TransportProtocol.Udp)?.Address.Equals(moved.Address) == true);
        await Until.TrueAsync(() => moved.Equals(us.Enr.Tcp4));
        await ToldAsync(them, us, moved);
        await RestUntil(() => _gateway.MapRequests >= 12);
        Assert.Equal((sequence + 1, udp - 1), (us.Enr.Sequence, us.Enr.Udp4!.Port));
    }

    [Fact]
    public async Task A_mapping_that_is_lost_takes_the_address_away()
    {
        await using TestNetwork us = await StartAsync();
        await using TestNetwork them = await PeerAsync(us);
        await MappedAsync(us);
        _gateway.IsSilent = true;
        await AdvanceUntil(() => us.Enr.Ip4 is null);
        (int tcp, int udp) = PortsOf(us);
        Assert.Equal(((ulong)tcp, (ulong)udp), (us.Enr.TryGetUInt64("tcp", out ulong t) ? t : 0, us.Enr.TryGetUInt64("udp", out ulong u) ? u : 0));
        await ToldAsync(them, us, null);
        Assert.Equal(PartState.Failing, us.Part(NetworkPart.Nat).State);

        _gateway.IsSilent = false;
        await AdvanceUntil(() => us.Enr.Ip4 is not null && us.Part(NetworkPart.Nat).State == PartState.Running);
        await ToldAsync(them, us, new IPEndPoint(Outside, tcp - 1));
        Assert.InRange(us.Part(NetworkPart.Nat).Faults, 1, 4); // Not once for every try.
    }

    [Fact]
    public async Task An_address_behind_a_second_NAT_is_told_to_nobody()
    {
        _gateway.External = IPAddress.Parse("100.64.0.9");
        await using TestNetwork us = await StartAsync();
        await using TestNetwork them = await PeerAsync(us);
        await Until.TrueAsync(() => us.Part(NetworkPart.Nat).State == PartState.Failing);
        Assert.StartsWith("100.64.0.9 is no address of the open internet", us.Part(NetworkPart.Nat).LastFault, StringComparison.Ordinal);
        await Until.TrueAsync(() => _mapper!.Current.Mappings.Count == 2);
        Assert.Null(us.Enr.Ip4);
        await ToldAsync(them, us, null);

        _gateway.External = Outside;
        await RestUntil(() => us.Enr.Ip4 is not null && us.Part(NetworkPart.Nat).State == PartState.Running);
        _gateway.External = IPAddress.Parse("10.1.1.1");
        await RestUntil(() => us.Enr.Ip4 is null);
        await ToldAsync(them, us, null);
    }

    [Fact]
    public async Task Without_discovery_the_port_of_libp2p_alone_is_mapped()
    {
        await using TestNetwork us = await StartAsync(config => config with { Discovery = false });
        await using TestNetwork them = await PeerAsync(us);
        (int tcp, _) = PortsOf(us);
        await ToldAsync(them, us, new IPEndPoint(Outside, tcp - 1));
        Assert.Equal([(6, tcp)], _gateway.Mappings.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_record_whose_address_is_the_hosts_to_say_stays_as_it_is(bool byOption)
    {
        await using TestNetwork us = await StartAsync(config => byOption
            ? config with { DiscoveryOptions = config.DiscoveryOptions with { StaticIp = true } }
            : config with { AdvertiseIp = IPAddress.Parse("52.4.4.4") });
        await using TestNetwork them = await PeerAsync(us);
        Enr before = us.Enr;
        (int tcp, int udp) = PortsOf(us);
        await Until.TrueAsync(() => _mapper!.Current.Mappings.Count == 2);
        await ToldAsync(them, us, new IPEndPoint(Outside, tcp - 1));
        Assert.Equal(before, us.Enr);
        Assert.True(_gateway.Mappings.ContainsKey((17, udp)));
    }

    [Fact]
    public async Task An_advertised_port_is_asked_for_and_stays_in_the_record()
    {
        await using TestNetwork us = await StartAsync(config => config with { AdvertiseTcpPort = 4001 });
        (int tcp, int udp) = PortsOf(us);
        await MappedAsync(us);
        Assert.Equal((4001, udp - 1), (us.Enr.Tcp4!.Port, us.Enr.Udp4!.Port));
        byte[] asked = _gateway.Requests.First(request => request.Bytes is [2, 1, ..] && request.Bytes[36] == 6).Bytes;
        Assert.Equal((tcp, 4001), ((asked[40] << 8) | asked[41], (asked[42] << 8) | asked[43]));
    }

    [Fact]
    public async Task AutoNAT_is_served_and_without_the_option_there_is_neither_it_nor_one_packet()
    {
        await using TestNetwork on = await StartAsync();
        await using TestNetwork off = await StartAsync(config => config with { Nat = false });
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false, AdvertiseIp = null });
        await them.Gossip.DialAsync(on.Address);
        await them.Gossip.DialAsync(off.Address);
        await Until.TrueAsync(() => them.Gossip.Host.GetIdentifyInfo(on.Gossip.LocalPeerId) is not null && them.Gossip.Host.GetIdentifyInfo(off.Gossip.LocalPeerId) is not null);
        Assert.Contains(AutoNatService.Protocol, them.Gossip.Host.GetIdentifyInfo(on.Gossip.LocalPeerId)!.Protocols);
        Assert.DoesNotContain(them.Gossip.Host.GetIdentifyInfo(off.Gossip.LocalPeerId)!.Protocols, p => p.Contains("autonat", StringComparison.Ordinal));
        Assert.Equal(1, _mappers); // Nobody else would send one.
        Assert.Equal(PartState.Off, off.Part(NetworkPart.Nat).State);
    }

    [Fact]
    public async Task A_router_that_never_answers_delays_neither_the_start_nor_the_stop()
    {
        _gateway.IsSilent = true;
        TestNetwork us = await StartAsync();
        await Until.TrueAsync(() => !_gateway.Requests.IsEmpty);
        DateTimeOffset began = _time.GetUtcNow();
        await us.DisposeAsync(); // No time passes meanwhile.
        Assert.Equal(began, _time.GetUtcNow());
    }

    [Fact]
    public async Task A_router_that_falls_silent_delays_the_stop_by_two_seconds_at_most()
    {
        TestNetwork us = await StartAsync();
        await MappedAsync(us);
        await RestUntil(() => _mapper!.IsResting);
        _gateway.IsSilent = true;
        int requests = _gateway.Requests.Count;
        Task disposal = us.DisposeAsync().AsTask();
        await Until.TrueAsync(() => _gateway.Requests.Count == requests + 2); // Both are asked back at once.
        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(1));
        Assert.False(disposal.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await disposal.WaitAsync(DriverNode.Patience);
    }

    [Fact]
    public async Task A_router_that_would_let_strangers_in_where_we_do_not_listen_is_asked_for_nothing()
    {
        _local = IPAddress.Parse("127.0.0.2"); // We listen at 127.0.0.1 alone.
        await using TestNetwork us = await StartAsync();
        await Until.TrueAsync(() => us.Part(NetworkPart.Nat).State == PartState.Failing);
        Assert.Equal("the ports are bound at 127.0.0.1, and to the gateway we are 127.0.0.2", us.Part(NetworkPart.Nat).LastFault);
        Assert.Empty(_gateway.Requests);
    }

    [Fact]
    public async Task A_start_that_fails_leaves_no_mapping_behind()
    {
        await using TestNetwork taken = await TestNetwork.StartAsync();
        int udp = taken.Handler.Discovery!.LocalEndPoints[0].Port;
        await Assert.ThrowsAsync<Discv5.Discv5Exception>(() => StartAsync(config => config with { ListenUdpPort = udp }));
        Assert.Equal(0, _mappers);
        Assert.Empty(_gateway.Requests);
    }

    private async Task<TestNetwork> StartAsync(Func<NetworkConfig, NetworkConfig>? change = null, PortMappingMethod method = PortMappingMethod.Pcp)
    {
        _gateway.SpeaksPcp = method == PortMappingMethod.Pcp;
        NetworkConfig Configure(NetworkConfig config) => config with
        {
            Nat = true,
            AdvertiseIp = null,
            PortMapping = new PortMapperOptions { Methods = [method] },
        };

        return await TestNetwork.StartAsync(
            config => change?.Invoke(Configure(config)) ?? Configure(config),
            builder => builder.WithLoggerFactory(_log).WithPortMapper((ports, options) =>
            {
                _mappers++;
                GatewayLocation location = (method == PortMappingMethod.Upnp ? _igd.Location : _gateway.Location) with { LocalAddress = _local };
                return _mapper = new PortMapper(ports, options, _time, null, () => location);
            }));
    }

    private static async Task<TestNetwork> PeerAsync(TestNetwork us)
    {
        TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false });
        await them.Gossip.DialAsync(us.Address);
        return them;
    }

    private static (int Tcp, int Udp) PortsOf(TestNetwork us)
    {
        Assert.True(us.Gossip.ListenAddresses[0].TryGetTcpEndPoint(out IPEndPoint? tcp));
        return (tcp.Port, us.Handler.Discovery?.LocalEndPoints[0].Port ?? 0);
    }

    /// <summary>The peer knows that address and the bound one, in this order; null for the bound one alone.</summary>
    private static Task ToldAsync(TestNetwork them, TestNetwork us, IPEndPoint? outside)
    {
        Multiaddr[] expected = [.. outside is null ? [] : new[] { Multiaddr.FromTcpEndPoint(outside) }, .. us.Gossip.ListenAddresses];
        return Until.TrueAsync(() => them.Gossip.Host.GetIdentifyInfo(us.Gossip.LocalPeerId)?.ListenAddresses.SequenceEqual(expected) == true);
    }

    private async Task MappedAsync(TestNetwork us)
    {
        int udp = PortsOf(us).Udp - 1;
        await Until.TrueAsync(() => us.Enr.Udp4?.Port == udp && _mapper!.IsResting);
    }

    private IPEndPoint? Mapped(TransportProtocol protocol) =>
        _mapper!.Current.Mappings.FirstOrDefault(mapping => mapping.Port.Protocol == protocol)?.External;

    private Task AdvanceUntil(Func<bool> condition) => PassUntil(condition, () => true);

    /// <summary>The same, but no time passes while the mapper waits for an answer: that one comes in real time.</summary>
    private Task RestUntil(Func<bool> condition) => PassUntil(condition, () => _mapper!.IsResting && _time.ActiveTimers == 1);

    private Task PassUntil(Func<bool> condition, Func<bool> mayPass) => Until.TrueAsync(() =>
    {
        bool holds = condition();
        if (!holds && mayPass())
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        return holds;
    });
}
