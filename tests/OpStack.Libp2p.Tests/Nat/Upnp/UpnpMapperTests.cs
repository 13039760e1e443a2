using System.Net;
using System.Net.Sockets;
using System.Text;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.Upnp;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.Upnp;

/// <summary>UPnP against a gateway on loopback.</summary>
public sealed class UpnpMapperTests : PortMapperTestBase
{
    private readonly FakeIgd _igd = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _igd.Dispose();
    }

    [Theory]
    [InlineData(1, "AddPortMapping")]
    [InlineData(2, "AddAnyPortMapping")]
    public async Task Ports_are_mapped_renewed_at_half_of_their_time_and_taken_back(int version, string action)
    {
        _igd.Description = () => FakeIgd.Describe(version, "/ctl/IPConn");
        PortMapper mapper = await MappedAsync();
        Assert.Equal((PortMappingMethod.Upnp, null), (mapper.Current.Method!.Value, mapper.Current.Fault));
        Assert.Equal(IPEndPoint.Parse("198.51.100.7:9222"), mapper.Current.ExternalOf(TransportProtocol.Tcp, 9222));
        Assert.Equal(("TCP", 9222, "127.0.0.1", 600), _igd.Mappings[9222]);
        Assert.Equal(("UDP", 9223, "127.0.0.1", 600), _igd.Mappings[9223]);
        Assert.Equal(["GET /rootDesc.xml", "GetExternalIPAddress", action, "GetExternalIPAddress", action], _igd.Requests);

        _igd.Mappings.Clear(); // As after a restart.
        _igd.External = "9.9.9.9";
        Time.Advance(TimeSpan.FromMinutes(5));
        await Until.TrueAsync(() => _igd.Mappings.Count == 2);
        await UntilAsleep(mapper);
        Assert.Equal(IPEndPoint.Parse("9.9.9.9:9223"), mapper.Current.ExternalOf(TransportProtocol.Udp, 9223));
        Assert.Equal(["GetExternalIPAddress", "AddPortMapping"], _igd.Requests.TakeLast(2));

        await StopAsync(mapper);
        Assert.Empty(_igd.Mappings);
        Assert.Equal(2, _igd.Requests.Count(r => r == "DeletePortMapping"));
    }

    [Fact]
    public async Task Pcp_and_NatPmp_that_nobody_speaks_give_way_to_Upnp()
    {
        using FakeGateway silent = new(Time) { IsSilent = true };
        PortMapper mapper = Start(() => _igd.Location with { Pcp = silent.Location.Pcp });
        await PassSilence(silent);
        await UntilAsleep(mapper);
        Assert.Equal((PortMappingMethod.Upnp, 8), (mapper.Current.Method!.Value, silent.Requests.Count));
    }

    [Fact]
    public async Task Both_versions_of_the_gateway_are_searched_for()
    {
        await MappedAsync();
        Assert.Equal(SsdpMessage.Targets, _igd.Searches.Distinct());
    }

    [Fact]
    public async Task A_port_that_others_hold_is_replaced_and_theirs_is_never_deleted()
    {
        _igd.Held[9222] = true;
        PortMapper mapper = await MappedAsync();
        int port = mapper.Current.ExternalOf(TransportProtocol.Tcp, 9222)!.Port;
        Assert.NotEqual(9222, port);
        Assert.Equal(("TCP", 9222, "127.0.0.1", 600), _igd.Mappings[port]);

        await StopAsync(mapper);
        Assert.Empty(_igd.Mappings);
        Assert.Equal(2, _igd.Requests.Count(r => r == "DeletePortMapping"));
    }

    [Fact]
    public async Task The_gateway_of_version_2_chooses_another_port()
    {
        _igd.Description = () => FakeIgd.Describe(2, "/ctl/IPConn");
        _igd.Held[9222] = true;
        PortMapper mapper = await MappedAsync();
        Assert.Equal(33_333, mapper.Current.ExternalOf(TransportProtocol.Tcp, 9222)!.Port);
    }

    [Fact]
    public async Task A_gateway_that_is_full_of_others_is_asked_for_four_ports_and_nothing_is_deleted()
    {
        _igd.Errors["AddPortMapping"] = 718;
        PortMapper mapper = Start();
        await Until.TrueAsync(() => mapper.Current.Fault is not null);
        Assert.Equal("Upnp Tcp 9222: refused: error 718", mapper.Current.Fault);
        await StopAsync(mapper);
        Assert.Equal((4, 0), (_igd.Requests.Count(r => r == "AddPortMapping"), _igd.Requests.Count(r => r == "DeletePortMapping")));
    }

    [Fact]
    public async Task A_gateway_that_maps_forever_or_not_at_all_maps_forever_and_takes_back()
    {
        _igd.OnlyPermanent = true;
        PortMapper mapper = await MappedAsync();
        Assert.All(_igd.Mappings.Values, m => Assert.Equal(0, m.Lease));
        await StopAsync(mapper);
        Assert.Empty(_igd.Mappings);
    }

    [Fact]
    public async Task A_gateway_that_only_calls_itself_version_2_is_asked_as_version_1()
    {
        _igd.Description = () => FakeIgd.Describe(2, "/ctl/IPConn");
        _igd.Errors["AddAnyPortMapping"] = 401;
        await MappedAsync();
    }

    [Theory]
    [InlineData("", "Upnp Tcp 9222: no external address")]
    [InlineData("0.0.0.0", "Upnp Tcp 9222: no external address")]
    [InlineData("fe80::1", "Upnp Tcp 9222: no external address")]
    [InlineData("127.1", "Upnp Tcp 9222: no external address")]
    public async Task A_gateway_without_an_external_address_maps_nothing(string external, string fault)
    {
        _igd.External = external;
        PortMapper mapper = Start();
        await Until.TrueAsync(() => mapper.Current.Fault is not null);
        Assert.Equal(fault, mapper.Current.Fault);
        Assert.Empty(_igd.Mappings);
    }

    [Theory]
    [InlineData(606)]
    [InlineData(728)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task A_refusal_is_told_with_its_code(int code)
    {
        _igd.Errors["AddPortMapping"] = code;
        PortMapper mapper = Start();
        await Until.TrueAsync(() => mapper.Current.Fault is not null);
        Assert.Equal(code < 0 ? "Upnp Tcp 9222: no answer" : $"Upnp Tcp 9222: refused: error {code}", mapper.Current.Fault);
    }

    [Theory]
    [InlineData("http://127.0.0.2:{0}/rootDesc.xml")] // Another host.
    [InlineData("http://localhost:{0}/rootDesc.xml")] // A name.
    [InlineData("http://[::1]:{0}/rootDesc.xml")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/rootDesc.xml")]
    [InlineData("http://user@127.0.0.1:{0}/rootDesc.xml")]
    [InlineData("https://127.0.0.1:{0}/rootDesc.xml")]
    [InlineData("ftp://127.0.0.1:{0}/rootDesc.xml")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/rootDesc.xml")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    public async Task A_forged_location_is_requested_0_times(string location)
    {
        using TcpListener victim = new(IPAddress.Parse("127.0.0.2"), 0);
        victim.Start();
        string url = location.Replace("{0}", ((IPEndPoint)victim.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        _igd.SsdpAnswers = target => [FakeIgd.Answer(target, url)];
        PortMapper mapper = Start();
        await AdvanceUntil(() => mapper.Current.Fault is not null);
        Assert.Equal("Upnp Tcp 9222: no gateway found", mapper.Current.Fault);
        Assert.False(victim.Pending());
        Assert.Empty(_igd.Requests);
    }

    [Fact]
    public async Task A_control_url_elsewhere_is_requested_0_times_whether_absolute_or_by_its_base()
    {
        using TcpListener victim = new(IPAddress.Parse("127.0.0.2"), 0);
        victim.Start();
        string elsewhere = $"http://{victim.LocalEndpoint}";
        foreach (string description in new[] { FakeIgd.Describe(1, $"{elsewhere}/ctl"), FakeIgd.Describe(1, "/ctl", elsewhere), FakeIgd.Describe(1, $"//{victim.LocalEndpoint}/ctl") })
        {
            _igd.Description = () => description;
            PortMapper mapper = Start();
            await AdvanceUntil(() => mapper.Current.Fault is not null);
            Assert.Equal("Upnp Tcp 9222: no gateway found", mapper.Current.Fault);
            await StopAsync(mapper);
        }

        Assert.False(victim.Pending());
        Assert.All(_igd.Requests, r => Assert.Equal("GET /rootDesc.xml", r));
    }

    [Fact]
    public async Task A_redirect_is_followed_0_times()
    {
        using TcpListener victim = new(IPAddress.Parse("127.0.0.2"), 0);
        victim.Start();
        _igd.Override = async (_, stream) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: http://{victim.LocalEndpoint}/\r\nContent-Length: 0\r\n\r\n"));
            return true;
        };
        PortMapper mapper = Start();
        await Until.TrueAsync(() => _igd.Requests.Count > 0);
        await AdvanceUntil(() => mapper.Current.Fault is not null);
        Assert.Equal("Upnp Tcp 9222: no gateway found", mapper.Current.Fault);
        Assert.False(victim.Pending());
    }

    [Fact]
    public async Task An_answer_to_the_search_from_another_host_counts_for_nothing()
    {
        using FakeIgd other = new();
        using Socket elsewhere = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        elsewhere.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        byte[] buffer = new byte[2048];
        Task forging = Task.Run(async () =>
        {
            // It hears the search, as everyone on the network does, and answers first: with the gateway's own address, even.
            SocketReceiveFromResult heard = await elsewhere.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
            await elsewhere.SendToAsync(Encoding.ASCII.GetBytes(FakeIgd.Answer(SsdpMessage.Targets[0], $"{other.Base}/forged.xml")), heard.RemoteEndPoint);
        });
        PortMapper mapper = Start(() => _igd.Location with { Ssdp = [(IPEndPoint)elsewhere.LocalEndPoint!, .. _igd.Location.Ssdp] }, Upnp);
        await forging.WaitAsync(Guard);
        await UntilAsleep(mapper);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("no HTTP")]
    [InlineData("no XML")]
    [InlineData("no service")]
    [InlineData("a megabyte")]
    [InlineData("a megabyte without a length")]
    [InlineData("a gigabyte declared")]
    [InlineData("endless headers")]
    [InlineData("a document type")]
    [InlineData("a billion laughs")]
    [InlineData("an external entity")]
    [InlineData("a deep nest")]
    public async Task A_hostile_description_is_no_gateway(string what)
    {
        _igd.Override = async (request, stream) =>
        {
            Assert.Equal("GET /rootDesc.xml", request);
            await WriteHostileAsync(stream, what);
            return true;
        };
        PortMapper mapper = Start();
        await Until.TrueAsync(() => _igd.Requests.Count > 0);
        await AdvanceUntil(() => mapper.Current.Fault is not null);
        Assert.Equal("Upnp Tcp 9222: no gateway found", mapper.Current.Fault);
        Assert.Equal(0, Log.Count(1407));
    }

    [Fact]
    public async Task A_description_that_drips_is_given_up_after_5_seconds()
    {
        TaskCompletionSource dripping = new(), gone = new();
        _igd.Override = async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<"u8.ToArray());
            dripping.TrySetResult();
            try
            {
                while (true)
                {
                    await stream.WriteAsync(" "u8.ToArray());
                    await Task.Delay(5);
                }
            }
            catch (IOException)
            {
                gone.TrySetResult();
            }

            return true;
        };
        PortMapper mapper = Start();
        await dripping.Task.WaitAsync(Guard);
        Time.Advance(UpnpLimits.HttpTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(gone.Task.IsCompleted);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await gone.Task.WaitAsync(Guard);
        await AdvanceUntil(() => mapper.Current.Fault is not null);
    }

    [Fact]
    public async Task A_flood_of_answers_to_the_search_is_looked_at_64_times_and_4_descriptions_are_read()
    {
        int told = 0;
        _igd.SsdpAnswers = target => Enumerable.Range(0, 200).Select(_ => FakeIgd.Answer(target, $"{_igd.Base}/{Interlocked.Increment(ref told)}.xml"));
        _igd.Description = () => "<root/>";
        PortMapper mapper = Start();
        await Until.TrueAsync(() => mapper.Current.Fault is not null); // No wait had to run out.
        Assert.Equal(4, _igd.Requests.Count);

        _igd.SsdpAnswers = _ => Enumerable.Repeat("NOTIFY * HTTP/1.1\r\n\r\n", 200);
        PortMapper other = Start();
        await Until.TrueAsync(() => other.Current.Fault is not null);
        Assert.Equal(4, _igd.Requests.Count);
    }

    [Fact]
    public async Task A_gateway_that_moves_its_control_url_is_found_again()
    {
        PortMapper mapper = await MappedAsync();
        _igd.Description = () => FakeIgd.Describe(1, "/moved");
        _igd.Override = async (request, stream) =>
        {
            if (request == "GetExternalIPAddress")
            {
                _igd.Override = (_, _) => Task.FromResult(false);
                await FakeIgd.WriteAsync(stream, (404, ""));
                return true;
            }

            return false;
        };
        int read = _igd.Requests.Count(r => r == "GET /rootDesc.xml");
        Time.Advance(TimeSpan.FromMinutes(5));
        await RestUntil(mapper, () => _igd.Requests.Count(r => r == "GET /rootDesc.xml") == read + 1);
        await RestUntil(mapper, () => mapper.Current.Fault is null && mapper.Current.Mappings.All(m => m.ExpiresAt > Time.GetUtcNow() + TimeSpan.FromMinutes(9)));
        Assert.Equal(0, Log.Count(1402));
    }

    private static PortMapperOptions Upnp { get; } = new() { Methods = [PortMappingMethod.Upnp] };

    private static async Task WriteHostileAsync(NetworkStream stream, string what)
    {
        string big = new('x', 1_000_000);
        string head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
        string text = what switch
        {
            "no HTTP" => "SSH-2.0-OpenSSH_9.9\r\n",
            "no XML" => $"{head}\r\n{{}}",
            "no service" => $"{head}\r\n<root/>",
            "a megabyte" => $"{head}Content-Length: 1000007\r\n\r\n<a>{big}</a>",
            "a megabyte without a length" => $"{head}\r\n<a>{big}</a>",
            "a gigabyte declared" => $"{head}Content-Length: 1000000000\r\n\r\n<a>{big}",
            "endless headers" => $"{head}X: {big}\r\n\r\n",
            "a document type" => $"{head}\r\n<!DOCTYPE root>{FakeIgd.Describe(1, "/ctl")[21..]}",
            "a billion laughs" => $"{head}\r\n<!DOCTYPE l [<!ENTITY a \"ha\">{Laughs()}]><root>&z;</root>",
            "an external entity" => $"{head}\r\n<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><root>&x;</root>",
            _ => $"{head}\r\n{string.Concat(Enumerable.Repeat("<a>", 10_000))}",
        };
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
    }

    private static string Laughs() => string.Concat(Enumerable.Range('b', 25).Select(
        c => $"<!ENTITY {(char)c} \"{string.Concat(Enumerable.Repeat($"&{(char)(c - 1)};", 10))}\">"));

    private PortMapper Start() => Start(() => _igd.Location, Upnp);

    private async Task<PortMapper> MappedAsync()
    {
        PortMapper mapper = Start();
        await UntilAsleep(mapper);
        return mapper;
    }
}
