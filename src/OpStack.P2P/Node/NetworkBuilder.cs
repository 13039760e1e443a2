using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Discv5;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Nat;
using OpStack.P2P.Node;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;

namespace OpStack.P2P;

/// <summary>
/// Builds a <see cref="Network"/> (kona's NetworkBuilder). What kona's builder sets has a method here; everything is a property of
/// <see cref="NetworkConfig"/>.
/// </summary>
public sealed class NetworkBuilder
{
    private NetworkConfig _config;
    private TimeProvider _time = TimeProvider.System;
    private ILoggerFactory _loggers = NullLoggerFactory.Instance;
    private NameResolver? _resolver;
    private Func<IReadOnlyList<PortToMap>, PortMapperOptions, PortMapper>? _createMapper;

    internal NetworkBuilder(NetworkConfig config) => _config = config;

    /// <summary>Changes the configuration: <c>With(config =&gt; config with { … })</c>.</summary>
    public NetworkBuilder With(Func<NetworkConfig, NetworkConfig> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _config = change(_config);
        return this;
    }

    /// <summary>Sets <see cref="NetworkConfig.BootNodes"/>.</summary>
    public NetworkBuilder WithBootnodes(BootNodes bootNodes) => With(config => config with { BootNodes = bootNodes });

    /// <summary>Sets <see cref="NetworkConfig.BootStorePath"/>.</summary>
    public NetworkBuilder WithBootstore(string? path) => With(config => config with { BootStorePath = path });

    /// <summary>Sets <see cref="NetworkConfig.DiscoveryInterval"/>.</summary>
    public NetworkBuilder WithDiscoveryInterval(TimeSpan interval) => With(config => config with { DiscoveryInterval = interval });

    /// <summary>Sets <see cref="NetworkConfig.DiscoveryRandomize"/>.</summary>
    public NetworkBuilder WithDiscoveryRandomize(TimeSpan? interval) => With(config => config with { DiscoveryRandomize = interval });

    /// <summary>Sets <see cref="NetworkConfig.DiscoveryOptions"/>.</summary>
    public NetworkBuilder WithDiscoveryConfig(Discv5Options options) => With(config => config with { DiscoveryOptions = options });

    /// <summary>Sets <see cref="NetworkConfig.Discovery"/> to false.</summary>
    public NetworkBuilder WithDiscoveryDisabled() => With(config => config with { Discovery = false });

    /// <summary>Sets <see cref="NetworkConfig.Nat"/>.</summary>
    public NetworkBuilder WithNat(bool nat) => With(config => config with { Nat = nat });

    /// <summary>Sets <see cref="NetworkConfig.Gossip"/>.</summary>
    public NetworkBuilder WithGossipConfig(GossipsubOptions options) => With(config => config with { Gossip = options });

    /// <summary>Sets the level of <see cref="NetworkConfig.Scoring"/>.</summary>
    public NetworkBuilder WithPeerScoring(PeerScoreLevel level) =>
        With(config => config with { Scoring = config.Scoring with { Level = level } });

    /// <summary>Sets <see cref="NetworkConfig.PeerMonitoring"/>.</summary>
    public NetworkBuilder WithPeerMonitoring(PeerMonitoring? monitoring) => With(config => config with { PeerMonitoring = monitoring });

    /// <summary>Sets <see cref="NetworkConfig.Gater"/>.</summary>
    public NetworkBuilder WithGaterConfig(GaterConfig gater) => With(config => config with { Gater = gater });

    /// <summary>As <see cref="ConnectionLimits.WithWater"/> (kona's peers lo and hi).</summary>
    public NetworkBuilder WithPeerLimits(int low, int high) => With(config => config with
    {
        Swarm = config.Swarm with { Limits = config.Swarm.Limits.WithWater(low, high) },
    });

    /// <summary>Sets <see cref="NetworkConfig.MeterFactory"/>.</summary>
    public NetworkBuilder WithMeterFactory(IMeterFactory? factory) => With(config => config with { MeterFactory = factory });

    /// <summary>Sets the clock (default: the system's).</summary>
    public NetworkBuilder WithTimeProvider(TimeProvider timeProvider)
    {
        _time = timeProvider;
        return this;
    }

    /// <summary>Sets where logs go (default: nowhere).</summary>
    public NetworkBuilder WithLoggerFactory(ILoggerFactory loggerFactory)
    {
        _loggers = loggerFactory;
        return this;
    }

    /// <summary>Sets how host names are looked up (default: the system's resolver).</summary>
    public NetworkBuilder WithNameResolver(NameResolver resolver)
    {
        _resolver = resolver;
        return this;
    }

    /// <summary>Sets how the mapper of our bound ports is made (default: the one that asks the router of the system's default route).</summary>
    internal NetworkBuilder WithPortMapper(Func<IReadOnlyList<PortToMap>, PortMapperOptions, PortMapper> create)
    {
        _createMapper = create;
        return this;
    }

    /// <summary>
    /// Checks every setting and builds the network, which binds nothing before <see cref="Network.StartAsync"/>.
    /// Throws <see cref="ArgumentException"/> that names the setting.
    /// </summary>
    public Network Build()
    {
        NetworkChecks.Run(_config, _time, _loggers);
        return new Network(_config, _time, _loggers, _resolver, _createMapper);
    }
}
