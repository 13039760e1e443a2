using System.Text.Json;
using OpStack.Libp2p.Identity;
using OpStack.P2P.TestKit;
using StreamJsonRpc;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>A JSON-RPC client that knows nothing of this library (StreamJsonRpc) over HTTP.</summary>
public sealed class StockClientTests : IAsyncLifetime
{
    private static readonly string[] ReadMethods =
    [
        "opp2p_self", "opp2p_peerStats", "opp2p_peerCount", "opp2p_listBlockedPeers", "opp2p_listBlockedAddrs", "opp2p_listBlockedSubnets",
        "opp2p_bans", "opp2p_mesh", "opp2p_bandwidth",
    ];

    private WebNode _node = null!;
    private Network _other = null!;
    private NetworkHandler _peer = null!;
    private JsonRpc _rpc = null!;

    public async Task InitializeAsync()
    {
        _node = await WebNode.StartAsync();
        _other = Network.Builder(WebNode.Quiet).Build();
        _peer = await _other.StartAsync();
        _rpc = new JsonRpc(new HttpMessages(_node.Http, _node.Uri, new SystemTextJsonFormatter()));
        _rpc.StartListening();
    }

    public async Task DisposeAsync()
    {
        _rpc.Dispose();
        await _other.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Every_method_that_reads_answers()
    {
        foreach (string method in ReadMethods)
        {
            JsonElement result = await CallAsync(method);
            Assert.True(result.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null, method);
        }

        Assert.Equal(_node.Handler.Gossip.LocalPeerId.ToString(), (await CallAsync("opp2p_self")).GetProperty("peerID").GetString());
    }

    [Fact]
    public async Task A_peer_is_connected_seen_explained_protected_and_disconnected()
    {
        PeerId peer = _peer.Gossip.LocalPeerId;
        await CallAsync("opp2p_connectPeer", _peer.Gossip.ListenAddresses[0].WithPeerId(peer).ToString());
        Assert.Contains(peer, _node.Handler.Gossip.ConnectedPeers);

        JsonElement peers = await CallAsync("opp2p_peers", true);
        Assert.Equal(1, peers.GetProperty("totalConnected").GetInt32());
        Assert.Equal(peer.ToString(), peers.GetProperty("peers").EnumerateObject().Single().Value.GetProperty("peerID").GetString());
        Assert.Equal(JsonValueKind.Object, (await CallAsync("opp2p_explainScore", peer.ToString())).ValueKind);

        await CallAsync("opp2p_protectPeer", peer.ToString());
        Assert.Contains(peer, _node.Handler.Gossip.Gater.ListProtectedPeers());
        await CallAsync("opp2p_disconnectPeer", peer.ToString());
        await Until.TrueAsync(() => !_node.Handler.Gossip.ConnectedPeers.Contains(peer));
    }

    [Fact]
    public async Task Blocks_are_listed_as_they_were_given()
    {
        await CallAsync("opp2p_blockAddr", "203.0.113.9");
        await CallAsync("opp2p_blockSubnet", "198.51.100.0/24");
        await CallAsync("opp2p_blockPeer", _peer.Gossip.LocalPeerId.ToString());
        Assert.Equal("203.0.113.9", (await CallAsync("opp2p_listBlockedAddrs"))[0].GetString());
        Assert.Equal(1, (await CallAsync("opp2p_listBlockedSubnets")).GetArrayLength());
        Assert.Equal(_peer.Gossip.LocalPeerId.ToString(), (await CallAsync("opp2p_listBlockedPeers"))[0].GetString());
    }

    [Fact]
    public async Task Errors_reach_the_client_as_those_of_JSON_RPC()
    {
        await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => CallAsync("opp2p_nonsense"));
        Assert.Equal("discovery disabled", (await Assert.ThrowsAsync<RemoteInvocationException>(() => CallAsync("opp2p_discoveryTable"))).Message);

        // This client takes the code of wrong parameters for a method that is not there with such parameters.
        RemoteMethodNotFoundException wrong = await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => CallAsync("opp2p_blockPeer", "no peer id"));
        Assert.Contains("failed to parse peer ID", wrong.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => CallAsync("admin_postUnsafePayload", new object())); // Off by default.
    }

    private Task<JsonElement> CallAsync(string method, params object[] arguments) => _rpc.InvokeAsync<JsonElement>(method, arguments).WaitAsync(WebNode.Patience);
}
