using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OpStack.Discv5;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Storage;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Hosting.Settings;

/// <summary>What the options ask for, as the configuration of a network; owns the keys and clients in it.</summary>
internal sealed partial class P2PSettings : IDisposable
{
    private const string InMemory = "memory";

    private readonly P2POptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly bool _isTrial;
    private readonly OptionFaults _faults = new();
    private readonly List<IDisposable> _owned = [];

    private P2PSettings(P2POptions options, TimeProvider time, ILoggerFactory loggers, bool isTrial)
    {
        _options = options;
        _time = time;
        _loggers = loggers;
        _isTrial = isTrial;
        Config = Create();
    }

    /// <summary>Counts only while there are no <see cref="Faults"/>.</summary>
    public NetworkConfig Config { get; }

    /// <summary>Everything that is wrong, for a person.</summary>
    public IReadOnlyList<string> Faults => _faults.All;

    /// <summary>The host name our record is to have the address of; null when it was an address, or none.</summary>
    public string? AdvertiseHost { get; private set; }

    /// <summary>Reads the options and the files they name; never throws for what an operator did wrong.</summary>
    /// <param name="options">The options.</param>
    /// <param name="time">Counts the deadlines of a remote signer and of L1.</param>
    /// <param name="loggers">Where those log.</param>
    /// <param name="isTrial">Only the faults are wanted: no key file is made.</param>
    public static P2PSettings Read(P2POptions options, TimeProvider time, ILoggerFactory loggers, bool isTrial) => new(options, time, loggers, isTrial);

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    private NetworkConfig Create()
    {
        CheckHost();

        // Without a chain the rest is checked all the same, with the first one of the registry, of which nothing comes.
        NetworkConfig chain = ReadChain() ?? NetworkConfig.ForChain(ChainRegistry.All[0].Config.L2ChainId);
        IReadOnlyList<string> bootnodes = ListOf(_options.Bootnodes);
        return chain with
        {
            NodeKey = Key(nameof(P2POptions.PrivRaw), _options.PrivRaw, nameof(P2POptions.PrivPath), _options.PrivPath, isMade: true),
            ListenIp = ListenIp(),
            ListenTcpPort = Port(nameof(P2POptions.ListenTcp), _options.ListenTcp),
            ListenUdpPort = Port(nameof(P2POptions.ListenUdp), _options.ListenUdp) is var udp and > 0 ? udp : null,
            AdvertiseIp = AdvertisedIp(),
            AdvertiseTcpPort = Port(nameof(P2POptions.AdvertiseTcp), _options.AdvertiseTcp),
            AdvertiseUdpPort = Port(nameof(P2POptions.AdvertiseUdp), _options.AdvertiseUdp),
            Nat = _options.Nat,
            Discovery = !_options.NoDiscovery,
            DiscoveryOptions = DiscoveryOptions(),
            DiscoveryInterval = Interval(nameof(P2POptions.DiscoveryInterval), _options.DiscoveryInterval),
            DiscoveryRandomize = _options.DiscoveryRandomize is { } randomize ? Interval(nameof(P2POptions.DiscoveryRandomize), randomize) : null,
            BootNodes = new BootNodes(bootnodes.Select(BootNodeOf).OfType<BootNode>()),
            ChainBootNodes = bootnodes.Count == 0,
            BootStorePath = BootStorePath(chain.RollupConfig.L2ChainId),
            StaticPeers = StaticPeers(),
            Pings = _options.Ping,
            PeerStore = new PeerStoreOptions { Directory = PathOrMemory(_options.PeerstorePath) },
            Gater = Gater(),
            PeerMonitoring = Monitoring(),
            Swarm = Swarm(),
            Gossip = Gossip(),
            Scoring = new PeerScoreOptions { Level = ScoreLevel(), ScoreDeliveries = _options.TopicScoring },
            Validation = Validation(),
            SyncByNumber = _options.SyncReqResp,
            SyncOnlyFromStatic = _options.SyncOnlyReqToStatic,
            FillGaps = FillGaps(),
            Signer = Signer(),
            SignerSource = SignerSource(chain),
            Rpc = Rpc(),
        };
    }

    private void CheckHost()
    {
        _faults.Require(
            _options.StopTimeout >= TimeSpan.FromSeconds(1) && _options.StopTimeout <= TimeSpan.FromMinutes(10),
            nameof(P2POptions.StopTimeout), "1 s to 10 min", _options.StopTimeout);
        _faults.Require(_options.HealthDegradedAfter is >= 1 and <= 100_000, nameof(P2POptions.HealthDegradedAfter), "1 to 100,000 block times", _options.HealthDegradedAfter);
        _faults.Require(
            _options.HealthUnhealthyAfter >= _options.HealthDegradedAfter && _options.HealthUnhealthyAfter <= 100_000,
            nameof(P2POptions.HealthUnhealthyAfter), $"{nameof(P2POptions.HealthDegradedAfter)} to 100,000 block times", _options.HealthUnhealthyAfter);
    }

    private IPAddress ListenIp()
    {
        bool isIp = IPAddress.TryParse(_options.ListenIp, out IPAddress? address);
        _faults.Require(isIp, nameof(P2POptions.ListenIp), "an IP address", _options.ListenIp);
        _faults.Require(!_options.Nat || address?.AddressFamily != AddressFamily.InterNetworkV6, nameof(P2POptions.Nat), "false without an IPv4 address to listen at", true);
        return address ?? IPAddress.Any;
    }

    private IPAddress? AdvertisedIp()
    {
        string? text = _options.AdvertiseIp;
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            bool isReachable = !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
            _faults.Require(isReachable, nameof(P2POptions.AdvertiseIp), "an address peers can reach", text);
            return isReachable ? address : null;
        }

        bool isHost = Uri.CheckHostName(text) == UriHostNameType.Dns;
        _faults.Require(isHost, nameof(P2POptions.AdvertiseIp), "an IP address or a host name", text);
        AdvertiseHost = isHost ? text : null;
        return null;
    }

    /// <summary>op-node's range: the ports below are the system's.</summary>
    private int Port(string option, int port)
    {
        _faults.Require(port is 0 or >= 1024 and <= IPEndPoint.MaxPort, option, "a port: 0, or 1024 to 65535", port);
        return port;
    }

    private Discv5Options DiscoveryOptions()
    {
        IReadOnlyList<string> networks = ListOf(_options.NetRestrict);
        return _faults.Checked(
            nameof(P2POptions.NetRestrict),
            new Discv5Options { NetRestrict = networks.Count == 0 ? null : string.Join(',', networks) },
            options => options.Validate());
    }

    private TimeSpan Interval(string option, TimeSpan interval)
    {
        _faults.Require(interval >= TimeSpan.FromMilliseconds(100) && interval <= TimeSpan.FromDays(1), option, "100 ms to a day", interval);
        return interval;
    }

    private RpcOptions Rpc()
    {
        _faults.Checked(nameof(P2POptions.RpcMaxBodyBytes), new RpcOptions { MaxBodyBytes = _options.RpcMaxBodyBytes }, rpc => rpc.Validate());
        _faults.Checked(nameof(P2POptions.RpcMaxBatch), new RpcOptions { MaxBatch = _options.RpcMaxBatch }, rpc => rpc.Validate());
        return new RpcOptions
        {
            AllowAdmin = _options.RpcEnableAdmin,
            AllowMutations = _options.RpcAllowMutations,
            MaxBodyBytes = _options.RpcMaxBodyBytes,
            MaxBatch = _options.RpcMaxBatch,
        };
    }

    /// <summary>The key itself or that of the file; null when neither is given.</summary>
    private Secp256k1PrivateKey? Key(string rawOption, string? raw, string pathOption, string? path, bool isMade)
    {
        if (!string.IsNullOrEmpty(raw))
        {
            return KeyFile.TryParse(raw, out Secp256k1PrivateKey? key) ? Own(key) : Fault(() => _faults.AddWrong(rawOption, "a key of 64 hex digits"));
        }

        if (string.IsNullOrWhiteSpace(path))
        {
            return null;
        }

        if (KeyFile.TryParse(path, out Secp256k1PrivateKey? mistaken))
        {
            mistaken.Dispose();
            return Fault(() => _faults.AddWrong(pathOption, "the name of a file, not a key"));
        }

        try
        {
            return isMade && !File.Exists(path)
                ? _isTrial ? null : Own(KeyFile.LoadOrCreate(path))
                : Own(KeyFile.Load(path));
        }
        catch (SigningException e)
        {
            return Fault(() => _faults.Add($"{pathOption}: {e.Message}"));
        }

        static Secp256k1PrivateKey? Fault(Action add)
        {
            add();
            return null;
        }
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>The items, none of them empty; one may hold several with commas, as op-node's flags do.</summary>
    private static IReadOnlyList<string> ListOf(IEnumerable<string>? items) =>
        [.. (items ?? []).SelectMany(item => (item ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static string? PathOrMemory(string? path) => string.IsNullOrWhiteSpace(path) || path == InMemory ? null : path;
}
