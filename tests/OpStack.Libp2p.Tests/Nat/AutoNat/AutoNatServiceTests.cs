using System.Collections.Concurrent;
using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Dialing;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat.AutoNat;
using OpStack.Libp2p.Tests.Connections;
using OpStack.Libp2p.Tests.Protos;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.AutoNat;

/// <summary>The responder over swarms on a network in memory: their addresses are of the open internet, and reach nobody.</summary>
public sealed class AutoNatServiceTests : SwarmTestBase
{
    private const string Server = "5.5.5.5";
    private const string Client = "6.6.6.6";

    private readonly TestLog _log = new();

    [Fact]
    public async Task A_peer_that_listens_is_reached_over_a_connection_of_its_own_under_another_identity()
    {
        (Node server, Node client, AutoNatService service) = await ConnectedAsync();
        long id = client.Swarm.GetConnections(server.Id).Single().Id;
        AutoNatOracle.Types.DialResponse response = await AskAsync(client, server, Request(client, client.Bare));

        Assert.Equal(AutoNatOracle.Types.Status.Ok, response.Status);
        Assert.Equal(client.Bare.Bytes.ToArray(), response.Addr.ToByteArray());
        Assert.False(response.HasStatusText);

        // The client saw a stranger come and go, and both kept the connection they had.
        await AdvanceUntil(() => client.Log.Closed.Any(), seconds: 0.1);
        Assert.NotEqual(server.Id, client.Log.Closed.Single().Connection.Peer);
        Assert.Equal(id, client.Swarm.GetConnections(server.Id).Single().Id);
        Assert.Equal([client.Id], server.Swarm.ConnectedPeers);
        Assert.Single(server.Log.Opened);
        Assert.Equal(new Dictionary<AutoNatStatus, long> { [AutoNatStatus.Ok] = 1 }, service.Answers);
        Assert.Contains(AutoNatService.Protocol, client.Swarm.GetIdentifyInfo(server.Id)!.Protocols);
    }

    [Fact]
    public async Task A_peer_behind_a_NAT_is_not_reached_and_told_so_after_15_seconds_and_our_own_dials_feel_nothing()
    {
        (Node server, Node client, _) = await ConnectedAsync();
        Multiaddr filtered = At(Client, 9999);
        Network.Dead[IPEndPoint.Parse($"{Client}:9999")] = true;
        DateTimeOffset began = Time.GetUtcNow();
        Task<AutoNatOracle.Types.DialResponse> asking = AskAsync(client, server, Request(client, filtered));
        await AdvanceUntil(() => asking.IsCompleted, seconds: 0.5);

        Assert.Equal(AutoNatOracle.Types.Status.EDialError, (await asking).Status);
        Assert.InRange(Time.GetUtcNow() - began, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(17));
        Assert.Equal(0, server.Swarm.Statistics.BackoffsNow);
        Assert.Empty(server.Swarm.Statistics.DialsFailed);
    }

    [Fact]
    public async Task A_closed_port_takes_as_long_as_a_filtered_one()
    {
        (Node server, Node client, _) = await ConnectedAsync();
        DateTimeOffset began = Time.GetUtcNow();
        Task<AutoNatOracle.Types.DialResponse> asking = AskAsync(client, server, Request(client, At(Client, 22)));
        await Until.TrueAsync(() => Network.Dialled.Any(d => d.Port == 22) || Advance(0.05));
        await AdvanceUntil(() => asking.IsCompleted, seconds: 0.5);
        Assert.Equal(AutoNatOracle.Types.Status.EDialError, (await asking).Status);
        Assert.InRange(Time.GetUtcNow() - began, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(17));
    }

    [Fact]
    public async Task Foreign_addresses_in_a_request_are_dialled_0_times()
    {
        (Node server, Node client, _) = await ConnectedAsync();
        Node victim = Create("7.7.7.7");
        int before = Network.Dialled.Count;
        Task<AutoNatOracle.Types.DialResponse> asking = AskAsync(
            client, server, Request(client, victim.Bare, At("7.7.7.7", 25), At("192.168.1.1", 80), At("127.0.0.1", 8545), At("5.5.5.5", 9222), Multiaddr.Parse("/dns4/victim.test/tcp/25")));
        await AdvanceUntil(() => asking.IsCompleted, seconds: 0.5);

        IPEndPoint[] dialled = [.. Network.Dialled.Skip(before)];
        Assert.NotEmpty(dialled);
        Assert.All(dialled, d => Assert.Equal(IPAddress.Parse(Client), d.Address));
        Assert.Empty(victim.Log.Opened);
        Assert.Equal(AutoNatOracle.Types.Status.Ok, (await asking).Status); // By the port alone: 9222 at its own address.
    }

    [Fact]
    public async Task Another_peer_at_the_same_address_is_not_taken_for_the_one_that_asks()
    {
        (Node server, Node client, _) = await ConnectedAsync();
        Node neighbour = Create(Client, port: 9333);
        Task<AutoNatOracle.Types.DialResponse> asking = AskAsync(client, server, Request(client, neighbour.Bare));
        await AdvanceUntil(() => asking.IsCompleted, seconds: 0.5);
        Assert.Equal(AutoNatOracle.Types.Status.EDialError, (await asking).Status);
    }

    [Fact]
    public async Task Twenty_requests_of_a_peer_are_5_dial_backs_and_three_peers_get_10_in_60_seconds()
    {
        Node server = Create(Server);
        FakeDialer dialer = new();
        AutoNatService service = Serve(server, dialer);
        Node[] clients = [Create(Client), Create("6.6.6.7"), Create("6.6.6.8")];
        foreach (Node client in clients)
        {
            await client.Swarm.DialAsync(server.Address).AsTask().WaitAsync(Guard);
            for (int i = 0; i < 20; i++)
            {
                await AskAsync(client, server, Request(client, client.Bare));
            }
        }

        Assert.Equal([5, 5, 0], clients.Select(c => dialer.Tried.Count(t => t.Peer.Equals(c.Id))));
        Assert.Equal((10, 50), (service.Answers[AutoNatStatus.Ok], service.Answers[AutoNatStatus.DialRefused]));
        Time.Advance(TimeSpan.FromSeconds(59.999));
        Assert.Equal("too many dials", (await AskAsync(clients[2], server, Request(clients[2], clients[2].Bare))).StatusText);
        Time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(AutoNatOracle.Types.Status.Ok, (await AskAsync(clients[2], server, Request(clients[2], clients[2].Bare))).Status);
    }

    [Fact]
    public async Task Requests_that_make_no_sense_are_told_so_and_cost_no_dial_back()
    {
        (Node server, Node client, FakeDialer dialer) = await ConnectedWithFakeAsync(Client);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(
                (AutoNatOracle.Types.Status.EBadRequest, "peer id mismatch"),
                StatusOf(await AskAsync(client, server, AutoNatMessageTests.Request(server.Id.Bytes.ToArray(), client.Bare.Bytes.ToArray()))));
        }

        Assert.Equal((AutoNatOracle.Types.Status.EBadRequest, "bad peer id"), StatusOf(await AskAsync(client, server, AutoNatMessageTests.Request([1, 2]))));
        Assert.Equal((AutoNatOracle.Types.Status.EBadRequest, "missing peer info"), StatusOf(await AskAsync(client, server, [0x08, 0x00])));
        Assert.Empty(dialer.Tried);
        Assert.Equal(AutoNatOracle.Types.Status.Ok, (await AskAsync(client, server, AutoNatMessageTests.Request(null))).Status); // The id may be left out.
    }

    [Theory]
    [InlineData("192.168.1.20")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:192.168.1.20")]
    [InlineData("5.5.5.5")] // Our own.
    public async Task A_peer_that_is_not_seen_at_a_public_address_is_refused_and_dialled_0_times(string address)
    {
        (Node server, Node client, FakeDialer dialer) = await ConnectedWithFakeAsync(address);
        Assert.Equal(
            (AutoNatOracle.Types.Status.EDialRefused, "refusing to dial peer with blocked observed address"),
            StatusOf(await AskAsync(client, server, Request(client, At(Client, 9222)))));
        Assert.Empty(dialer.Tried);
    }

    [Theory]
    [InlineData(Libp2pError.OutOfResources, AutoNatOracle.Types.Status.EInternalError)]
    [InlineData(Libp2pError.LimitReached, AutoNatOracle.Types.Status.EInternalError)]
    [InlineData(Libp2pError.GateRefused, AutoNatOracle.Types.Status.EDialRefused)]
    [InlineData(Libp2pError.DialFailed, AutoNatOracle.Types.Status.EDialError)]
    [InlineData(Libp2pError.HandshakeFailed, AutoNatOracle.Types.Status.EDialError)]
    [InlineData(null, AutoNatOracle.Types.Status.EInternalError)] // A fault in our code.
    internal async Task A_fault_of_ours_does_not_tell_a_peer_that_it_cannot_be_reached(Libp2pError? error, AutoNatOracle.Types.Status status)
    {
        (Node server, Node client, FakeDialer dialer) = await ConnectedWithFakeAsync(Client);
        dialer.Failure = error is { } e ? new Libp2pException(e, "no") : new InvalidOperationException("a fault");
        Task<AutoNatOracle.Types.DialResponse> asking = AskAsync(client, server, Request(client, client.Bare));
        await AdvanceUntil(() => asking.IsCompleted, seconds: 0.5);
        Assert.Equal((status, "dial failed"), StatusOf(await asking));
        Assert.Equal(error is null ? 1 : 0, _log.Count(1424));
    }

    [Theory]
    [InlineData("ff")] // No protobuf.
    [InlineData("1205")] // Cut off.
    [InlineData("0801")] // A response.
    [InlineData("08ffffffffffffffffff01")]
    public async Task Hostile_protobufs_are_reset_without_an_answer(string hex)
    {
        (Node server, Node client, FakeDialer dialer) = await ConnectedWithFakeAsync(Client);
        await Assert.ThrowsAsync<Libp2pException>(() => AskAsync(client, server, Convert.FromHexString(hex)));
        await Until.TrueAsync(() => _log.Count(1421) == 1);
        Assert.Empty(dialer.Tried);
        Assert.Equal(AutoNatOracle.Types.Status.Ok, (await AskAsync(client, server, Request(client, client.Bare))).Status);
    }

    [Fact]
    public async Task A_message_of_4097_bytes_is_reset_at_its_length_and_one_of_4096_is_read()
    {
        (Node server, Node client, FakeDialer dialer) = await ConnectedWithFakeAsync(Client);
        byte[] request = Request(client);
        int padding = 4096 - request.Length - 3;
        request = [.. request, 0x7a, (byte)(0x80 | (padding & 0x7f)), (byte)(padding >> 7), .. new byte[padding]]; // An unknown field.
        Assert.Equal(4096, request.Length);
        Assert.Equal(AutoNatOracle.Types.Status.Ok, (await AskAsync(client, server, request)).Status);

        ProtocolStream stream = await OpenAsync(client, server);
        await stream.Bytes.WriteAsync(new byte[] { 0x81, 0x20 }, default); // 4,097, and not one byte of it.
        await Assert.ThrowsAsync<Libp2pException>(async () => await stream.Bytes.ReadAsync(new byte[1], default));
        Assert.Single(dialer.Tried);
    }

    [Fact]
    public async Task A_third_stream_of_a_peer_is_reset_and_silent_ones_end_after_60_seconds()
    {
        (Node server, Node client, _) = await ConnectedWithFakeAsync(Client);
        ProtocolStream first = await OpenAsync(client, server), second = await OpenAsync(client, server);
        await first.Bytes.WriteAsync(new byte[] { 0x20 }, default);
        await second.Bytes.WriteAsync(new byte[] { 0x20 }, default);
        await Until.TrueAsync(async () =>
        {
            try
            {
                ProtocolStream third = await OpenAsync(client, server);
                await third.Bytes.ReadAsync(new byte[1], default);
                return false;
            }
            catch (Libp2pException)
            {
                return _log.Count(1422) > 0;
            }
        });

        Task ended = Assert.ThrowsAsync<Libp2pException>(async () => await first.Bytes.ReadAsync(new byte[1], default));
        DateTimeOffset began = Time.GetUtcNow();
        await AdvanceUntil(() => _log.Count(1423) == 2);
        Assert.InRange(Time.GetUtcNow() - began, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(62));
        await ended.WaitAsync(Guard);
        Assert.Equal(AutoNatOracle.Types.Status.Ok, (await AskAsync(client, server, Request(client, client.Bare))).Status);
    }

    [Fact]
    public async Task A_peer_that_the_gate_blocks_meanwhile_is_refused_and_dial_backs_do_not_count_as_dials()
    {
        TestGate gate = new();
        (Node server, Node client, _) = await ConnectedAsync(gate);
        Assert.Equal(AutoNatOracle.Types.Status.Ok, (await AskAsync(client, server, Request(client, client.Bare))).Status);
        Assert.Equal($"secured Outbound {Client}", gate.Asked.Last());
        Assert.DoesNotContain(gate.Asked, a => a.Contains("dial", StringComparison.Ordinal));

        gate.Overrides["secured"] = () => GateVerdict.PeerBlocked;
        Task<AutoNatOracle.Types.DialResponse> asking = AskAsync(client, server, Request(client, client.Bare));
        await AdvanceUntil(() => asking.IsCompleted, seconds: 0.5);
        Assert.NotEqual(AutoNatOracle.Types.Status.Ok, (await asking).Status);
    }

    [Fact]
    public async Task A_disposed_service_ends_its_dial_backs_and_serves_no_more()
    {
        (Node server, Node client, AutoNatService service) = await ConnectedAsync();
        Network.Dead[IPEndPoint.Parse($"{Client}:9999")] = true;
        Task<AutoNatOracle.Types.DialResponse> asking = AskAsync(client, server, Request(client, At(Client, 9999)));
        await Until.TrueAsync(() => Network.DialsNow == 1 || Advance(0.01));
        await service.DisposeAsync().AsTask().WaitAsync(Guard);
        await service.DisposeAsync();
        Assert.Equal(0, Network.DialsNow);
        await Assert.ThrowsAsync<Libp2pException>(() => asking.WaitAsync(Guard));
        await Assert.ThrowsAsync<Libp2pException>(() => AskAsync(client, server, Request(client, client.Bare)));
        Assert.Throws<ObjectDisposedException>(service.Start);
    }

    private static Multiaddr At(string address, int port) => Multiaddr.FromTcpEndPoint(new IPEndPoint(IPAddress.Parse(address), port));

    private static byte[] Request(Node client, params Multiaddr[] addresses) =>
        AutoNatMessageTests.Request(client.Id.Bytes.ToArray(), [.. addresses.Select(a => a.Bytes.ToArray())]);

    private static (AutoNatOracle.Types.Status Status, string Text) StatusOf(AutoNatOracle.Types.DialResponse response) => (response.Status, response.StatusText);

    private static Task<ProtocolStream> OpenAsync(Node client, Node server) =>
        client.Swarm.OpenStreamAsync(server.Id, [AutoNatService.Protocol], default).AsTask().WaitAsync(Guard);

    private static async Task<AutoNatOracle.Types.DialResponse> AskAsync(Node client, Node server, byte[] request)
    {
        ProtocolStream stream = await OpenAsync(client, server);
        await using (stream.Bytes)
        {
            await stream.Bytes.WriteAsync(LengthPrefix.Frame(request), default);
            LengthPrefixedFrame frame = await new LengthPrefixedReader(stream.Bytes).ReadAsync(4096, default);
            Assert.True(frame.IsFrame);
            await stream.Bytes.CloseWriteAsync(default);
            AutoNatOracle message = AutoNatOracle.Parser.ParseFrom(frame.Bytes.Span);
            Assert.Equal(AutoNatOracle.Types.Kind.DialResponse, message.Type);
            return message.DialResponse;
        }
    }

    private bool Advance(double seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        return false;
    }

    private async Task<(Node Server, Node Client, AutoNatService Service)> ConnectedAsync(TestGate? gate = null)
    {
        Node server = Create(Server, gate: gate), client = Create(Client);
        AutoNatService service = new(server.Swarm, timeProvider: Time, loggerFactory: _log);
        service.Start();
        await client.Swarm.DialAsync(server.Address).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => client.Swarm.GetIdentifyInfo(server.Id) is not null && server.Swarm.GetIdentifyInfo(client.Id) is not null);
        return (server, client, service);
    }

    private async Task<(Node Server, Node Client, FakeDialer Dialer)> ConnectedWithFakeAsync(string clientAddress)
    {
        Node server = Create(Server), client = Create(clientAddress, port: 9333);
        FakeDialer dialer = new();
        Serve(server, dialer);
        await client.Swarm.DialAsync(server.Address).AsTask().WaitAsync(Guard);
        return (server, client, dialer);
    }

    private AutoNatService Serve(Node server, FakeDialer dialer)
    {
        AutoNatService service = new(server.Swarm, dialer, options: null, Time, _log, () => [IPAddress.Parse(Server)]);
        service.Start();
        return service;
    }

    private sealed class FakeDialer : ITrialDialer
    {
        public ConcurrentQueue<(PeerId Peer, IReadOnlyList<Multiaddr> Addresses)> Tried { get; } = new();

        public Exception? Failure { get; set; }

        public Task<Multiaddr> TryAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken)
        {
            Tried.Enqueue((peer, addresses));
            return Failure is null ? Task.FromResult(addresses[^1]) : Task.FromException<Multiaddr>(Failure);
        }

        public void Dispose()
        {
        }
    }
}
