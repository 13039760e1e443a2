using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Connections;
using OpStack.P2P.Discovery;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;
using OpStack.P2P.Peers;

namespace OpStack.P2P;

/// <summary>
/// Builds a <see cref="Discv5Driver"/> (kona's Discv5Builder). Everything but node and chain has a default. <see cref="Build"/> checks
/// every setting and names the one that is wrong.
/// </summary>
public sealed class Discv5Builder
{
    private LocalNode _localNode;
    private ulong _chainId;
    private Discv5Options _options;
    private BootNodes _bootNodes = BootNodes.None;
    private bool _chainBootNodes = true;
    private string? _storePath;
    private TimeSpan _interval = DiscoveryLimits.Interval;
    private TimeSpan? _randomize;
    private TimeSpan _storeInterval = DiscoveryLimits.StoreInterval;
    private bool _forward = true;
    private bool? _staticIp;
    private bool? _privateAddresses;
    private TimeProvider _time = TimeProvider.System;
    private MetricSource? _metrics;
    private ILoggerFactory _loggers = NullLoggerFactory.Instance;
    private NameResolver _resolver = Dns.GetHostAddressesAsync;
    private Random? _random;

    /// <summary>Starts from what has no default.</summary>
    /// <param name="localNode">What our record tells.</param>
    /// <param name="chainId">The L2 chain whose nodes are looked for, at least 1.</param>
    /// <param name="options">Parameters of the protocol; the defaults when null.</param>
    public Discv5Builder(LocalNode localNode, ulong chainId, Discv5Options? options = null)
    {
        _localNode = localNode;
        _chainId = chainId;
        _options = options ?? new Discv5Options();
    }

    /// <summary>Replaces what our record tells.</summary>
    public Discv5Builder WithLocalNode(LocalNode localNode) => With(() => _localNode = localNode);

    /// <summary>Replaces the chain.</summary>
    public Discv5Builder WithChainId(ulong chainId) => With(() => _chainId = chainId);

    /// <summary>Replaces the parameters of the protocol.</summary>
    public Discv5Builder WithDiscoveryConfig(Discv5Options options) => With(() => _options = options);

    /// <summary>Sets the UDP addresses to bind, one or one of each family; port 0 takes any (default: those of the options).</summary>
    public Discv5Builder WithListenAddresses(params IPEndPoint[] addresses) =>
        With(() => _options = _options with { ListenAddresses = addresses });

    /// <summary>Sets the nodes to begin with; those of the chain come after them (default: none).</summary>
    public Discv5Builder WithBootnodes(BootNodes bootNodes) => With(() => _bootNodes = bootNodes);

    /// <summary>Leaves out the chain's own boot nodes, <see cref="BootNodes.FromChainId"/>.</summary>
    public Discv5Builder WithoutChainBootnodes() => With(() => _chainBootNodes = false);

    /// <summary>
    /// Sets the file that found nodes are kept in across restarts; its directory is made (default: null, none is kept). kona's own place is
    /// <see cref="BootStoreFile.DefaultPath"/>.
    /// </summary>
    public Discv5Builder WithBootstoreFile(string? path) => With(() => _storePath = path);

    /// <summary>Sets the time between lookups of random ids: 100 ms to 49 days (default: 5 s).</summary>
    public Discv5Builder WithInterval(TimeSpan interval) => With(() => _interval = interval);

    /// <summary>
    /// Sets the time between evictions of a random node from a table with more than 20, which makes the table harder to own: 100 ms to 49
    /// days (default: null, none is evicted).
    /// </summary>
    public Discv5Builder WithDiscoveryRandomize(TimeSpan? interval) => With(() => _randomize = interval);

    /// <summary>Sets the time between saves of the boot store: 100 ms to 49 days (default: 60 s).</summary>
    public Discv5Builder WithStoreInterval(TimeSpan interval) => With(() => _storeInterval = interval);

    /// <summary>Gives the host no records; discovery itself goes on.</summary>
    public Discv5Builder DisableForward() => With(() => _forward = false);

    /// <summary>Sets whether our record keeps the address given, whatever peers see (default: when one is given).</summary>
    public Discv5Builder WithStaticIp(bool staticIp) => With(() => _staticIp = staticIp);

    /// <summary>
    /// Sets whether records with loopback, private or other special addresses are given to the host. Anyone can publish them, to have us
    /// dial into our own network (default: only when the address we advertise, or listen at, is such a one itself).
    /// </summary>
    public Discv5Builder WithPrivateAddresses(bool allowed) => With(() => _privateAddresses = allowed);

    /// <summary>Sets the clock (default: the system's).</summary>
    public Discv5Builder WithTimeProvider(TimeProvider timeProvider) => With(() => _time = timeProvider);

    /// <summary>Sets where logs go (default: nowhere).</summary>
    public Discv5Builder WithLoggerFactory(ILoggerFactory loggerFactory) => With(() => _loggers = loggerFactory);

    /// <summary>Sets how host names of boot nodes are looked up (default: the system's resolver).</summary>
    public Discv5Builder WithNameResolver(NameResolver resolver) => With(() => _resolver = resolver);

    /// <summary>
    /// Sets the source of the choice of evicted nodes (default: the system's). The protocol's keys and nonces never come from it.
    /// </summary>
    public Discv5Builder WithRandom(Random random) => With(() => _random = random);

    /// <summary>Sets where what happens is measured (default: nowhere).</summary>
    internal Discv5Builder WithMetrics(MetricSource metrics) => With(() => _metrics = metrics);

    /// <summary>
    /// Checks every setting and builds the driver, which binds nothing before <see cref="Discv5Driver.StartAsync"/>.
    /// Throws <see cref="ArgumentException"/> that names the setting.
    /// </summary>
    public Discv5Driver Build()
    {
        Check();
        // Still 0 where the system chooses: the driver knows it once it is bound.
        LocalNode node = _localNode.UdpPort == 0 ? _localNode with { UdpPort = LocalRecord.ChoosePort(_localNode, _options.ListenAddresses) } : _localNode;
        DiscoverySettings settings = new()
        {
            LocalNode = node,
            ChainId = _chainId,
            Interval = _interval,
            RandomizeInterval = _randomize,
            StoreInterval = _storeInterval,
            BootNodes = _chainBootNodes ? _bootNodes.Union(BootNodes.FromChainId(_chainId)) : _bootNodes,
            StoreFile = _storePath is null ? null : new BootStoreFile(_storePath, _loggers.CreateLogger<BootStoreFile>()),
            Forward = _forward,
            AllowPrivateAddresses = _privateAddresses ?? IsPrivateNode(),
            Resolver = _resolver,
            StoreTime = _metrics?.Histogram(DiscoveryDefinitions.StoreTime),
        };
        Discv5Options options = _options with { StaticIp = _staticIp ?? _options.StaticIp || _localNode.Ip is not null };
        Enr record = LocalRecord.Create(node, _chainId, _time);
        Discv5Service service = new(_localNode.SigningKey, record, options, _loggers.CreateLogger<Discv5Service>(), _time);
        Random random = _random ?? Random.Shared;
        return new Discv5Driver(settings, new Discv5Network(service), _time, random, _loggers.CreateLogger<Discv5Driver>());
    }

    /// <summary>What <see cref="Build"/> checks.</summary>
    internal void Check()
    {
        Discv5BuilderChecks.Run(_localNode, _chainId, _options, _interval, _randomize, _storeInterval, _storePath);
        Discv5BuilderChecks.Require(_bootNodes, nameof(WithBootnodes));
        Discv5BuilderChecks.Require(_time, nameof(WithTimeProvider));
        Discv5BuilderChecks.Require(_loggers, nameof(WithLoggerFactory));
        Discv5BuilderChecks.Require(_resolver, nameof(WithNameResolver));
    }

    private bool IsPrivateNode() => _localNode.Ip is { } ip
        ? !AddressScope.IsGlobal(ip)
        : _options.ListenAddresses.All(bound => !AddressScope.IsUnspecified(bound.Address) && !AddressScope.IsGlobal(bound.Address));

    private Discv5Builder With(Action set)
    {
        set();
        return this;
    }
}
