using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Rpc;

/// <summary>What op-node and kona do not tell: why a score, who is in which mesh, how many bytes.</summary>
internal sealed partial class NodeApi
{
    public async ValueTask<ScoreExplanation> ExplainScoreAsync(PeerId peer, CancellationToken cancellationToken) =>
        (await GossipAsync(cancellationToken).ConfigureAwait(false)).Explain(peer) ?? throw Failed($"no score is held of {peer}");

    public async ValueTask<IReadOnlyDictionary<string, TopicMesh>> MeshAsync(CancellationToken cancellationToken) =>
        (await GossipAsync(cancellationToken).ConfigureAwait(false)).Mesh();

    public ValueTask<BandwidthReport> BandwidthAsync(CancellationToken cancellationToken)
    {
        IConnectionManager connections = node.Gossip.ConnectionManager;
        return ValueTask.FromResult(new BandwidthReport
        {
            Total = Count(connections.Statistics.Traffic),
            Protocols = connections.TrafficByProtocol.ToDictionary(traffic => traffic.Key, traffic => Count(traffic.Value)),
            Peers = node.Gossip.ConnectedPeers.ToDictionary(peer => peer.ToString(), peer => Count(connections.GetTraffic(peer))),
        });
    }

    private async Task<GossipReport> GossipAsync(CancellationToken cancellationToken) =>
        new(await node.Gossip.GetSnapshotAsync(cancellationToken).ConfigureAwait(false), node.ChainId);

    private static ByteCounts Count(Traffic traffic) => new() { In = traffic.Received, Out = traffic.Sent };
}
