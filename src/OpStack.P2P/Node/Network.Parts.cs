using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Node;
using OpStack.P2P.Rpc;

namespace OpStack.P2P;

/// <summary>How the parts are built from the configuration.</summary>
public sealed partial class Network
{
    private GossipDriverBuilder GossipBuilder()
    {
        Multiaddr listen = Multiaddr.FromTcpEndPoint(new IPEndPoint(_config.ListenIp, _config.ListenTcpPort));
        GossipDriverBuilder builder = new GossipDriverBuilder(_config.RollupConfig, _config.UnsafeBlockSigner, listen, _keyPair)
            .WithConfig(_config.Gossip)
            .WithSwarmOptions(_config.Swarm)
            .WithDirectPeers(_config.DirectPeers)
            .WithStaticPeers(_config.StaticPeers)
            .WithPeerScoring(_config.Scoring with { ApplicationScore = ApplicationScoreOf })
            .WithValidation(_config.Validation)
            .WithGaterConfig(_config.Gater)
            .WithPeerStore(_config.PeerStore)
            .WithPeerMonitoring(_config.PeerMonitoring)
            .WithPings(_config.Pings)
            .WithDiscoveryDials(_config.DiscoveryDials)
            .WithTimeProvider(_time)
            .WithLoggerFactory(_loggers)
            .WithMetrics(_metrics);
        return _resolver is null ? builder : builder.WithNameResolver(_resolver);
    }

    /// <summary>The last to start and the first to stop: it reads all the others.</summary>
    private void Measure(DiscoverySupervisor? discovery, SyncClient? sync)
    {
        Readings = new NetworkMetrics(
            _metrics,
            new MeasuredParts(_config.RollupConfig.L2ChainId, _gossip, discovery, sync, _payloadServer, _applicationScores, _board),
            _time);
        _stops.Push((NetworkPart.Gossip, Readings.DisposeAsync));
    }

    /// <summary>How the metrics are read; null before the start.</summary>
    internal NetworkMetrics? Readings { get; private set; }

    /// <summary>The meter of this network.</summary>
    internal Meter Meter => _metrics.Meter;

    /// <summary>How peers answer requests by number.</summary>
    internal ApplicationScores ApplicationScores => _applicationScores;

    /// <summary>P5: what sync knows of a peer, and what the host does.</summary>
    private double ApplicationScoreOf(PeerId peer) => _applicationScores.ScoreOf(peer) + (_config.Scoring.ApplicationScore?.Invoke(peer) ?? 0);

    /// <param name="tcpPort">The port libp2p is bound to.</param>
    /// <param name="bound">Where the driver before this one was bound; null for the first.</param>
    private Discv5Builder DiscoveryBuilder(int tcpPort, IReadOnlyList<IPEndPoint>? bound)
    {
        LocalNode node = new(
            _nodeKey, _config.AdvertiseIp, _config.AdvertiseTcpPort == 0 ? tcpPort : _config.AdvertiseTcpPort, _config.AdvertiseUdpPort);
        Discv5Builder builder = new Discv5Builder(node, _config.RollupConfig.L2ChainId, _config.DiscoveryOptions)
            .WithListenAddresses([.. bound ?? [new IPEndPoint(_config.ListenIp, _config.ListenUdpPort ?? tcpPort)]])
            .WithInterval(_config.DiscoveryInterval)
            .WithDiscoveryRandomize(_config.DiscoveryRandomize)
            .WithBootnodes(_config.BootNodes)
            .WithBootstoreFile(_config.BootStorePath)
            .WithTimeProvider(_time)
            .WithLoggerFactory(_loggers)
            .WithMetrics(_metrics);
        builder = _config.ChainBootNodes ? builder : builder.WithoutChainBootnodes();
        return _resolver is null ? builder : builder.WithNameResolver(_resolver);
    }

    private OpP2PRpc Rpc(NetworkHandler handler)
    {
        NodeParts parts = new(
            _config.RollupConfig.L2ChainId,
            _gossip,
            () => handler.Discovery,
            _applicationScores,
            handler.PostUnsafePayloadAsync,
            _time);
        return new OpP2PRpc(new NodeApi(parts), _config.Rpc, _time, _loggers.CreateLogger<OpP2PRpc>(), _rpcMeasurements);
    }
}
