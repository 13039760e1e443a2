using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Rpc;

/// <summary>Answers from the node's own drivers (op-node p2p/rpc_server.go APIBackend). Any thread.</summary>
internal sealed partial class NodeApi(NodeParts node) : IOpP2PApi
{
    private IConnectionGater Gater => node.Gossip.Gater;

    public ValueTask BlockPeerAsync(PeerId peer, CancellationToken cancellationToken) => Done(() => Gater.BlockPeer(peer));

    public ValueTask UnblockPeerAsync(PeerId peer, CancellationToken cancellationToken) => Done(() => Gater.UnblockPeer(peer));

    public ValueTask<IReadOnlyList<PeerId>> ListBlockedPeersAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Gater.ListBlockedPeers());

    public ValueTask BlockAddrAsync(IPAddress address, CancellationToken cancellationToken) => Done(() => Gater.BlockAddr(address));

    public ValueTask UnblockAddrAsync(IPAddress address, CancellationToken cancellationToken) => Done(() => Gater.UnblockAddr(address));

    public ValueTask<IReadOnlyList<IPAddress>> ListBlockedAddrsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Gater.ListBlockedAddrs());

    public ValueTask BlockSubnetAsync(IPNetwork subnet, CancellationToken cancellationToken) => Done(() => Gater.BlockSubnet(subnet));

    public ValueTask UnblockSubnetAsync(IPNetwork subnet, CancellationToken cancellationToken) => Done(() => Gater.UnblockSubnet(subnet));

    public ValueTask<IReadOnlyList<IPNetwork>> ListBlockedSubnetsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Gater.ListBlockedSubnets());

    public ValueTask ProtectPeerAsync(PeerId peer, CancellationToken cancellationToken) => Done(() => Gater.ProtectPeer(peer));

    public ValueTask UnprotectPeerAsync(PeerId peer, CancellationToken cancellationToken) => Done(() => Gater.UnprotectPeer(peer));

    public ValueTask<IReadOnlyList<BanInfo>> BansAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<BanInfo>>(
    [
        .. Gater.ListBans().Select(ban => new BanInfo
        {
            PeerId = ban.Peer,
            Address = ban.Address,
            Reason = ban.Reason,
            BannedAt = ban.BannedAt,
            ExpiresAt = ban.ExpiresAt,
            Remaining = ban.Remaining,
        }),
    ]);

    public ValueTask PostUnsafePayloadAsync(OpNetworkPayloadEnvelope payload, CancellationToken cancellationToken) =>
        node.PostUnsafePayload(payload, cancellationToken);

    private static ValueTask Done(Action change)
    {
        change();
        return ValueTask.CompletedTask;
    }
}
