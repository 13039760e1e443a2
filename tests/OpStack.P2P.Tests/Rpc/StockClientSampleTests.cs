using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpStack.Libp2p.Identity;
using OpStack.P2P.AspNetCore.Tests;
using OpStack.P2P.Rpc;
using OpStack.P2P.TestKit;
using StreamJsonRpc;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>The calls of <see cref="RpcSampleTests"/>, every method of them, made over HTTP by a client that knows nothing of this library.</summary>
public sealed class StockClientSampleTests : IAsyncLifetime
{
    private const string Peer = "16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RpcFixture _fixture = new();
    private readonly HttpClient _http = new();
    private RpcHttpServer _server = null!;
    private JsonRpc _rpc = null!;

    public async Task InitializeAsync()
    {
        _server = await RpcHttpServer.StartAsync(_fixture.Rpc);
        _rpc = new JsonRpc(new HttpMessages(_http, _server.Url, new SystemTextJsonFormatter()));
        _rpc.StartListening();
    }

    public async Task DisposeAsync()
    {
        _rpc.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>What each method is called with, and what the API is asked for then; null for what only tells.</summary>
    public static TheoryData<string, object[], string?> Calls => new()
    {
        { "opp2p_self", [], null },
        { "opp2p_peers", [true], "peers True" },
        { "opp2p_peerStats", [], null },
        { "opp2p_peerCount", [], null },
        { "opp2p_discoveryTable", [], null },
        { "opp2p_blockPeer", [Peer], $"block {Peer}" },
        { "opp2p_unblockPeer", [Peer], $"unblock {Peer}" },
        { "opp2p_listBlockedPeers", [], null },
        { "opp2p_blockAddr", ["1.2.3.4"], "block 1.2.3.4" },
        { "opp2p_blocAddr", ["1.2.3.4"], "block 1.2.3.4" },
        { "opp2p_unblockAddr", ["2607:f8b0:4002:c0c::65"], "unblock 2607:f8b0:4002:c0c::65" },
        { "opp2p_listBlockedAddrs", [], null },
        { "opp2p_blockSubnet", [new { IP = "10.0.0.0", Mask = "/wAAAA==" }], "block 10.0.0.0/8" },
        { "opp2p_unblockSubnet", ["10.0.0.0/8"], "unblock 10.0.0.0/8" },
        { "opp2p_listBlockedSubnets", [], null },
        { "opp2p_protectPeer", [Peer], $"protect {Peer}" },
        { "opp2p_unprotectPeer", [Peer], $"unprotect {Peer}" },
        { "opp2p_connectPeer", [$"/ip4/1.2.3.4/tcp/9222/p2p/{Peer}"], $"connect /ip4/1.2.3.4/tcp/9222/p2p/{Peer}" },
        { "opp2p_disconnectPeer", [Peer], $"disconnect {Peer}" },
        { "opp2p_explainScore", [Peer], $"explain {Peer}" },
        { "opp2p_bans", [], null },
        { "opp2p_mesh", [], null },
        { "opp2p_bandwidth", [], null },
        { "admin_postUnsafePayload", [Payload()], "post 123456" },
    };

    [Fact]
    public void Every_method_is_called() => Assert.Equal(RpcMethods.All.Select(method => method.Name), Calls.Select(call => (string)call[0]));

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_method_answers_what_it_answers_without_HTTP(string method, object[] arguments, string? change)
    {
        Fill(_fixture.Api);
        JsonElement? result = await _rpc.InvokeAsync<JsonElement?>(method, arguments).WaitAsync(Patience);
        Assert.Equal(change is null ? [] : [change], _fixture.Api.Changes);

        JsonNode direct = JsonNode.Parse((await _fixture.CallAsync(method, JsonSerializer.Serialize(arguments)))!)!;
        Assert.True(JsonNode.DeepEquals(direct["result"], result is { } told ? JsonNode.Parse(told.GetRawText()) : null), method);
        Assert.Null(direct["error"]);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Wrong_parameters_are_an_error_and_change_nothing(string method, object[] arguments, string? change)
    {
        object[] wrong = arguments.Length == 0 ? [1] : [new { Wrong = new[] { 1 } }];
        RemoteRpcException refused = await Assert.ThrowsAnyAsync<RemoteRpcException>(() => _rpc.InvokeAsync<JsonElement?>(method, wrong).WaitAsync(Patience));
        Assert.NotEmpty(refused.Message);
        Assert.Empty(_fixture.Api.Changes);
        JsonNode direct = JsonNode.Parse((await _fixture.CallAsync(method, JsonSerializer.Serialize(wrong)))!)!;
        bool isIncomplete = method.EndsWith("Subnet", StringComparison.Ordinal); // An object without IP and Mask, as op-node has it.
        Assert.Equal(isIncomplete ? -32000 : -32602, (int)direct["error"]!["code"]!);
        Assert.True(change is null || arguments.Length > 0);
    }

    [Fact]
    public async Task The_samples_of_op_node_are_what_it_reads()
    {
        using JsonDocument table = JsonDocument.Parse(RpcFixture.Sample("discoveryTable"));
        _fixture.Api.Table = [.. table.RootElement.GetProperty("result").EnumerateArray().Select(record => record.GetString()!)];
        _fixture.Api.BlockedPeers = [PeerId.Parse("16Uiu2HAmV3PueiaHj7Rg2bs3mrRUo2RVhjXRMpH67k9iZquDGQ8v")];
        _fixture.Api.BlockedAddrs = [IPAddress.Parse("2607:f8b0:4002:c0c::65")];
        foreach (string method in new[] { "discoveryTable", "listBlockedPeers", "listBlockedAddrs", "listBlockedSubnets" })
        {
            JsonElement result = await _rpc.InvokeAsync<JsonElement>($"opp2p_{method}").WaitAsync(Patience);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(RpcFixture.Sample(method))!["result"], JsonNode.Parse(result.GetRawText())), method);
        }
    }

    private static JsonElement Payload() =>
        JsonDocument.Parse(EnvelopeJsonTests.Json(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4)))).RootElement;

    /// <summary>Something in every answer that may have something.</summary>
    private static void Fill(FakeApi api)
    {
        PeerId peer = PeerId.Parse(Peer);
        api.Self = new PeerInfo { PeerId = peer, NodeId = PeerReport.NodeIdOf(peer).ToString(), Latency = TimeSpan.FromMilliseconds(1.5) };
        api.Dump = new PeerDump { TotalConnected = 1, Peers = new Dictionary<string, PeerInfo> { [Peer] = api.Self }, BannedSubnets = [IPNetwork.Parse("10.0.0.0/8")] };
        api.Stats = new PeerStats { Connected = 20, Table = 94 };
        api.Table = ["enr:-x"];
        api.BlockedPeers = [peer];
        api.BlockedAddrs = [IPAddress.Parse("1.2.3.4")];
        api.BlockedSubnets = [IPNetwork.Parse("10.0.0.0/8")];
        api.Bans = [new BanInfo { PeerId = peer, Reason = "behaviour", BannedAt = DateTimeOffset.UnixEpoch, ExpiresAt = DateTimeOffset.UnixEpoch.AddHours(1) }];
        api.Mesh = new Dictionary<string, TopicMesh> { ["/optimism/10/3/blocks"] = new() { Mesh = [peer], Peers = [new MeshPeer { PeerId = peer, Score = -1.5 }] } };
        api.Bandwidth = new BandwidthReport { Total = new ByteCounts { In = 1, Out = 2 } };
    }
}
