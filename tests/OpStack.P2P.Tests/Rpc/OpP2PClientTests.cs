using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Rpc.Results;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>The typed client: what goes in at one end comes out at the other.</summary>
public sealed class OpP2PClientTests
{
    private static readonly PeerId Peer = TestPeers.Of(2);

    private readonly RpcFixture _fixture = new();
    private readonly OpP2PClient _client;

    public OpP2PClientTests() => _client = new OpP2PClient(new InProcessTransport(_fixture.Rpc));

    [Fact]
    public async Task Every_result_comes_back_as_it_was()
    {
        Fill(_fixture.Api);
        await SameAsync(_fixture.Api, _client);
    }

    [Fact]
    public async Task The_same_over_HTTP()
    {
        Fill(_fixture.Api);
        await using RpcHttpServer server = await RpcHttpServer.StartAsync(_fixture.Rpc);
        using HttpJsonRpcTransport http = new(server.Url);
        OpP2PClient client = new(http);
        await SameAsync(_fixture.Api, client);
        await client.BlockPeerAsync(Peer);
        _fixture.Api.Table = null;
        OpP2PRpcException refused = await Assert.ThrowsAsync<OpP2PRpcException>(() => client.DiscoveryTableAsync().AsTask());
        Assert.Equal((OpP2PRpcError.Refused, -32000), (refused.Error, refused.Code));
    }

    [Fact]
    public async Task Every_change_arrives()
    {
        Multiaddr address = Multiaddr.Parse($"/ip4/1.2.3.4/tcp/9222/p2p/{Peer}");
        OpNetworkPayloadEnvelope block = TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4, [1]));
        await _client.BlockPeerAsync(Peer);
        await _client.UnblockPeerAsync(Peer);
        await _client.BlockAddrAsync(IPAddress.Parse("1.2.3.4"));
        await _client.UnblockAddrAsync(IPAddress.Parse("2001:db8::1"));
        await _client.BlockSubnetAsync(IPNetwork.Parse("10.0.0.0/8"));
        await _client.UnblockSubnetAsync(IPNetwork.Parse("2001:db8::/33"));
        await _client.ProtectPeerAsync(Peer);
        await _client.UnprotectPeerAsync(Peer);
        await _client.ConnectPeerAsync(address);
        await _client.DisconnectPeerAsync(Peer);
        await _client.PostUnsafePayloadAsync(block);
        Assert.Equal(
            [
                $"block {Peer}", $"unblock {Peer}", "block 1.2.3.4", "unblock 2001:db8::1", "block 10.0.0.0/8", "unblock 2001:db8::/33",
                $"protect {Peer}", $"unprotect {Peer}", $"connect {address}", $"disconnect {Peer}", "post 123456",
            ],
            _fixture.Api.Changes);
        Assert.Equal(block.Payload, _fixture.Api.Posted!.Payload);
    }

    [Fact]
    public async Task An_error_of_the_server_has_its_code_and_text()
    {
        _fixture.Api.Table = null;
        OpP2PRpcException disabled = await Assert.ThrowsAsync<OpP2PRpcException>(() => _client.DiscoveryTableAsync().AsTask());
        Assert.Equal((OpP2PRpcError.Refused, -32000, "opp2p_discoveryTable: discovery disabled"), (disabled.Error, disabled.Code, disabled.Message));

        OpP2PClient reading = new(new InProcessTransport(new RpcFixture(new RpcOptions { AllowMutations = false }).Rpc));
        OpP2PRpcException off = await Assert.ThrowsAsync<OpP2PRpcException>(() => reading.BlockPeerAsync(Peer).AsTask());
        Assert.Equal((OpP2PRpcError.Refused, -32601), (off.Error, off.Code));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":{"connectedGossip":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","result":{"connectedGossip":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"connectedGossip":"1"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"connectedGossip":-1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"connectedGossip":1e99}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"\ud800":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"\ud800"}}""")]
    public async Task An_answer_of_something_else_is_a_bad_answer(string? answer)
    {
        OpP2PRpcException bad = await Assert.ThrowsAsync<OpP2PRpcException>(() => new OpP2PClient(new Answering(answer)).PeerCountAsync().AsTask());
        Assert.Equal(OpP2PRpcError.BadAnswer, bad.Error);
    }

    [Fact]
    public async Task Answers_nested_deep_or_damaged_throw_nothing_else()
    {
        string deep = $$"""{"jsonrpc":"2.0","id":1,"result":{{new string('[', 5000)}}{{new string(']', 5000)}}}""";
        Assert.Equal(OpP2PRpcError.BadAnswer, (await Assert.ThrowsAsync<OpP2PRpcException>(() => new OpP2PClient(new Answering(deep)).SelfAsync().AsTask())).Error);

        Random random = new(7);
        byte[][] seeds = [Encoding.UTF8.GetBytes(RpcFixture.Sample("peers"))];
        for (int i = 0; i < 2_000; i++)
        {
            OpP2PClient client = new(new Answering(Mutations.Mutate(random, seeds)));
            try
            {
                await client.PeersAsync(true);
            }
            catch (OpP2PRpcException e)
            {
                Assert.True(e.Error is OpP2PRpcError.BadAnswer or OpP2PRpcError.Refused);
            }
        }
    }

    [Fact]
    public async Task Op_nodes_sample_and_konas_forms_are_read()
    {
        PeerDump dump = await new OpP2PClient(new Answering(RpcFixture.Sample("peers"))).PeersAsync(true);
        PeerInfo peer = dump.Peers.Single().Value;
        Assert.Equal((20u, -5.04, Connectedness.Connected, PeerDirection.Inbound), (dump.TotalConnected, peer.Scores.Gossip.Total, peer.Connectedness, peer.Direction));

        string kona = $$"""{"jsonrpc":"2.0","id":1,"result":{"peerID":"{{Peer}}","nodeID":"0x00","userAgent":"kona","protocolVersion":"","addresses":[],"protocols":null,"connectedness":1,"direction":1,"protected":false,"chainID":10,"latency":3,"gossipBlocks":true,"scores":{"gossip":{"total":0.0,"blocks":{"timeInMesh":0.0,"firstMessageDeliveries":0.0,"meshMessageDeliveries":0.0,"invalidMessageDeliveries":0.0},"IPColocationFactor":0.0,"behavioralPenalty":0.0},"reqResp":{"validResponses":0.0,"errorResponses":0.0,"rejectedPayloads":0.0} } } }""";
        PeerInfo self = await new OpP2PClient(new Answering(kona)).SelfAsync();
        Assert.Equal(("", "kona", 10UL), (self.Enr, self.UserAgent, self.ChainId));
        IReadOnlyList<IPNetwork> subnets = await new OpP2PClient(new Answering("""{"jsonrpc":"2.0","id":1,"result":["10.0.0.0/8"]}""")).ListBlockedSubnetsAsync();
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8")], subnets);

        // Go writes null for a nil slice.
        PeerDump nil = await new OpP2PClient(new Answering("""{"jsonrpc":"2.0","id":1,"result":{"totalConnected":0,"peers":null,"bannedPeers":null}}""")).PeersAsync(true);
        Assert.Equal((0, 0, 0), (nil.Peers.Count, nil.BannedPeers.Count, nil.BannedSubnets.Count));
    }

    [Fact]
    public async Task What_HTTP_does_wrong_has_a_reason_and_tells_no_secret()
    {
        KeyValuePair<string, string>[] headers = [new("x-token", "hunter2hunter2")];
        string? token = null;
        await using RpcHttpServer server = await RpcHttpServer.StartAsync(async context =>
        {
            token = context.Request.Headers["x-token"];
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync("no hunter2hunter2");
        });
        using HttpJsonRpcTransport http = new(server.Url, headers);
        OpP2PRpcException refused = await Assert.ThrowsAsync<OpP2PRpcException>(() => new OpP2PClient(http).SelfAsync().AsTask());
        Assert.Equal((OpP2PRpcError.Unreachable, "127.0.0.1 answered with HTTP 401."), (refused.Error, refused.Message));
        Assert.Equal("hunter2hunter2", token);

        await using RpcHttpServer endless = await RpcHttpServer.StartAsync(async context =>
        {
            byte[] part = new byte[1 << 20];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }
        });
        using HttpJsonRpcTransport flooded = new(endless.Url);
        Assert.Equal(OpP2PRpcError.BadAnswer, (await Assert.ThrowsAsync<OpP2PRpcException>(() => new OpP2PClient(flooded).SelfAsync().AsTask())).Error);

        Uri gone = server.Url;
        await server.DisposeAsync();
        using HttpJsonRpcTransport nobody = new(gone);
        Assert.Equal(OpP2PRpcError.Unreachable, (await Assert.ThrowsAsync<OpP2PRpcException>(() => new OpP2PClient(nobody).SelfAsync().AsTask())).Error);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_and_the_caller_who_gives_up_is_told_so()
    {
        await using RpcHttpServer silent = await RpcHttpServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        using HttpJsonRpcTransport http = new(silent.Url, timeout: TimeSpan.FromMilliseconds(200));
        Assert.Equal(OpP2PRpcError.Timeout, (await Assert.ThrowsAsync<OpP2PRpcException>(() => new OpP2PClient(http).SelfAsync().AsTask())).Error);

        using HttpJsonRpcTransport patient = new(silent.Url);
        using CancellationTokenSource caller = new(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new OpP2PClient(patient).SelfAsync(caller.Token).AsTask());
        Assert.Throws<ArgumentException>(() => new HttpJsonRpcTransport(new Uri("ftp://127.0.0.1/")));
    }

    private static void Fill(FakeApi api)
    {
        api.Self = new PeerInfo
        {
            PeerId = TestPeers.Of(1),
            NodeId = new string('a', 64),
            UserAgent = "<script>+\"é",
            Enr = "enr:-x",
            Addresses = ["/ip4/1.2.3.4/tcp/1"],
            Connectedness = Connectedness.CannotConnect,
            Direction = PeerDirection.Outbound,
            IsProtected = true,
            ChainId = ulong.MaxValue,
            Latency = TimeSpan.FromTicks(123_456),
            Scores = new PeerScores
            {
                Gossip = new PeerGossipScores
                {
                    Total = -1e-7,
                    Blocks = new PeerTopicScores { TimeInMesh = 1.5, FirstMessageDeliveries = 2, MeshMessageDeliveries = 3, InvalidMessageDeliveries = 4 },
                    IpColocationFactor = 9,
                    BehaviouralPenalty = double.MaxValue,
                },
                RequestResponse = new PeerRequestScores { ValidResponses = 1, ErrorResponses = 2, RejectedPayloads = 3 },
            },
        };
        api.Dump = new PeerDump
        {
            TotalConnected = 1,
            Peers = new Dictionary<string, PeerInfo> { [Peer.ToString()] = new PeerInfo { PeerId = Peer } },
            BannedPeers = [Peer],
            BannedIps = [IPAddress.IPv6Loopback],
            BannedSubnets = [IPNetwork.Parse("10.0.0.0/8")],
        };
        api.Stats = new PeerStats { Connected = 1, Table = 2, BlocksTopic = 3, BlocksTopicV2 = 4, BlocksTopicV3 = 5, BlocksTopicV4 = 6, Banned = 7, Known = 8 };
        api.Count = new PeerCount { ConnectedDiscovery = 4, ConnectedGossip = 5 };
        api.Table = ["enr:-a", "enr:-b"];
        api.BlockedPeers = [Peer];
        api.BlockedAddrs = [IPAddress.Loopback];
        api.BlockedSubnets = [IPNetwork.Parse("2001:db8::/33")];
        TermExplanation term = new() { Name = "P4", Counter = 1, Value = 2, Weight = -3, Contribution = -6 };
        api.Explanation = new ScoreExplanation
        {
            PeerId = Peer,
            Total = -6,
            IsConnected = true,
            IsGraylisted = true,
            TopicsTotal = -6,
            Topics = [new TopicExplanation { Topic = "/t", Weight = 1, IsInMesh = true, IsIdle = true, Contribution = -6, Terms = [term] }],
            Terms = [term],
            Addresses = [IPAddress.Loopback],
            ForgottenIn = TimeSpan.FromSeconds(3),
        };
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_764_691_203);
        api.Bans =
        [
            new BanInfo { PeerId = Peer, Reason = "behaviour", BannedAt = now, ExpiresAt = now.AddHours(1), Remaining = TimeSpan.FromMinutes(59) },
            new BanInfo { Address = IPAddress.Loopback, Reason = "score", BannedAt = now, ExpiresAt = now.AddHours(1), Remaining = TimeSpan.FromHours(1) },
        ];
        api.Mesh = new Dictionary<string, TopicMesh>
        {
            ["/t"] = new TopicMesh { Mesh = [Peer], Fanout = [Peer], Peers = [new MeshPeer { PeerId = Peer, Score = 0.5, IsGraylisted = true }] },
        };
        api.Bandwidth = new BandwidthReport
        {
            Total = new ByteCounts { In = long.MaxValue, Out = 2 },
            Protocols = new Dictionary<string, ByteCounts> { ["/p"] = new ByteCounts { In = 3, Out = 4 } },
            Peers = new Dictionary<string, ByteCounts> { [Peer.ToString()] = new ByteCounts { In = 5, Out = 6 } },
        };
    }

    /// <summary>Compares by JSON: records with lists are not equal by value.</summary>
    private static async Task SameAsync(FakeApi api, OpP2PClient client)
    {
        RpcJson json = RpcJson.Default;
        Assert.Equal(JsonSerializer.Serialize(api.Self, json.PeerInfo), JsonSerializer.Serialize(await client.SelfAsync(), json.PeerInfo));
        Assert.Equal(JsonSerializer.Serialize(api.Dump, json.PeerDump), JsonSerializer.Serialize(await client.PeersAsync(false), json.PeerDump));
        Assert.Equal(api.Stats, await client.PeerStatsAsync());
        Assert.Equal(api.Count, await client.PeerCountAsync());
        Assert.Equal(api.Table!, await client.DiscoveryTableAsync());
        Assert.Equal(api.BlockedPeers, await client.ListBlockedPeersAsync());
        Assert.Equal(api.BlockedAddrs, await client.ListBlockedAddrsAsync());
        Assert.Equal(api.BlockedSubnets, await client.ListBlockedSubnetsAsync());
        Assert.Equal(
            JsonSerializer.Serialize(api.Explanation, json.ScoreExplanation), JsonSerializer.Serialize(await client.ExplainScoreAsync(Peer), json.ScoreExplanation));
        Assert.Equal(api.Bans, await client.BansAsync());
        Assert.Equal(
            JsonSerializer.Serialize(api.Mesh, json.IReadOnlyDictionaryStringTopicMesh),
            JsonSerializer.Serialize(await client.MeshAsync(), json.IReadOnlyDictionaryStringTopicMesh));
        Assert.Equal(JsonSerializer.Serialize(api.Bandwidth, json.BandwidthReport), JsonSerializer.Serialize(await client.BandwidthAsync(), json.BandwidthReport));
    }

    /// <summary>Gives one answer to everything.</summary>
    private sealed class Answering(byte[]? answer) : IJsonRpcTransport
    {
        public Answering(string? answer)
            : this(answer is null ? null : Encoding.UTF8.GetBytes(answer))
        {
        }

        public ValueTask<byte[]?> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => ValueTask.FromResult(answer);
    }
}
