using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Metrics;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P;

/// <summary>What is set about connections and peers.</summary>
public sealed partial class GossipDriverBuilder
{
    private GaterConfig _gaterConfig = new();
    private IConnectionGater? _gater;
    private PeerStoreOptions _peerStore = new();
    private PeerMonitoring? _monitoring = new();
    private IPeerScores? _scores;
    private IReadOnlyList<Multiaddr> _staticPeers = [];
    private bool _pings = true;
    private DiscoveryDialOptions _discoveryDials = new();

    /// <summary>Sets thresholds of the <see cref="ConnectionGater"/>; not used with a gater of one's own.</summary>
    public GossipDriverBuilder WithGaterConfig(GaterConfig config) => With(() => _gaterConfig = config);

    /// <summary>
    /// Replaces the gater. A <see cref="ConnectionGater"/> made by the host is kept in the files of the peer store as well; one of its own
    /// keeps itself.
    /// </summary>
    public GossipDriverBuilder WithGater(IConnectionGater gater) => With(() => _gater = gater);

    /// <summary>Sets what is remembered of peers and where; default is in memory only.</summary>
    public GossipDriverBuilder WithPeerStore(PeerStoreOptions options) => With(() => _peerStore = options);

    /// <summary>Sets when peers are banned for their score; null for never. Default as <see cref="PeerMonitoring"/> has them.</summary>
    public GossipDriverBuilder WithPeerMonitoring(PeerMonitoring? monitoring) => With(() => _monitoring = monitoring);

    /// <summary>
    /// Sets where scores are read for bans and the least score; default is the peer store, which is told the scores of gossip.
    /// </summary>
    public GossipDriverBuilder WithPeerScores(IPeerScores scores) => With(() => _scores = scores);

    /// <summary>
    /// Sets peers to stay connected to, each address ending in /p2p/…; several of one peer are tried together. They are dialled at the
    /// start and again whenever they are gone, after 5 s, then half as much longer each time up to 5 min; they are protected from trimming
    /// and bans. Our own address is left out.
    /// </summary>
    public GossipDriverBuilder WithStaticPeers(IReadOnlyList<Multiaddr> addresses) => With(() => _staticPeers = addresses);

    /// <summary>Sets limits of connections; the same as <see cref="SwarmOptions.Limits"/>.</summary>
    public GossipDriverBuilder WithConnectionLimits(ConnectionLimits limits) => With(() => _swarm = _swarm with { Limits = limits });

    /// <summary>Sets whether the round trip to every peer is measured every three minutes (op-node --p2p.ping). Default true.</summary>
    public GossipDriverBuilder WithPings(bool pings) => With(() => _pings = pings);

    /// <summary>Sets the pace of <see cref="GossipDriver.DialDiscoveredAsync"/>.</summary>
    public GossipDriverBuilder WithDiscoveryDials(DiscoveryDialOptions options) => With(() => _discoveryDials = options);

    private void RequirePeerSettings()
    {
        Require(_gaterConfig, nameof(WithGaterConfig));
        Require(_peerStore, nameof(WithPeerStore));
        Require(_staticPeers, nameof(WithStaticPeers));
        Require(_discoveryDials, nameof(WithDiscoveryDials));
        Require(_swarm.Limits, nameof(WithConnectionLimits));
        _gaterConfig.Validate();
        _peerStore.Validate();
        _monitoring?.Validate();
        _discoveryDials.Validate();
        foreach (Multiaddr? address in _staticPeers)
        {
            Require(address, nameof(WithStaticPeers));
            if (address!.PeerId is null || !address.IsDialable())
            {
                throw new ArgumentException($"{nameof(WithStaticPeers)}: {address} is no address that can be dialled and ends in /p2p/….", nameof(WithStaticPeers));
            }
        }
    }

    private PeerServicesOptions PeerOptions() => new()
    {
        ChainId = _config.L2ChainId,
        Limits = _swarm.Limits,
        Monitoring = _monitoring,
        Scores = _scores,
        StaticPeers = _staticPeers,
        Pings = _pings,
        PingMeasurements = _metrics is null ? null : new PingMeasurements(_metrics),
        Discovery = _discoveryDials,
    };
}
