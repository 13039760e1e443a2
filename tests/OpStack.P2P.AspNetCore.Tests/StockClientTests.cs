using System.Text.Json;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Rpc;
using OpStack.P2P.Rpc.Protocol;
using OpStack.P2P.TestKit;
using StreamJsonRpc;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>A JSON-RPC client that knows nothing of this library (StreamJsonRpc) over HTTP: every method, and what came of it at the node.</summary>
public sealed class StockClientTests : IAsyncLifetime
{
    private const string Address = "203.0.113.9";
    private const string Subnet = "198.51.100.0/24";

    private readonly HashSet<string> _called = [];
    private WebNode _node = null!;
    private Network _other = null!;
    private NetworkHandler _peer = null!;
    private JsonRpc _rpc = null!;

    private IConnectionGater Gater => _node.Handler.Gossip.Gater;

    private PeerId PeerId => _peer.Gossip.LocalPeerId;

    public async Task InitializeAsync()
    {
        _node = await WebNode.StartAsync(change: config => config with { Discovery = true, Rpc = new RpcOptions { AllowAdmin = true } });
        _other = Network.Builder(WebNode.Quiet).Build();
        _peer = await _other.StartAsync();
        _rpc = ClientOf(_node);
    }

    public async Task DisposeAsync()
    {
        _rpc.Dispose();
        await _other.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Every_method_there_is_does_what_it_says()
    {
        await ConnectAsync();
        await ReadAsync();
        await ProtectAsync();
        await DisconnectAsync();
        await BlockPeerAsync();
        await BlockAddressesAsync();
        await BlockSubnetsAsync();
        await PostPayloadAsync();
        Assert.Equal(RpcMethods.All.Select(method => method.Name).Order(), _called.Order());
    }

    [Fact]
    public async Task Errors_reach_the_client_as_those_of_JSON_RPC()
    {
        await using WebNode node = await WebNode.StartAsync();
        using JsonRpc rpc = ClientOf(node);
        await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => CallAsync(rpc, "opp2p_nonsense"));
        Assert.Equal("discovery disabled", (await Assert.ThrowsAsync<RemoteInvocationException>(() => CallAsync(rpc, "opp2p_discoveryTable"))).Message);

        // This client takes the code of wrong parameters for a method that is not there with such parameters.
        RemoteMethodNotFoundException wrong = await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => CallAsync(rpc, "opp2p_blockPeer", "no peer id"));
        Assert.Contains("failed to parse peer ID", wrong.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => CallAsync(rpc, "admin_postUnsafePayload", new object())); // Off by default.
    }

    [Fact]
    public async Task Methods_that_change_something_can_be_switched_off()
    {
        await using WebNode node = await WebNode.StartAsync(change: config => config with { Rpc = new RpcOptions { AllowMutations = false } });
        using JsonRpc rpc = ClientOf(node);
        foreach (RpcMethod method in RpcMethods.All.Where(method => method.Access != RpcAccess.Read))
        {
            await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => CallAsync(rpc, method.Name, PeerId.ToString()));
        }

        Assert.Equal(JsonValueKind.Object, (await CallAsync(rpc, "opp2p_self")).ValueKind);
    }

    private async Task ConnectAsync()
    {
        await CallAsync("opp2p_connectPeer", _peer.Gossip.ListenAddresses[0].WithPeerId(PeerId).ToString());
        Assert.Contains(PeerId, _node.Handler.Gossip.ConnectedPeers);
    }

    private async Task ReadAsync()
    {
        Assert.Equal(_node.Handler.Gossip.LocalPeerId.ToString(), (await CallAsync("opp2p_self")).GetProperty("peerID").GetString());
        foreach (bool connected in new[] { true, false })
        {
            JsonElement peers = await CallAsync("opp2p_peers", connected);
            Assert.Equal(1, peers.GetProperty("totalConnected").GetInt32());
            Assert.Equal(PeerId.ToString(), peers.GetProperty("peers").GetProperty(PeerId.ToString()).GetProperty("peerID").GetString());
        }

        Assert.Equal(1, (await CallAsync("opp2p_peerStats")).GetProperty("connected").GetInt32());
        Assert.Equal(1, (await CallAsync("opp2p_peerCount")).GetProperty("connectedGossip").GetInt32());
        Assert.Equal(0, (await CallAsync("opp2p_discoveryTable")).GetArrayLength());
        Assert.Equal(PeerId.ToString(), (await CallAsync("opp2p_explainScore", PeerId.ToString())).GetProperty("peerID").GetString());
        Assert.Equal(4, (await CallAsync("opp2p_mesh")).EnumerateObject().Count());
        Assert.True((await CallAsync("opp2p_bandwidth")).GetProperty("total").GetProperty("in").GetInt64() > 0);
        Gater.BanAddr(System.Net.IPAddress.Parse("203.0.113.77"), TimeSpan.FromHours(1), "score");
        Assert.Equal("203.0.113.77", (await CallAsync("opp2p_bans"))[0].GetProperty("address").GetString());
    }

    private async Task ProtectAsync()
    {
        await CallAsync("opp2p_protectPeer", PeerId.ToString());
        Assert.Equal([PeerId], Gater.ListProtectedPeers());
        await CallAsync("opp2p_unprotectPeer", PeerId.ToString());
        Assert.Empty(Gater.ListProtectedPeers());
    }

    private async Task DisconnectAsync()
    {
        await CallAsync("opp2p_disconnectPeer", PeerId.ToString());
        Assert.DoesNotContain(PeerId, _node.Handler.Gossip.ConnectedPeers);
    }

    private async Task BlockPeerAsync()
    {
        await CallAsync("opp2p_blockPeer", PeerId.ToString());
        Assert.Equal([PeerId.ToString()], TextsOf(await CallAsync("opp2p_listBlockedPeers")));
        await CallAsync("opp2p_unblockPeer", PeerId.ToString());
        Assert.Empty(TextsOf(await CallAsync("opp2p_listBlockedPeers")));
    }

    private async Task BlockAddressesAsync()
    {
        foreach (string spelling in new[] { "opp2p_blockAddr", "opp2p_blocAddr" })
        {
            await CallAsync(spelling, Address);
            Assert.Equal([Address], TextsOf(await CallAsync("opp2p_listBlockedAddrs")));
            await CallAsync("opp2p_unblockAddr", Address);
            Assert.Empty(TextsOf(await CallAsync("opp2p_listBlockedAddrs")));
        }
    }

    private async Task BlockSubnetsAsync()
    {
        foreach (object spelling in new object[] { Subnet, new { IP = "198.51.100.0", Mask = "////AA==" } })
        {
            await CallAsync("opp2p_blockSubnet", spelling);
            JsonElement listed = Assert.Single((await CallAsync("opp2p_listBlockedSubnets")).EnumerateArray());
            Assert.Equal(("198.51.100.0", "////AA=="), (listed.GetProperty("IP").GetString(), listed.GetProperty("Mask").GetString()));
            await CallAsync("opp2p_unblockSubnet", spelling);
            Assert.Equal(0, (await CallAsync("opp2p_listBlockedSubnets")).GetArrayLength());
        }
    }

    private async Task PostPayloadAsync()
    {
        OpNetworkPayloadEnvelope envelope = TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4));
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            EnvelopeJson.Write(writer, envelope);
        }

        await CallAsync("admin_postUnsafePayload", JsonElement.Parse(json.ToArray()));
        OpNetworkPayloadEnvelope posted = await _node.Handler.UnsafeBlocks.ReadAsync().AsTask().WaitAsync(WebNode.Patience);
        Assert.Equal(envelope.Payload.BlockHash, posted.Payload.BlockHash);
    }

    private async Task<JsonElement> CallAsync(string method, params object[] arguments)
    {
        _called.Add(method);
        return await CallAsync(_rpc, method, arguments);
    }

    private static Task<JsonElement> CallAsync(JsonRpc rpc, string method, params object[] arguments) =>
        rpc.InvokeAsync<JsonElement>(method, arguments).WaitAsync(WebNode.Patience);

    private static JsonRpc ClientOf(WebNode node)
    {
        JsonRpc rpc = new(new HttpMessages(node.Http, node.Uri, new SystemTextJsonFormatter()));
        rpc.StartListening();
        return rpc;
    }

    private static string[] TextsOf(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];
}
