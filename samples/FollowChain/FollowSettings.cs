using System.Net;
using System.Net.Sockets;
using OpStack.Discv5;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.FollowChain.Flags;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.Peers.Storage;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.FollowChain;

/// <summary>What the flags ask for, as the configuration of a network; owns the keys and clients in it.</summary>
internal sealed class FollowSettings : IDisposable
{
    private const string InMemory = "memory";

    private readonly FlagValues _values;
    private readonly List<IDisposable> _owned = [];

    private FollowSettings(FlagValues values) => _values = values;

    public NetworkConfig Config { get; private set; } = null!;

    /// <summary>Reads the flags, and the files they name. Throws <see cref="FlagException"/>.</summary>
    public static async Task<FollowSettings> ReadAsync(FlagValues values, CancellationToken cancellationToken)
    {
        FollowSettings settings = new(values);
        try
        {
            settings.Config = await settings.CreateAsync(cancellationToken);
            return settings;
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    private async Task<NetworkConfig> CreateAsync(CancellationToken cancellationToken)
    {
        RefuseWhatIsNotSupported();
        NetworkConfig config = ChainFlags.Read(_values);
        return config with
        {
            NodeKey = Key(FlagTable.PrivRaw, FlagTable.PrivPath)!,
            ListenIp = await ResolveAsync(FlagTable.ListenIp, cancellationToken) ?? IPAddress.Any,
            ListenTcpPort = _values.Port(FlagTable.ListenTcp),
            ListenUdpPort = _values.Port(FlagTable.ListenUdp) is var udp and > 0 ? udp : null,
            AdvertiseIp = await ResolveAsync(FlagTable.AdvertiseIp, cancellationToken),
            AdvertiseTcpPort = _values.Port(FlagTable.AdvertiseTcp),
            AdvertiseUdpPort = _values.Port(FlagTable.AdvertiseUdp),
            Discovery = !_values.Switch(FlagTable.NoDiscovery),
            DiscoveryOptions = new Discv5Options { NetRestrict = Join(_values.List(FlagTable.NetRestrict)) },
            DiscoveryInterval = _values.Duration(FlagTable.DiscoveryInterval),
            DiscoveryRandomize = _values.IsGiven(FlagTable.DiscoveryRandomize) ? _values.Duration(FlagTable.DiscoveryRandomize) : null,
            BootNodes = BootNodes(),
            ChainBootNodes = _values.List(FlagTable.Bootnodes).Count == 0,
            BootStorePath = BootStorePath(config.RollupConfig.L2ChainId),
            StaticPeers = [.. _values.List(FlagTable.Static).Select(StaticPeer)],
            Pings = _values.Switch(FlagTable.Ping),
            PeerStore = new PeerStoreOptions { Directory = Path(FlagTable.PeerstorePath) },
            Gater = new GaterConfig
            {
                PeerRedialing = _values.Count(FlagTable.Redial),
                DialPeriod = _values.Duration(FlagTable.RedialPeriod),
            },
            PeerMonitoring = _values.Switch(FlagTable.BanPeers) ? Monitoring() : null,
            Swarm = Swarm(),
            Gossip = new GossipsubOptions
            {
                MeshDegree = Mesh(FlagTable.MeshD),
                MeshLow = Mesh(FlagTable.MeshLo),
                MeshHigh = Mesh(FlagTable.MeshHi),
                GossipDegree = Mesh(FlagTable.MeshLazy),
                FloodPublish = _values.Switch(FlagTable.FloodPublish),
            },
            Scoring = new PeerScoreOptions { Level = ScoreLevel(), ScoreDeliveries = _values.Switch(FlagTable.TopicScoring) },
            Validation = new BlockHandlerOptions { TimestampThreshold = _values.Duration(FlagTable.TimestampThreshold) },
            SyncByNumber = _values.Switch(FlagTable.SyncReqResp),
            SyncOnlyFromStatic = _values.Switch(FlagTable.SyncOnlyStatic),
            FillGaps = FillGaps(),
            Signer = Signer(),
            SignerSource = SignerSource(config),
        };
    }

    private void RefuseWhatIsNotSupported()
    {
        if (_values.Switch(FlagTable.Disable))
        {
            throw new FlagException($"{FlagTable.Disable.Name} leaves nothing to follow.");
        }

        if (_values.Switch(FlagTable.Nat))
        {
            throw new FlagException($"{FlagTable.Nat.Name} is not supported yet.");
        }

        Supported(FlagTable.Mux, "yamux");
        Supported(FlagTable.Security, "noise");
    }

    private void Supported(Flag flag, string only)
    {
        string[] given = [.. _values.List(flag)];
        if (given.FirstOrDefault(item => item != only) is { } other)
        {
            throw new FlagException($"{flag.Name}: {other} is not supported, only {only} is.");
        }

        if (given.Length == 0)
        {
            throw _values.Wrong(flag, only);
        }
    }

    private Secp256k1PrivateKey? Key(Flag raw, Flag path)
    {
        if (!string.IsNullOrEmpty(_values.Text(raw)))
        {
            return Own(KeyFile.TryParse(_values.Text(raw), out Secp256k1PrivateKey? key) ? key : throw _values.Wrong(raw, "a key of 64 hex digits"));
        }

        try
        {
            return string.IsNullOrEmpty(_values.Text(path)) ? null
                : Own(path == FlagTable.PrivPath ? KeyFile.LoadOrCreate(_values.Text(path)!) : KeyFile.Load(_values.Text(path)!));
        }
        catch (SigningException e)
        {
            throw new FlagException($"{path.Name}: {e.Message}");
        }
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>An address, or the first IPv4 address of a host name (op-node).</summary>
    private async Task<IPAddress?> ResolveAsync(Flag flag, CancellationToken cancellationToken)
    {
        string? text = _values.Text(flag);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            return address;
        }

        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(text, AddressFamily.InterNetwork, cancellationToken);
            return found.FirstOrDefault() ?? throw _values.Wrong(flag, "an address, or a host with an IPv4 address");
        }
        catch (SocketException)
        {
            throw _values.Wrong(flag, "an address, or a host with an IPv4 address");
        }
    }

    private BootNodes BootNodes() => new(_values.List(FlagTable.Bootnodes).Select(text => BootNode.TryParse(text, out BootNode? node, out BootNodeParseError error)
        ? node
        : throw new FlagException($"{FlagTable.Bootnodes.Name}: \"{text}\": {error}")));

    private Multiaddr StaticPeer(string text) => Multiaddr.TryParse(text, out Multiaddr? address) && address.PeerId is not null
        ? address
        : throw new FlagException($"{FlagTable.Static.Name}: \"{text}\" is no multiaddr that ends in /p2p/….");

    private string? BootStorePath(ulong chainId) =>
        _values.Switch(FlagTable.NoBootstore) ? null
        : _values.Text(FlagTable.Bootstore) is { Length: > 0 } file ? file
        : Path(FlagTable.DiscoveryPath) is { } directory ? System.IO.Path.Combine(directory, $"bootstore-{chainId}.json")
        : null;

    /// <summary>A directory, or null for memory; op-node wants one of the two to be said.</summary>
    private string? Path(Flag flag) => _values.Text(flag) switch
    {
        InMemory => null,
        { Length: > 0 } path => path,
        _ => throw _values.Wrong(flag, $"a directory, or {InMemory} to keep nothing"),
    };

    private PeerMonitoring Monitoring() => new()
    {
        BanThreshold = _values.Number(FlagTable.BanThreshold) is var threshold and < 0 ? threshold : throw _values.Wrong(FlagTable.BanThreshold, "a number below 0"),
        BanDuration = _values.Duration(FlagTable.BanDuration),
        MinPeers = _values.Count(FlagTable.PeersLo),
    };

    private SwarmOptions Swarm()
    {
        (int low, int high) = (_values.Count(FlagTable.PeersLo), _values.Count(FlagTable.PeersHi));
        if (low == 0 || high == 0 || low > high)
        {
            throw new FlagException($"{FlagTable.PeersLo.Name} and {FlagTable.PeersHi.Name} must be at least 1, and the first not above the second; they are {low} and {high}.");
        }

        ConnectionLimits limits = new();
        return new SwarmOptions
        {
            AgentVersion = _values.Text(FlagTable.UserAgent) ?? "",
            DialTimeout = _values.Duration(FlagTable.TimeoutDial),
            AcceptTimeout = _values.Duration(FlagTable.TimeoutAccept),
            StreamTimeout = _values.Duration(FlagTable.TimeoutNegotiation),
            Limits = limits with
            {
                LowWater = low,
                HighWater = high,
                Grace = _values.Duration(FlagTable.PeersGrace),
                OutboundReserve = Math.Min(limits.OutboundReserve, low),
            },
        };
    }

    /// <summary>op-node's range.</summary>
    private int Mesh(Flag flag) => _values.Count(flag) is var degree and >= 1 and <= 1000 ? degree : throw _values.Wrong(flag, "1 to 1000");

    private PeerScoreLevel ScoreLevel()
    {
        Flag flag = _values.Text(FlagTable.Scoring) is { Length: > 0 } || !_values.IsGiven(FlagTable.ScoringPeers) ? FlagTable.Scoring : FlagTable.ScoringPeers;
        return _values.Text(flag) switch
        {
            "light" => PeerScoreLevel.Light,
            "none" or "off" => PeerScoreLevel.Off,
            _ => throw _values.Wrong(flag, "light or none"),
        };
    }

    private bool FillGaps() => _values.Switch(FlagTable.SyncModeReqResp) && (_values.Switch(FlagTable.SyncReqResp)
        ? true
        : throw new FlagException($"{FlagTable.SyncModeReqResp.Name} needs {FlagTable.SyncReqResp.Name}."));

    private IBlockSigner? Signer()
    {
        bool isRemote = !string.IsNullOrEmpty(_values.Text(FlagTable.SignerEndpoint));
        if (isRemote != !string.IsNullOrEmpty(_values.Text(FlagTable.SignerAddress)))
        {
            throw new FlagException($"{FlagTable.SignerEndpoint.Name} and {FlagTable.SignerAddress.Name} must both be given, or neither.");
        }

        if (!string.IsNullOrEmpty(_values.Text(FlagTable.SequencerKey)) && !string.IsNullOrEmpty(_values.Text(FlagTable.SequencerKeyPath)))
        {
            throw new FlagException($"{FlagTable.SequencerKey.Name} and {FlagTable.SequencerKeyPath.Name} cannot both be given.");
        }

        Secp256k1PrivateKey? key = Key(FlagTable.SequencerKey, FlagTable.SequencerKeyPath);
        return (key, isRemote) switch
        {
            (not null, true) => throw new FlagException($"{FlagTable.SequencerKey.Name} and {FlagTable.SignerEndpoint.Name} cannot both be given."),
            (not null, false) => new LocalBlockSigner(key),
            (null, true) => Own(RemoteSigner()),
            _ => null,
        };
    }

    private RemoteBlockSigner RemoteSigner()
    {
        Uri endpoint = Url(FlagTable.SignerEndpoint);
        bool isTls = _values.Switch(FlagTable.SignerTls) && endpoint.Scheme == Uri.UriSchemeHttps;
        RemoteSignerOptions options = new()
        {
            Endpoint = endpoint,
            Address = _values.Address(FlagTable.SignerAddress),
            Headers = [.. _values.List(FlagTable.SignerHeader).Select(Header)],
            TlsCaPath = isTls ? _values.Text(FlagTable.SignerCa) : null,
            TlsCertificatePath = isTls ? _values.Text(FlagTable.SignerCert) : null,
            TlsKeyPath = isTls ? _values.Text(FlagTable.SignerKey) : null,
        };
        try
        {
            return new RemoteBlockSigner(options);
        }
        catch (Exception e) when (e is ArgumentException or SigningException)
        {
            throw new FlagException($"--signer: {e.Message}");
        }
    }

    private L1SignerSource? SignerSource(NetworkConfig config)
    {
        if (string.IsNullOrEmpty(_values.Text(FlagTable.L1)))
        {
            return null;
        }

        TimeSpan reload = _values.Duration(FlagTable.L1Reload);
        return Own(new L1SignerSource(new L1SignerSourceOptions
        {
            Endpoint = Url(FlagTable.L1),
            SystemConfig = config.RollupConfig.L1SystemConfigAddress
                ?? throw new FlagException($"{FlagTable.L1.Name}: the chain's configuration names no SystemConfig contract."),
            Confirmations = (ulong)_values.Count(FlagTable.L1Confirmations),
            ReloadInterval = reload > TimeSpan.Zero ? reload : Timeout.InfiniteTimeSpan,
        }));
    }

    private Uri Url(Flag flag) => Uri.TryCreate(_values.Text(flag), UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
        ? url!
        : throw _values.Wrong(flag, "an http or https URL");

    private KeyValuePair<string, string> Header(string text) => text.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        ? new(text[..at].Trim(), text[(at + 1)..].Trim())
        : throw _values.Wrong(FlagTable.SignerHeader, "key=value");

    private static string? Join(IReadOnlyList<string> items) => items.Count == 0 ? null : string.Join(',', items);
}
