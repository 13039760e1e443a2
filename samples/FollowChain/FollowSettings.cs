using System.Net;
using System.Net.Sockets;
using OpStack.Discv5;
using OpStack.P2P.FollowChain.Flags;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.FollowChain;

/// <summary>What the flags ask for, as the configuration of a network; owns the keys and clients in it.</summary>
internal sealed partial class FollowSettings : IDisposable
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
        catch (ArgumentException e)
        {
            settings.Dispose();
            throw values.Wrong(e);
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
            NodeKey = Key(FlagTable.PrivRaw, FlagTable.PrivPath) ?? throw _values.Wrong(FlagTable.PrivPath, "a file, for our key to be kept in"),
            ListenIp = await ResolveAsync(FlagTable.ListenIp, cancellationToken) ?? IPAddress.Any,
            ListenTcpPort = _values.Port(FlagTable.ListenTcp),
            ListenUdpPort = _values.Port(FlagTable.ListenUdp) is var udp and > 0 ? udp : null,
            AdvertiseIp = await ResolveAsync(FlagTable.AdvertiseIp, cancellationToken),
            AdvertiseTcpPort = _values.Port(FlagTable.AdvertiseTcp),
            AdvertiseUdpPort = _values.Port(FlagTable.AdvertiseUdp),
            Nat = _values.Switch(FlagTable.Nat),
            Discovery = !_values.Switch(FlagTable.NoDiscovery),
            DiscoveryOptions = new Discv5Options { NetRestrict = Join(_values.List(FlagTable.NetRestrict)) },
            DiscoveryInterval = _values.Duration(FlagTable.DiscoveryInterval),
            DiscoveryRandomize = _values.IsGiven(FlagTable.DiscoveryRandomize) ? _values.Duration(FlagTable.DiscoveryRandomize) : null,
            BootNodes = BootNodes(),
            ChainBootNodes = _values.List(FlagTable.Bootnodes).Count == 0,
            BootStorePath = BootStorePath(config.RollupConfig.L2ChainId),
            StaticPeers = [.. _values.List(FlagTable.Static).Select(StaticPeer)],
            Pings = _values.Switch(FlagTable.Ping),
            PeerStore = new PeerStoreOptions { Directory = PeerstorePath() },
            Gater = new GaterConfig
            {
                PeerRedialing = _values.Count(FlagTable.Redial),
                DialPeriod = _values.Duration(FlagTable.RedialPeriod),
            },
            PeerMonitoring = _values.Switch(FlagTable.BanPeers) ? Monitoring() : null,
            Swarm = Swarm(),
            Gossip = Gossip(),
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
            throw new FlagException($"{_values.Source(FlagTable.Disable)} leaves nothing to follow.");
        }

        Supported(FlagTable.Mux, "yamux");
        Supported(FlagTable.Security, "noise");
    }

    private void Supported(Flag flag, string only)
    {
        string[] given = [.. _values.List(flag)];
        if (given.FirstOrDefault(item => !item.Equals(only, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw new FlagException($"{_values.Source(flag)}: {other} is not supported, only {only} is.");
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

        string? file = _values.Text(path);
        if (string.IsNullOrWhiteSpace(file))
        {
            return null;
        }

        if (KeyFile.TryParse(file, out Secp256k1PrivateKey? mistaken))
        {
            mistaken.Dispose();
            throw new FlagException($"{_values.Source(path)} takes the name of a file, not a key.");
        }

        try
        {
            return Own(path == FlagTable.PrivPath ? KeyFile.LoadOrCreate(file) : KeyFile.Load(file));
        }
        catch (SigningException e)
        {
            throw new FlagException($"{_values.Source(path)}: {e.Message}");
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

    private bool FillGaps() => _values.Switch(FlagTable.SyncModeReqResp) && (_values.Switch(FlagTable.SyncReqResp)
        ? true
        : throw new FlagException($"{_values.Source(FlagTable.SyncModeReqResp)} needs {_values.Source(FlagTable.SyncReqResp)}."));

    private static string? Join(IReadOnlyList<string> items) => items.Count == 0 ? null : string.Join(',', items);
}
