using System.Collections.Frozen;
using OpStack.P2P.Rpc.Protocol;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P.Rpc;

/// <summary>The methods there are: those of op-node and kona, and four more.</summary>
internal static class RpcMethods
{
    /// <summary>All of them, in the order of docs/rpc.md.</summary>
    public static readonly IReadOnlyList<RpcMethod> All =
    [
        RpcMethod.Read("opp2p_self", 0, RpcJson.Default.PeerInfo, (api, _, ct) => api.SelfAsync(ct)),
        RpcMethod.Read("opp2p_peers", 1, RpcJson.Default.PeerDump, (api, given, ct) => api.PeersAsync(given.Bool(0), ct)),
        RpcMethod.Read("opp2p_peerStats", 0, RpcJson.Default.PeerStats, (api, _, ct) => api.PeerStatsAsync(ct)),
        RpcMethod.Read("opp2p_peerCount", 0, RpcJson.Default.PeerCount, (api, _, ct) => api.PeerCountAsync(ct)),
        RpcMethod.Read("opp2p_discoveryTable", 0, RpcJson.Default.IReadOnlyListString, (api, _, ct) => api.DiscoveryTableAsync(ct)),

        RpcMethod.Change("opp2p_blockPeer", (api, given, ct) => api.BlockPeerAsync(given.Peer(0), ct)),
        RpcMethod.Change("opp2p_unblockPeer", (api, given, ct) => api.UnblockPeerAsync(given.Peer(0), ct)),
        RpcMethod.Read("opp2p_listBlockedPeers", 0, RpcJson.Default.IReadOnlyListPeerId, (api, _, ct) => api.ListBlockedPeersAsync(ct)),
        RpcMethod.Change("opp2p_blockAddr", (api, given, ct) => api.BlockAddrAsync(given.Address(0), ct)),
        RpcMethod.Change("opp2p_blocAddr", (api, given, ct) => api.BlockAddrAsync(given.Address(0), ct)), // kona's spelling
        RpcMethod.Change("opp2p_unblockAddr", (api, given, ct) => api.UnblockAddrAsync(given.Address(0), ct)),
        RpcMethod.Read("opp2p_listBlockedAddrs", 0, RpcJson.Default.IReadOnlyListIPAddress, (api, _, ct) => api.ListBlockedAddrsAsync(ct)),
        RpcMethod.Change("opp2p_blockSubnet", (api, given, ct) => api.BlockSubnetAsync(given.Subnet(0), ct)),
        RpcMethod.Change("opp2p_unblockSubnet", (api, given, ct) => api.UnblockSubnetAsync(given.Subnet(0), ct)),
        RpcMethod.Read("opp2p_listBlockedSubnets", 0, RpcJson.Default.IReadOnlyListIPNetwork, (api, _, ct) => api.ListBlockedSubnetsAsync(ct)),
        RpcMethod.Change("opp2p_protectPeer", (api, given, ct) => api.ProtectPeerAsync(given.Peer(0), ct)),
        RpcMethod.Change("opp2p_unprotectPeer", (api, given, ct) => api.UnprotectPeerAsync(given.Peer(0), ct)),
        RpcMethod.Change("opp2p_connectPeer", (api, given, ct) => api.ConnectPeerAsync(given.Dialable(0), ct)),
        RpcMethod.Change("opp2p_disconnectPeer", (api, given, ct) => api.DisconnectPeerAsync(given.Peer(0), ct)),

        RpcMethod.Read("opp2p_explainScore", 1, RpcJson.Default.ScoreExplanation, (api, given, ct) => api.ExplainScoreAsync(given.Peer(0), ct)),
        RpcMethod.Read("opp2p_bans", 0, RpcJson.Default.IReadOnlyListBanInfo, (api, _, ct) => api.BansAsync(ct)),
        RpcMethod.Read("opp2p_mesh", 0, RpcJson.Default.IReadOnlyDictionaryStringTopicMesh, (api, _, ct) => api.MeshAsync(ct)),
        RpcMethod.Read("opp2p_bandwidth", 0, RpcJson.Default.BandwidthReport, (api, _, ct) => api.BandwidthAsync(ct)),

        RpcMethod.Change("admin_postUnsafePayload", (api, given, ct) => api.PostUnsafePayloadAsync(ReadPayload(given), ct), RpcAccess.Admin),
    ];

    private static readonly FrozenDictionary<string, RpcMethod> ByName = All.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>The method of a name, switched off or not; null for one that is not there.</summary>
    public static RpcMethod? Find(string name) => ByName.GetValueOrDefault(name);

    private static OpNetworkPayloadEnvelope ReadPayload(RpcArguments given)
    {
        if (!EnvelopeJson.TryRead(given.Raw(0), out ExecutionPayload? payload, out Primitives.Hash256? root, out string fault))
        {
            throw RpcArguments.Invalid(0, fault);
        }

        try
        {
            return OpNetworkPayloadEnvelope.Create(payload, root);
        }
        catch (PayloadEncodingException e)
        {
            throw RpcArguments.Invalid(0, e.Message);
        }
    }
}
