using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Gossip;
using OpStack.P2P.Metrics;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>
/// Builds a <see cref="GossipDriver"/> (kona's GossipDriverBuilder). Only the four arguments are needed; what is not set has op-node's
/// default. Every setting is checked by <see cref="Build"/>, which names the one that is wrong.
/// </summary>
public sealed partial class GossipDriverBuilder
{
    private RollupConfig _config;
    private Address _signer;
    private Multiaddr _address;
    private KeyPair _keypair;
    private GossipsubOptions _gossip = new();
    private SwarmOptions _swarm = new();
    private BlockHandlerOptions _validation = new();
    private PeerScoreOptions _scoring = new();
    private IReadOnlyList<Multiaddr> _direct = [];
    private IBlockHandler? _handler;
    private TimeProvider _time = TimeProvider.System;
    private ILoggerFactory _loggers = NullLoggerFactory.Instance;
    private NameResolver? _resolver;
    private Random? _random;
    private MetricSource? _metrics;
    private Func<IConnectionGate, Swarm>? _createSwarm;

    /// <summary>Starts from what has no default.</summary>
    /// <param name="rollupConfig">The chain.</param>
    /// <param name="unsafeBlockSigner">Whose blocks are valid; the zero address while it is not known.</param>
    /// <param name="listenAddress">/ip4|ip6/…/tcp/…; port 0 takes any.</param>
    /// <param name="keyPair">Our identity; stays the caller's to dispose, after the driver.</param>
    public GossipDriverBuilder(RollupConfig rollupConfig, Address unsafeBlockSigner, Multiaddr listenAddress, KeyPair keyPair)
    {
        _config = rollupConfig;
        _signer = unsafeBlockSigner;
        _address = listenAddress;
        _keypair = keyPair;
    }

    /// <summary>Replaces the chain.</summary>
    public GossipDriverBuilder WithRollupConfig(RollupConfig rollupConfig) => With(() => _config = rollupConfig);

    /// <summary>Replaces the unsafe block signer.</summary>
    public GossipDriverBuilder WithUnsafeBlockSigner(Address signer) => With(() => _signer = signer);

    /// <summary>Replaces the identity.</summary>
    public GossipDriverBuilder WithKeypair(KeyPair keyPair) => With(() => _keypair = keyPair);

    /// <summary>Replaces the listen address.</summary>
    public GossipDriverBuilder WithAddress(Multiaddr listenAddress) => With(() => _address = listenAddress);

    /// <summary>Sets the parameters of gossipsub (default: op-node's).</summary>
    public GossipDriverBuilder WithConfig(GossipsubOptions options) => With(() => _gossip = options);

    /// <summary>Sets the parameters of the host below gossip: agent version, timeouts.</summary>
    public GossipDriverBuilder WithSwarmOptions(SwarmOptions options) => With(() => _swarm = options);

    /// <summary>
    /// Sets gossipsub's direct peers, each by an address ending in /p2p/…: always connected, always forwarded to, never in a mesh. Both
    /// ends must name each other. Default none.
    /// </summary>
    public GossipDriverBuilder WithDirectPeers(IEnumerable<Multiaddr> addresses) => With(() => _direct = [.. addresses]);

    /// <summary>Sets how peers are scored (default: op-node's level "light", and invalid blocks cost).</summary>
    public GossipDriverBuilder WithPeerScoring(PeerScoreOptions options) => With(() => _scoring = options);

    /// <summary>Sets the level alone, the rest as by default (kona's with_peer_scoring).</summary>
    public GossipDriverBuilder WithPeerScoring(PeerScoreLevel level) => WithPeerScoring(new PeerScoreOptions { Level = level });

    /// <summary>Sets the parameters of block validation; not used with a handler of one's own.</summary>
    public GossipDriverBuilder WithValidation(BlockHandlerOptions options) => With(() => _validation = options);

    /// <summary>
    /// Replaces the validator of blocks; default is <see cref="BlockHandler"/>. It decides itself who may sign: the unsafe block signer
    /// given here, and <see cref="GossipDriver.UnsafeBlockSigner"/>, do not reach it.
    /// </summary>
    public GossipDriverBuilder WithBlockHandler(IBlockHandler handler) => With(() => _handler = handler);

    /// <summary>Sets the clock (default: the system's).</summary>
    public GossipDriverBuilder WithTimeProvider(TimeProvider timeProvider) => With(() => _time = timeProvider);

    /// <summary>Sets where logs go (default: nowhere).</summary>
    public GossipDriverBuilder WithLoggerFactory(ILoggerFactory loggerFactory) => With(() => _loggers = loggerFactory);

    /// <summary>Sets how names in /dns, /dns4 and /dns6 addresses are looked up (default: the system's resolver).</summary>
    public GossipDriverBuilder WithNameResolver(NameResolver resolver) => With(() => _resolver = resolver);

    /// <summary>Sets the source of the router's random choices (default: the system's); a seeded one makes them repeatable.</summary>
    public GossipDriverBuilder WithRandom(Random random) => With(() => _random = random);

    /// <summary>Sets where what happens is measured (default: nowhere).</summary>
    internal GossipDriverBuilder WithMetrics(MetricSource metrics) => With(() => _metrics = metrics);

    /// <summary>Sets how the host below gossip is made, given its gate; for one that is not on TCP.</summary>
    internal GossipDriverBuilder WithSwarm(Func<IConnectionGate, Swarm> create) => With(() => _createSwarm = create);

    /// <summary>
    /// Checks every setting and builds the driver, which neither listens nor dials before <see cref="GossipDriver.StartAsync"/>.
    /// Throws <see cref="ArgumentException"/> that names the setting.
    /// </summary>
    public GossipDriver Build()
    {
        Require(_config, "rollupConfig");
        Require(_keypair, "keyPair");
        Require(_address, "listenAddress");
        Require(_gossip, nameof(WithConfig));
        Require(_swarm, nameof(WithSwarmOptions));
        Require(_scoring, nameof(WithPeerScoring));
        Require(_validation, nameof(WithValidation));
        Require(_time, nameof(WithTimeProvider));
        Require(_loggers, nameof(WithLoggerFactory));
        if (!_address.TryGetTcpEndPoint(out IPEndPoint? _))
        {
            throw new ArgumentException($"listenAddress: {_address} is not /ip4|ip6/…/tcp/….", "listenAddress");
        }

        RequireRange(_config.L2ChainId, ulong.MaxValue, "rollupConfig.L2ChainId");
        RequireRange(_config.BlockTime, GossipLimits.MaxBlockTimeSeconds, "rollupConfig.BlockTime");
        _gossip.Validate();
        RequirePeerSettings();
        if (_direct.FirstOrDefault(address => address.PeerId is null) is { } nameless)
        {
            throw new ArgumentException($"{nameof(WithDirectPeers)}: {nameless} does not end in /p2p/….", nameof(WithDirectPeers));
        }

        UnsafeBlockSigners signers = new(_signer, _time);
        IBlockHandler handler = _handler ?? new BlockHandler(_config, signers, _validation, _time);
        if (handler.Topics is not { Count: > 0 })
        {
            throw new ArgumentException($"{nameof(WithBlockHandler)}: the handler has no topics.", nameof(WithBlockHandler));
        }

        GossipEventQueue events = new();
        IConnectionGater gater = _gater ?? new ConnectionGater(_gaterConfig, _time, _loggers.CreateLogger<ConnectionGater>());
        Swarm swarm = _createSwarm?.Invoke(gater) ?? new Swarm(_keypair, _swarm, _time, _loggers, _resolver, gater);
        GossipsubService gossip = BuildGossip(swarm, handler, events);
        foreach (PeerId peer in _gossip.DirectPeers.Concat(_direct.Select(address => address.PeerId!)))
        {
            swarm.Protect(peer, "direct"); // A trim would end what the router makes again.
        }

        SwarmPeerHost host = new(swarm);
        PeerRecords records = new(_peerStore, host, gater, _time, _loggers.CreateLogger<PeerStore>());
        PeerScoreKeeper scores = new(
            gossip, records.Store, new MeshTags(swarm), ScoreRetention(handler), _time, _loggers.CreateLogger<GossipDriver>());
        PeerServices peers = new(PeerOptions(), host, gater, records.Store, _time, new Random(_random?.Next() ?? Random.Shared.Next()), _loggers);
        return new GossipDriver(
            _config, _address, swarm, gossip, handler, signers, events, gater, records, scores, peers, _loggers.CreateLogger<GossipDriver>());
    }

    private GossipsubService BuildGossip(Swarm swarm, IBlockHandler handler, GossipEventQueue events)
    {
        SenderBlame blame = new(_time, TimeSpan.FromSeconds(_config.BlockTime));
        BlockGossip blocks = new(handler, blame, events, _time, _loggers.CreateLogger<BlockHandler>(), _metrics is null ? null : new BlockMeasurements(_metrics));
        try
        {
            return new GossipsubService(
                swarm,
                _gossip,
                handler.Topics,
                blocks,
                _time,
                _loggers.CreateLogger<GossipsubService>(),
                _random,
                ScoreParams(handler),
                PeerScoreOptions.LightThresholds,
                _direct);
        }
        catch (ArgumentException e)
        {
            // The options are checked by now: what is left are the topics, of which it cannot know whose they are.
            throw new ArgumentException($"{nameof(WithBlockHandler)}: {e.Message}", nameof(WithBlockHandler), e);
        }
    }

    private TimeSpan ScoreRetention(IBlockHandler handler) => ScoreParams(handler)?.RetainScore ?? TimeSpan.Zero;

    private PeerScoreParams? ScoreParams(IBlockHandler handler) =>
        _scoring.ToParams(handler.Topics, TimeSpan.FromSeconds(_config.BlockTime), _gossip.SeenTtl);

    private GossipDriverBuilder With(Action set)
    {
        set();
        return this;
    }

    private static void Require(object? setting, string name)
    {
        if (setting is null)
        {
            throw new ArgumentException($"{name} must be given.", name);
        }
    }

    private static void RequireRange(ulong setting, ulong most, string name)
    {
        if (setting == 0 || setting > most)
        {
            throw new ArgumentException($"{name} must be 1 to {most}.", name);
        }
    }
}
