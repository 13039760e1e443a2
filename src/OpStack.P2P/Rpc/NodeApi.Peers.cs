using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Rpc;

/// <summary>Ourselves, peers, and how many there are.</summary>
internal sealed partial class NodeApi
{
    /// <summary>
    /// op-node's conventions: not connected to itself, of no direction, without latency and scores. What it leaves empty of itself and we
    /// know is told: agent, protocols, chain, and the address our record names.
    /// </summary>
    public ValueTask<PeerInfo> SelfAsync(CancellationToken cancellationToken)
    {
        PeerId self = node.Gossip.LocalPeerId;
        IdentifyInfo own = node.Gossip.OwnIdentifyInfo;
        Enr? record = node.Discovery()?.LocalEnr;
        Multiaddr[] advertised = record?.TcpEndPoint() is { } endPoint ? [Multiaddr.FromTcpEndPoint(endPoint)] : [];
        return ValueTask.FromResult(new PeerInfo
        {
            PeerId = self,
            NodeId = PeerReport.NodeIdOf(self).ToString(),
            UserAgent = own.AgentVersion,
            ProtocolVersion = own.ProtocolVersion,
            Enr = record?.ToString() ?? "",
            Addresses = PeerReport.TextOf(advertised.Concat(own.ListenAddresses).Distinct(), self),
            Protocols = PeerReport.NullIfNone(own.Protocols),
            ChainId = node.ChainId,
            GossipsBlocks = true,
        });
    }

    public async ValueTask<PeerDump> PeersAsync(bool connected, CancellationToken cancellationToken)
    {
        PeerReport report = new(
            node,
            await GossipAsync(cancellationToken).ConfigureAwait(false),
            await TableAsync(cancellationToken).ConfigureAwait(false) ?? []);
        IEnumerable<PeerId> peers = connected
            ? node.Gossip.ConnectedPeers
            : node.Gossip.ConnectedPeers.Union(node.Gossip.PeerStore.GetAll().Select(peer => peer.Peer));
        Dictionary<string, PeerInfo> infos = peers.Select(report.Describe).ToDictionary(info => info.PeerId.ToString());
        return new PeerDump
        {
            TotalConnected = (uint)infos.Values.Count(info => info.Connectedness == Peers.Gating.Connectedness.Connected),
            Peers = infos,
            BannedPeers = Gater.ListBlockedPeers(),
            BannedIps = Gater.ListBlockedAddrs(),
            BannedSubnets = Gater.ListBlockedSubnets(),
        };
    }

    public async ValueTask<PeerStats> PeerStatsAsync(CancellationToken cancellationToken)
    {
        GossipReport gossip = await GossipAsync(cancellationToken).ConfigureAwait(false);
        return new PeerStats
        {
            Connected = (uint)node.Gossip.ConnectedPeers.Count,
            Table = (uint)(await TableAsync(cancellationToken).ConfigureAwait(false) ?? []).Count,
            BlocksTopic = gossip.SubscribersOf(PayloadVersion.V1),
            BlocksTopicV2 = gossip.SubscribersOf(PayloadVersion.V2),
            BlocksTopicV3 = gossip.SubscribersOf(PayloadVersion.V3),
            BlocksTopicV4 = gossip.SubscribersOf(PayloadVersion.V4),
            Banned = (uint)Gater.ListBlockedPeers().Count,
            Known = (uint)node.Gossip.PeerStore.Count,
        };
    }

    public async ValueTask<PeerCount> PeerCountAsync(CancellationToken cancellationToken) => new()
    {
        ConnectedDiscovery = (uint?)(await TableAsync(cancellationToken).ConfigureAwait(false))?.Count(entry => entry.IsConnected),
        ConnectedGossip = (uint)node.Gossip.ConnectedPeers.Count,
    };

    public async ValueTask<IReadOnlyList<string>> DiscoveryTableAsync(CancellationToken cancellationToken) =>
        await TableAsync(cancellationToken).ConfigureAwait(false) is { } table
            ? [.. table.Select(entry => entry.Record.ToString())]
            : throw OpP2PRpcException.Refuse(RpcFault.DiscoveryDisabled);

    /// <summary>The table; null without discovery, and for the moment in which it is begun anew.</summary>
    private async ValueTask<IReadOnlyList<TableEntryInfo>?> TableAsync(CancellationToken cancellationToken)
    {
        try
        {
            return node.Discovery() is { } discovery ? await discovery.GetTableInfosAsync(cancellationToken).ConfigureAwait(false) : null;
        }
        catch (Discv5Exception)
        {
            return null; // Stopped since.
        }
    }
}
