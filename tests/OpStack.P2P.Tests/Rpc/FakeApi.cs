using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Rpc;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>Answers what a test says, and keeps what it was asked to change.</summary>
internal sealed class FakeApi : IOpP2PApi
{
    public List<string> Changes { get; } = [];

    /// <summary>Called before every change.</summary>
    public Func<CancellationToken, Task>? OnChange { get; set; }

    public PeerInfo Self { get; set; } = new() { PeerId = TestPeers.Of(1) };

    public PeerDump Dump { get; set; } = new();

    public PeerStats Stats { get; set; } = new();

    public PeerCount Count { get; set; } = new();

    public IReadOnlyList<string>? Table { get; set; } = [];

    public IReadOnlyList<PeerId> BlockedPeers { get; set; } = [];

    public IReadOnlyList<IPAddress> BlockedAddrs { get; set; } = [];

    public IReadOnlyList<IPNetwork> BlockedSubnets { get; set; } = [];

    public ScoreExplanation Explanation { get; set; } = new() { PeerId = TestPeers.Of(1) };

    public IReadOnlyList<BanInfo> Bans { get; set; } = [];

    public IReadOnlyDictionary<string, TopicMesh> Mesh { get; set; } = new Dictionary<string, TopicMesh>();

    public BandwidthReport Bandwidth { get; set; } = new();

    public OpNetworkPayloadEnvelope? Posted { get; private set; }

    public ValueTask<PeerInfo> SelfAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Self);

    public ValueTask<PeerDump> PeersAsync(bool connected, CancellationToken cancellationToken)
    {
        Changes.Add($"peers {connected}");
        return ValueTask.FromResult(Dump);
    }

    public ValueTask<PeerStats> PeerStatsAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Stats);

    public ValueTask<PeerCount> PeerCountAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Count);

    public ValueTask<IReadOnlyList<string>> DiscoveryTableAsync(CancellationToken cancellationToken) =>
        Table is null ? throw OpP2PRpcException.Refuse(RpcFault.DiscoveryDisabled) : ValueTask.FromResult(Table);

    public ValueTask BlockPeerAsync(PeerId peer, CancellationToken cancellationToken) => DoAsync($"block {peer}", cancellationToken);

    public ValueTask UnblockPeerAsync(PeerId peer, CancellationToken cancellationToken) => DoAsync($"unblock {peer}", cancellationToken);

    public ValueTask<IReadOnlyList<PeerId>> ListBlockedPeersAsync(CancellationToken cancellationToken) => ValueTask.FromResult(BlockedPeers);

    public ValueTask BlockAddrAsync(IPAddress address, CancellationToken cancellationToken) => DoAsync($"block {address}", cancellationToken);

    public ValueTask UnblockAddrAsync(IPAddress address, CancellationToken cancellationToken) => DoAsync($"unblock {address}", cancellationToken);

    public ValueTask<IReadOnlyList<IPAddress>> ListBlockedAddrsAsync(CancellationToken cancellationToken) => ValueTask.FromResult(BlockedAddrs);

    public ValueTask BlockSubnetAsync(IPNetwork subnet, CancellationToken cancellationToken) => DoAsync($"block {subnet}", cancellationToken);

    public ValueTask UnblockSubnetAsync(IPNetwork subnet, CancellationToken cancellationToken) => DoAsync($"unblock {subnet}", cancellationToken);

    public ValueTask<IReadOnlyList<IPNetwork>> ListBlockedSubnetsAsync(CancellationToken cancellationToken) => ValueTask.FromResult(BlockedSubnets);

    public ValueTask ProtectPeerAsync(PeerId peer, CancellationToken cancellationToken) => DoAsync($"protect {peer}", cancellationToken);

    public ValueTask UnprotectPeerAsync(PeerId peer, CancellationToken cancellationToken) => DoAsync($"unprotect {peer}", cancellationToken);

    public ValueTask ConnectPeerAsync(Multiaddr address, CancellationToken cancellationToken) => DoAsync($"connect {address}", cancellationToken);

    public ValueTask DisconnectPeerAsync(PeerId peer, CancellationToken cancellationToken) => DoAsync($"disconnect {peer}", cancellationToken);

    public ValueTask<ScoreExplanation> ExplainScoreAsync(PeerId peer, CancellationToken cancellationToken)
    {
        Changes.Add($"explain {peer}");
        return ValueTask.FromResult(Explanation);
    }

    public ValueTask<IReadOnlyList<BanInfo>> BansAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Bans);

    public ValueTask<IReadOnlyDictionary<string, TopicMesh>> MeshAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Mesh);

    public ValueTask<BandwidthReport> BandwidthAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Bandwidth);

    public ValueTask PostUnsafePayloadAsync(OpNetworkPayloadEnvelope payload, CancellationToken cancellationToken)
    {
        Posted = payload;
        return DoAsync($"post {payload.Payload.BlockNumber}", cancellationToken);
    }

    private async ValueTask DoAsync(string change, CancellationToken cancellationToken)
    {
        if (OnChange is { } before)
        {
            await before(cancellationToken);
        }

        Changes.Add(change);
    }
}
