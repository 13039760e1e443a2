using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Nat;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat;

/// <summary>PCP and NAT-PMP against a gateway on loopback.</summary>
public sealed class PortMapperTests : PortMapperTestBase
{
    private readonly FakeGateway _gateway;

    public PortMapperTests() => _gateway = new FakeGateway(Time);

    public static TheoryData<bool, PortMappingMethod> Spoken => new() { { true, PortMappingMethod.Pcp }, { false, PortMappingMethod.NatPmp } };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _gateway.Dispose();
    }

    [Theory]
    [MemberData(nameof(Spoken))]
    public async Task Both_ports_are_mapped_and_told(bool pcp, PortMappingMethod method)
    {
        _gateway.SpeaksPcp = pcp;
        _gateway.PortFor = port => port + 1000;
        PortMapper mapper = Start();
        await UntilAsleep(mapper);

        PortMapperSnapshot now = mapper.Current;
        Assert.Equal((method, IPAddress.Loopback, null), (now.Method!.Value, now.Gateway, now.Fault));
        Assert.Equal(IPEndPoint.Parse("198.51.100.7:10222"), now.ExternalOf(TransportProtocol.Tcp, 9222));
        Assert.Equal(IPEndPoint.Parse("198.51.100.7:10223"), now.ExternalOf(TransportProtocol.Udp, 9223));
        Assert.Null(now.ExternalOf(TransportProtocol.Udp, 9222));
        Assert.All(now.Mappings, m => Assert.Equal(Time.GetUtcNow() + TimeSpan.FromMinutes(10), m.ExpiresAt));
        Assert.Equal([(6, 9222), (17, 9223)], _gateway.Mappings.Keys.Order());
        Assert.Equal(2, Log.Count(1400));
        Assert.Equal(1, Log.Count(1401)); // 198.51.100.0/24 is documentation: no open internet.
        Assert.All(now.Mappings, m => Assert.False(m.IsPublic));
    }

    [Theory]
    [MemberData(nameof(Spoken))]
    public async Task Mappings_are_renewed_at_exactly_half_of_their_lifetime_and_ask_for_the_same_port(bool pcp, PortMappingMethod method)
    {
        _gateway.SpeaksPcp = pcp;
        _gateway.PortFor = port => port + 1000;
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        int asked = _gateway.MapRequests;

        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal((1, asked), (Time.ActiveTimers, _gateway.MapRequests));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await Until.TrueAsync(() => _gateway.MapRequests == asked + 2);
        await UntilAsleep(mapper);

        Assert.Equal(Time.GetUtcNow() + TimeSpan.FromMinutes(10), mapper.Current.Mappings[1].ExpiresAt);
        byte[] renewal = _gateway.Requests.Last().Bytes;
        Assert.Equal(10223, (renewal[pcp ? 42 : 6] << 8) | renewal[pcp ? 43 : 7]);
        Assert.Equal(method, mapper.Current.Method);
        Assert.Equal(2, Log.Count(1400)); // Said once per port.
    }

    [Theory]
    [InlineData(120, 60)]
    [InlineData(6, 4)] // No faster than every 4 s.
    [InlineData(86_400, 300)] // No slower than the half of what was asked for.
    public async Task The_gateways_lifetime_rules_within_bounds(uint granted, int renewedAfter)
    {
        _gateway.Lifetime = _ => granted;
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        Time.Advance(TimeSpan.FromSeconds(renewedAfter - 0.001));
        Assert.Equal((1, 2), (Time.ActiveTimers, _gateway.MapRequests));
        Time.Advance(TimeSpan.FromSeconds(0.001));
        await Until.TrueAsync(() => _gateway.MapRequests == 4);
    }

    [Theory]
    [MemberData(nameof(Spoken))]
    public async Task A_restarted_gateway_is_given_all_mappings_again(bool pcp, PortMappingMethod method)
    {
        _gateway.SpeaksPcp = pcp;
        _gateway.Lifetime = port => port == Tcp.InternalPort ? 120u : 600u;
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        Time.Advance(TimeSpan.FromSeconds(30));
        _gateway.Restart();
        Assert.Empty(_gateway.Mappings);

        // The renewal of the first port, after 60 s, learns of it; the second is not due for another 4 minutes.
        Time.Advance(TimeSpan.FromSeconds(30));
        await Until.TrueAsync(() => _gateway.Mappings.Count == 2 && Log.Count(1405) == 1);
        await UntilAsleep(mapper);
        Assert.Equal(method, mapper.Current.Method);
    }

    [Fact]
    public async Task A_gateway_whose_clock_is_broken_is_asked_for_each_port_at_most_every_4_seconds()
    {
        _gateway.ClockRate = 0; // Says at every answer that it has started in this second.
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        int before = _gateway.MapRequests;
        Time.Advance(TimeSpan.FromMinutes(5));
        await Until.TrueAsync(() => _gateway.MapRequests >= before + 2);
        await UntilAsleep(mapper);
        int renewed = _gateway.MapRequests;
        for (int second = 0; second < 40; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await UntilAsleep(mapper);
        }

        Assert.InRange(_gateway.MapRequests - renewed, 0, 2 * 10);
        foreach (IGrouping<int, DateTimeOffset> port in _gateway.Requests.GroupBy(r => r.Bytes[36] + 0, r => r.At))
        {
            Assert.All(port.Zip(port.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(4)));
        }
    }

    [Theory]
    [MemberData(nameof(Spoken))]
    public async Task A_new_external_address_is_told_with_the_next_renewal(bool pcp, PortMappingMethod method)
    {
        _gateway.SpeaksPcp = pcp;
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        PortMapperSnapshot before = mapper.Current;
        _gateway.External = IPAddress.Parse("9.9.9.9");
        Time.Advance(TimeSpan.FromMinutes(5));
        await Until.TrueAsync(() => mapper.Current.Mappings.All(m => m.External.Address.Equals(_gateway.External)));

        Assert.Equal(IPAddress.Parse("198.51.100.7"), before.ExternalAddress);
        Assert.True(mapper.Current.Mappings[0].IsPublic);
        Assert.Equal((4, 1, method), (Log.Count(1400), Log.Count(1401), mapper.Current.Method!.Value));
    }

    [Fact]
    public async Task A_change_can_be_waited_for()
    {
        _gateway.IsSilent = true;
        PortMapper mapper = Start();
        PortMapperSnapshot none = mapper.Current;
        Assert.Equal((0, null, null), (none.Mappings.Count, none.Method, none.Fault));
        Task<PortMapperSnapshot> change = mapper.WaitForChangeAsync(none);
        Assert.False(change.IsCompleted);
        using CancellationTokenSource cancel = new();
        Task<PortMapperSnapshot> cancelled = mapper.WaitForChangeAsync(none, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        await Until.TrueAsync(() => _gateway.Requests.Count == 1 && Time.ActiveTimers == 1);
        _gateway.IsSilent = false;
        Time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.NotSame(none, await change.WaitAsync(Guard));
        await UntilAsleep(mapper);
        Assert.Same(mapper.Current, await mapper.WaitForChangeAsync(none).WaitAsync(Guard));
    }

    [Theory]
    [InlineData(2, "NotAuthorized")]
    [InlineData(3, "MalformedRequest")]
    [InlineData(8, "NoResources")]
    [InlineData(10, "UserExceededQuota")]
    [InlineData(11, "CannotProvideExternal")]
    [InlineData(12, "AddressMismatch")]
    [InlineData(77, "77")]
    public async Task A_refusal_is_told_and_every_method_is_tried(byte result, string reason)
    {
        _gateway.Result = result;
        PortMapper mapper = Start(new PortMapperOptions { Methods = [PortMappingMethod.Pcp, PortMappingMethod.NatPmp] });
        await Until.TrueAsync(() => mapper.Current.Fault is not null);

        Assert.StartsWith($"Pcp Tcp 9222: refused: {reason}; NatPmp Tcp 9222: refused: ", mapper.Current.Fault);
        Assert.Empty(mapper.Current.Mappings);
        Assert.Equal(2, _gateway.MapRequests);
        Assert.Equal(1, Log.Lines.Count(l => l is { Id: 1403, Level: LogLevel.Information }));
    }

    [Theory]
    [InlineData(true, "port")]
    [InlineData(true, "address")]
    [InlineData(true, "time")]
    [InlineData(false, "port")]
    [InlineData(false, "address")]
    [InlineData(false, "time")]
    public async Task A_grant_without_port_address_or_time_is_a_refusal(bool pcp, string without)
    {
        _gateway.SpeaksPcp = pcp;
        _gateway.PortFor = port => without == "port" ? 0 : port;
        _gateway.External = without == "address" ? IPAddress.Any : _gateway.External;
        _gateway.Lifetime = _ => without == "time" ? 0u : null;
        PortMapper mapper = Start(new PortMapperOptions { Methods = [pcp ? PortMappingMethod.Pcp : PortMappingMethod.NatPmp] });
        await Until.TrueAsync(() => mapper.Current.Fault is not null);
        Assert.Contains(pcp || without != "address" ? "granted without" : "no external address", mapper.Current.Fault, StringComparison.Ordinal);
        Assert.Empty(mapper.Current.Mappings);
        Assert.Equal(0, Log.Count(1400));
    }

    [Fact]
    public async Task A_search_in_vain_is_repeated_after_10_20_40_seconds_and_at_most_5_minutes_and_said_once()
    {
        _gateway.Result = 2;
        PortMapper mapper = Start(new PortMapperOptions { Methods = [PortMappingMethod.Pcp] });
        foreach (int pause in new[] { 10, 20, 40, 80, 160, 300, 300 })
        {
            await UntilAsleep(mapper, mappings: 0);
            int asked = _gateway.MapRequests;
            Time.Advance(TimeSpan.FromSeconds(pause - 0.001));
            Assert.Equal((1, asked), (Time.ActiveTimers, _gateway.MapRequests));
            Time.Advance(TimeSpan.FromSeconds(0.001));
            await Until.TrueAsync(() => _gateway.MapRequests == asked + 1);
        }

        await UntilAsleep(mapper, mappings: 0);
        Assert.Equal(1, Log.Count(1403));
        _gateway.Result = 0;
        Time.Advance(TimeSpan.FromMinutes(5));
        await UntilAsleep(mapper);
    }

    [Fact]
    public async Task A_mapping_that_cannot_be_renewed_is_told_on_and_after_three_failures_the_gateway_is_looked_for_anew()
    {
        PortMapper mapper = Start(new PortMapperOptions { Methods = [PortMappingMethod.Pcp] });
        await UntilAsleep(mapper);
        DateTimeOffset mapped = Time.GetUtcNow();
        _gateway.Result = 8;
        Time.Advance(TimeSpan.FromMinutes(5));
        await Until.TrueAsync(() => mapper.Current.Fault is not null);
        await UntilAsleep(mapper);
        Assert.Equal((2, "Tcp 9222: refused: NoResources"), (mapper.Current.Mappings.Count, mapper.Current.Fault));

        await RestUntil(mapper, () => Log.Count(1406) == 1);
        await AdvanceUntil(() => Log.Count(1402) == 2);
        Assert.Empty(mapper.Current.Mappings);
        Assert.True(Time.GetUtcNow() - mapped < TimeSpan.FromMinutes(7));

        _gateway.Result = 0;
        await RestUntil(mapper, () => mapper.Current.Mappings.Count == 2);
        Assert.Null(mapper.Current.Fault);
    }

    [Fact]
    public async Task A_silent_gateway_is_asked_four_times_by_each_method_within_3750_milliseconds()
    {
        _gateway.IsSilent = true;
        PortMapper mapper = Start(new PortMapperOptions { Methods = [PortMappingMethod.Pcp, PortMappingMethod.NatPmp] });
        DateTimeOffset began = Time.GetUtcNow();
        await PassSilence(_gateway);
        await Until.TrueAsync(() => mapper.Current.Fault is not null);
        Assert.Equal("Pcp Tcp 9222: no answer; NatPmp Tcp 9222: no answer", mapper.Current.Fault);
        Assert.Equal(TimeSpan.FromSeconds(7.5), Time.GetUtcNow() - began);
        Assert.Equal(8, _gateway.Requests.Count);
    }

    [Fact]
    public async Task A_slow_gateway_is_waited_for()
    {
        int held = 0;
        _gateway.Answers = (_, answer) => Interlocked.Increment(ref held) <= 3 ? [] : [answer];
        PortMapper mapper = Start();
        foreach ((int asked, int wait) in new[] { (1, 250), (2, 500), (3, 1000) })
        {
            await Until.TrueAsync(() => _gateway.Requests.Count == asked && Time.ActiveTimers == 1);
            Time.Advance(TimeSpan.FromMilliseconds(wait));
        }

        await UntilAsleep(mapper);
        Assert.Equal(PortMappingMethod.Pcp, mapper.Current.Method);
    }

    [Fact]
    public async Task A_gateway_that_sends_garbage_before_the_answer_is_understood()
    {
        Random random = new(1);
        _gateway.Answers = (request, answer) =>
        {
            byte[] noise = new byte[random.Next(1, 1400)];
            random.NextBytes(noise);
            byte[] otherNonce = [.. answer];
            otherNonce[24] ^= 1;
            byte[] otherPort = [.. answer];
            otherPort[41] ^= 1;
            return [[], noise, request, otherNonce, otherPort, answer[..^1], [.. answer, .. new byte[1100]], answer];
        };
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        Assert.Equal((PortMappingMethod.Pcp, 2), (mapper.Current.Method!.Value, _gateway.MapRequests));
    }

    [Fact]
    public async Task A_gateway_that_sends_only_garbage_is_given_up_after_32_datagrams()
    {
        int sent = 0;
        _gateway.Answers = (_, _) => Enumerable.Range(0, 100).Select(i =>
        {
            sent++;
            return new byte[] { 2, 0x81, (byte)i };
        });
        PortMapper mapper = Start(new PortMapperOptions { Methods = [PortMappingMethod.Pcp] });
        await Until.TrueAsync(() => mapper.Current.Fault is not null);
        Assert.Equal("Pcp Tcp 9222: no answer", mapper.Current.Fault);
        Assert.Single(_gateway.Requests); // Not one wait had to run out.
    }

    [Fact]
    public async Task An_answer_from_elsewhere_counts_for_nothing_even_with_the_right_nonce()
    {
        byte[]? forged = null;
        _gateway.Answers = (_, answer) =>
        {
            forged ??= [.. answer];
            return [];
        };
        PortMapper mapper = Start(new PortMapperOptions { Methods = [PortMappingMethod.Pcp] });
        await Until.TrueAsync(() => forged is not null);
        using Socket elsewhere = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        elsewhere.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        using Socket samePlaceOtherPort = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        samePlaceOtherPort.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        for (int i = 0; i < 100; i++)
        {
            await elsewhere.SendToAsync(forged!, _gateway.LastClient!);
            await samePlaceOtherPort.SendToAsync(forged!, _gateway.LastClient!);
        }

        await AdvanceUntil(() => mapper.Current.Fault is not null);
        Assert.Equal((0, "Pcp Tcp 9222: no answer", 4), (mapper.Current.Mappings.Count, mapper.Current.Fault, _gateway.Requests.Count));
    }

    [Fact]
    public async Task Without_a_gateway_there_is_a_fault_and_one_that_appears_is_used()
    {
        bool isThere = false;
        PortMapper mapper = Start(() => isThere ? _gateway.Location : null);
        await Until.TrueAsync(() => mapper.Current.Fault is not null);
        Assert.Equal("no gateway found", mapper.Current.Fault);
        isThere = true;
        await RestUntil(mapper, () => _gateway.MapRequests == 2);
        await UntilAsleep(mapper);
    }

    [Fact]
    public async Task Another_gateway_or_another_address_of_ours_is_noticed_with_the_next_renewal()
    {
        using FakeGateway other = new(Time);
        GatewayLocation current = _gateway.Location;
        PortMapper mapper = Start(() => current);
        await UntilAsleep(mapper);
        current = other.Location with { LocalAddress = IPAddress.Parse("127.0.0.3") };
        Time.Advance(TimeSpan.FromMinutes(5));
        await Until.TrueAsync(() => Log.Count(1406) == 1 && mapper.Current.Mappings.Count == 0);
        await RestUntil(mapper, () => other.Mappings.Count == 2);
        Assert.Empty(_gateway.Mappings);
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_and_ends_nothing()
    {
        int finds = 0;
        PortMapper mapper = Start(() => Interlocked.Increment(ref finds) == 1 ? throw new InvalidOperationException("a fault") : _gateway.Location);
        await Until.TrueAsync(() => Log.Count(1407) == 1);
        await RestUntil(mapper, () => _gateway.MapRequests == 2);
        await UntilAsleep(mapper);
    }

    [Theory]
    [MemberData(nameof(Spoken))]
    public async Task Disposal_takes_the_mappings_back(bool pcp, PortMappingMethod method)
    {
        _gateway.SpeaksPcp = pcp;
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        Assert.Equal((2, method), (_gateway.Mappings.Count, mapper.Current.Method!.Value));
        await mapper.DisposeAsync().AsTask().WaitAsync(Guard);

        Assert.Empty(_gateway.Mappings);
        Assert.Empty(mapper.Current.Mappings);
        Assert.Equal(0, Time.ActiveTimers);
        Assert.Equal(0, Log.Count(1402));
        await mapper.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(mapper.Start);
    }

    [Fact]
    public async Task Disposal_waits_2_seconds_for_a_gateway_that_has_fallen_silent()
    {
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        int asked = _gateway.Requests.Count;
        _gateway.IsSilent = true;
        Task disposal = mapper.DisposeAsync().AsTask();
        await Until.TrueAsync(() => _gateway.Requests.Count == asked + 2);
        Time.Advance(TimeSpan.FromSeconds(1.999));
        Assert.False(disposal.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(0.001));
        await disposal.WaitAsync(Guard);
        Assert.Equal((1, 0), (Log.Count(1408), Time.ActiveTimers));
    }

    [Fact]
    public async Task Disposal_in_the_middle_of_a_question_or_before_the_start_ends_at_once()
    {
        _gateway.IsSilent = true;
        PortMapper mapper = Start();
        await Until.TrueAsync(() => _gateway.Requests.Count == 1);
        await mapper.DisposeAsync().AsTask().WaitAsync(Guard);
        Assert.Equal(0, Time.ActiveTimers);

        PortMapper never = new([Tcp], timeProvider: Time);
        await never.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Spoken))]
    public async Task Disposal_takes_back_what_a_gateway_has_mapped_and_not_told_yet(bool pcp, PortMappingMethod method)
    {
        _gateway.SpeaksPcp = pcp;
        _gateway.Answers = (request, answer) => request is [0, 0] ? [answer] : [];
        PortMapper mapper = Start(new PortMapperOptions { Methods = [method] });
        await Until.TrueAsync(() => _gateway.Mappings.Count == 1);
        await StopAsync(mapper);
        await Until.TrueAsync(() => _gateway.Mappings.IsEmpty);
        Assert.Equal(0, Time.ActiveTimers);
    }

    [Fact]
    public async Task A_second_start_is_refused()
    {
        PortMapper mapper = Start();
        Assert.Throws<InvalidOperationException>(mapper.Start);
        await UntilAsleep(mapper);
    }

    [Fact]
    public void What_is_out_of_range_is_named()
    {
        Names("ports", [], new PortMapperOptions());
        Names("ports", [Tcp, Tcp with { PreferredExternalPort = 1 }], new PortMapperOptions());
        Names("ports", [.. Enumerable.Range(1, 9).Select(i => new PortToMap(TransportProtocol.Udp, i))], new PortMapperOptions());
        Names("PortToMap.InternalPort", [new PortToMap(TransportProtocol.Tcp, 0)], new PortMapperOptions());
        Names("PortToMap.Protocol", [new PortToMap(default, 1)], new PortMapperOptions());
        Names("PortToMap.PreferredExternalPort", [Tcp with { PreferredExternalPort = 65_536 }], new PortMapperOptions());
        Names("PortMapperOptions.Methods", [Tcp], new PortMapperOptions { Methods = [] });
        Names("PortMapperOptions.Methods", [Tcp], new PortMapperOptions { Methods = [PortMappingMethod.Pcp, PortMappingMethod.Pcp] });
        Names("PortMapperOptions.Gateway", [Tcp], new PortMapperOptions { Gateway = IPAddress.IPv6Loopback });
        Names("PortMapperOptions.Lifetime", [Tcp], new PortMapperOptions { Lifetime = TimeSpan.FromSeconds(59) });
        Names("PortMapperOptions.RetryBase", [Tcp], new PortMapperOptions { RetryBase = TimeSpan.FromSeconds(3.9) });
        Names("PortMapperOptions.RetryMax", [Tcp], new PortMapperOptions { RetryMax = TimeSpan.FromSeconds(9) });
        Names("PortMapperOptions.CloseTimeout", [Tcp], new PortMapperOptions { CloseTimeout = TimeSpan.FromSeconds(61) });
        Names("PortMapperOptions.Description", [Tcp], new PortMapperOptions { Description = "<b>" });
    }

    private static void Names(string setting, PortToMap[] ports, PortMapperOptions options) =>
        Assert.StartsWith(setting, Assert.Throws<ArgumentException>(() => new PortMapper(ports, options)).Message);

    private PortMapper Start(PortMapperOptions? options = null) => Start(() => _gateway.Location, options);
}
