using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Rpc;

/// <summary>
/// The API behind the RPC, as op-node's rpc_api.go has it: <see cref="NodeApi"/> answers from the node, <see cref="OpP2PClient"/> by asking
/// another one. What cannot be done is an <see cref="OpP2PRpcException"/>.
/// </summary>
internal interface IOpP2PApi
{
    ValueTask<PeerInfo> SelfAsync(CancellationToken cancellationToken);

    ValueTask<PeerDump> PeersAsync(bool connected, CancellationToken cancellationToken);

    ValueTask<PeerStats> PeerStatsAsync(CancellationToken cancellationToken);

    ValueTask<PeerCount> PeerCountAsync(CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<string>> DiscoveryTableAsync(CancellationToken cancellationToken);

    ValueTask BlockPeerAsync(PeerId peer, CancellationToken cancellationToken);

    ValueTask UnblockPeerAsync(PeerId peer, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<PeerId>> ListBlockedPeersAsync(CancellationToken cancellationToken);

    ValueTask BlockAddrAsync(IPAddress address, CancellationToken cancellationToken);

    ValueTask UnblockAddrAsync(IPAddress address, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<IPAddress>> ListBlockedAddrsAsync(CancellationToken cancellationToken);

    ValueTask BlockSubnetAsync(IPNetwork subnet, CancellationToken cancellationToken);

    ValueTask UnblockSubnetAsync(IPNetwork subnet, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<IPNetwork>> ListBlockedSubnetsAsync(CancellationToken cancellationToken);

    ValueTask ProtectPeerAsync(PeerId peer, CancellationToken cancellationToken);

    ValueTask UnprotectPeerAsync(PeerId peer, CancellationToken cancellationToken);

    ValueTask ConnectPeerAsync(Multiaddr address, CancellationToken cancellationToken);

    ValueTask DisconnectPeerAsync(PeerId peer, CancellationToken cancellationToken);

    ValueTask<ScoreExplanation> ExplainScoreAsync(PeerId peer, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<BanInfo>> BansAsync(CancellationToken cancellationToken);

    ValueTask<IReadOnlyDictionary<string, TopicMesh>> MeshAsync(CancellationToken cancellationToken);

    ValueTask<BandwidthReport> BandwidthAsync(CancellationToken cancellationToken);

    ValueTask PostUnsafePayloadAsync(OpNetworkPayloadEnvelope payload, CancellationToken cancellationToken);
}
