using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Rpc;
using OpStack.P2P.Rpc.Client;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P;

/// <summary>
/// A typed client of the RPC of this node, of op-node and of kona-node. A call throws <see cref="OpP2PRpcException"/>: Refused with the
/// server's code and text, or what the transport throws. Any thread.
/// </summary>
public sealed partial class OpP2PClient : IOpP2PApi
{
    private readonly IJsonRpcTransport _transport;
    private long _id;

    /// <param name="transport">Stays the caller's to dispose.</param>
    public OpP2PClient(IJsonRpcTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _transport = transport;
    }

    /// <summary>opp2p_self: the node asked.</summary>
    public ValueTask<PeerInfo> SelfAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_self", null, RpcJson.Default.PeerInfo, cancellationToken);

    /// <summary>opp2p_peers: peers connected, or all that are known.</summary>
    public ValueTask<PeerDump> PeersAsync(bool connected, CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_peers", json => json.WriteBooleanValue(connected), RpcJson.Default.PeerDump, cancellationToken);

    /// <summary>opp2p_peerStats: how many peers there are.</summary>
    public ValueTask<PeerStats> PeerStatsAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_peerStats", null, RpcJson.Default.PeerStats, cancellationToken);

    /// <summary>opp2p_peerCount: how many nodes are connected. Not in op-node.</summary>
    public ValueTask<PeerCount> PeerCountAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_peerCount", null, RpcJson.Default.PeerCount, cancellationToken);

    /// <summary>opp2p_discoveryTable: the records in the discovery table, as texts.</summary>
    public ValueTask<IReadOnlyList<string>> DiscoveryTableAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_discoveryTable", null, RpcJson.Default.IReadOnlyListString, cancellationToken);

    /// <summary>opp2p_listBlockedPeers.</summary>
    public ValueTask<IReadOnlyList<PeerId>> ListBlockedPeersAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_listBlockedPeers", null, RpcJson.Default.IReadOnlyListPeerId, cancellationToken);

    /// <summary>opp2p_listBlockedAddrs.</summary>
    public ValueTask<IReadOnlyList<IPAddress>> ListBlockedAddrsAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_listBlockedAddrs", null, RpcJson.Default.IReadOnlyListIPAddress, cancellationToken);

    /// <summary>opp2p_listBlockedSubnets.</summary>
    public ValueTask<IReadOnlyList<IPNetwork>> ListBlockedSubnetsAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_listBlockedSubnets", null, RpcJson.Default.IReadOnlyListIPNetwork, cancellationToken);

    /// <summary>opp2p_explainScore: why a peer has its score. Not in op-node or kona.</summary>
    public ValueTask<ScoreExplanation> ExplainScoreAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_explainScore", Peer(peer), RpcJson.Default.ScoreExplanation, cancellationToken);

    /// <summary>opp2p_bans: the bans that stand, those that end first before others. Not in op-node or kona.</summary>
    public ValueTask<IReadOnlyList<BanInfo>> BansAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_bans", null, RpcJson.Default.IReadOnlyListBanInfo, cancellationToken);

    /// <summary>opp2p_mesh: by block topic, its mesh, fanout and subscribers. Not in op-node or kona.</summary>
    public ValueTask<IReadOnlyDictionary<string, TopicMesh>> MeshAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_mesh", null, RpcJson.Default.IReadOnlyDictionaryStringTopicMesh, cancellationToken);

    /// <summary>opp2p_bandwidth: bytes exchanged. Not in op-node or kona.</summary>
    public ValueTask<BandwidthReport> BandwidthAsync(CancellationToken cancellationToken = default) =>
        AskAsync("opp2p_bandwidth", null, RpcJson.Default.BandwidthReport, cancellationToken);

    private async ValueTask<T> AskAsync<T>(string method, Action<Utf8JsonWriter>? argument, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        byte[] answer = await SendAsync(method, argument, out long id, cancellationToken).ConfigureAwait(false);
        return RpcAnswerReader.Read(method, answer, id, type);
    }

    private async ValueTask TellAsync(string method, Action<Utf8JsonWriter> argument, CancellationToken cancellationToken)
    {
        byte[] answer = await SendAsync(method, argument, out long id, cancellationToken).ConfigureAwait(false);
        RpcAnswerReader.ReadDone(method, answer, id);
    }

    private static Action<Utf8JsonWriter> Peer(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return json => json.WriteStringValue(peer.ToString());
    }

    /// <summary>Not asynchronous itself, so that it can tell the id.</summary>
    private Task<byte[]> SendAsync(string method, Action<Utf8JsonWriter>? argument, out long id, CancellationToken cancellationToken)
    {
        id = Interlocked.Increment(ref _id);
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            json.WriteNumber("id"u8, id);
            json.WriteString("method"u8, method);
            json.WriteStartArray("params"u8);
            argument?.Invoke(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return SendAsync(method, body.WrittenMemory, cancellationToken);
    }

    private async Task<byte[]> SendAsync(string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await _transport.SendAsync(body, cancellationToken).ConfigureAwait(false)
            ?? throw new OpP2PRpcException(OpP2PRpcError.BadAnswer, $"{method}: the server answered nothing.");
}
