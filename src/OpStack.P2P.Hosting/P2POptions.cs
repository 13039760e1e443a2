namespace OpStack.P2P.Hosting;

/// <summary>
/// What an operator sets of a node. Names and defaults are those of op-node's flags, without the dashes, dots and "p2p": <c>--p2p.listen.tcp</c>
/// is <see cref="ListenTcp"/>. Where it says "ours" op-node has no such flag, and where it says "kona" the name is kona-node's. Nothing is kept on the disk
/// unless a path is given. In configuration a time is written "hh:mm:ss" or "d.hh:mm:ss", and a list as an array or as one text with commas.
/// </summary>
/// <remarks>Read once, at the start of the host; a change of the configuration counts from the next start on.</remarks>
public sealed partial class P2POptions
{
    private readonly List<Func<NetworkConfig, NetworkConfig>> _changes = [];

    /// <summary>The chain: id, or name of a registered one such as "op-mainnet". Default null: that of <see cref="RollupConfig"/>.</summary>
    public string? Chain { get; set; }

    /// <summary>The file rollup.json of a chain that is not registered. Default null.</summary>
    public string? RollupConfig { get; set; }

    /// <summary>The address that signs unsafe blocks. Default null: what the registry knows, or <see cref="L1"/> says.</summary>
    public string? UnsafeBlockSigner { get; set; }

    /// <summary>The JSON-RPC of L1, http or https, to read the unsafe block signer from. May hold secrets: never logged. Default null.</summary>
    public string? L1 { get; set; }

    /// <summary>Blocks below L1's head where it is read, 0 to 10,000. Default 0.</summary>
    public int VerifierL1Confs { get; set; }

    /// <summary>Between two reads, up to a day; 0 for one alone. Default 10 min.</summary>
    public TimeSpan L1RuntimeConfigReloadInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The file of our key, hex; made if it is missing. Default null: a new key that is forgotten at the end.</summary>
    public string? PrivPath { get; set; }

    /// <summary>Our key itself, hex; wins over the file. Never logged. Default null.</summary>
    public string? PrivRaw { get; set; }

    /// <summary>The address to listen at. Default "0.0.0.0".</summary>
    public string ListenIp { get; set; } = "0.0.0.0";

    /// <summary>The port of libp2p, 1024 to 65535; 0 for any. Default 9222.</summary>
    public int ListenTcp { get; set; } = 9222;

    /// <summary>The port of discv5, 1024 to 65535. Default 0: that of libp2p, or any if that is 0.</summary>
    public int ListenUdp { get; set; }

    /// <summary>The address that our record names, or a host name whose first IPv4 address it is. Default null: what peers see.</summary>
    public string? AdvertiseIp { get; set; }

    /// <summary>The libp2p port our record names, 1024 to 65535. Default 0: the one bound.</summary>
    public int AdvertiseTcp { get; set; }

    /// <summary>The discv5 port our record names, 1024 to 65535. Default 0: the one bound.</summary>
    public int AdvertiseUdp { get; set; }

    /// <summary>Maps our ports at the router, and tells peers by AutoNAT whether they can be reached. Default false.</summary>
    public bool Nat { get; set; }

    /// <summary>Offers admin_postUnsafePayload by RPC. Default false.</summary>
    public bool RpcEnableAdmin { get; set; }

    /// <summary>Offers the RPC methods that block, protect, connect and disconnect peers. Default true. Ours.</summary>
    public bool RpcAllowMutations { get; set; } = true;

    /// <summary>The longest body of an RPC request in bytes, 1 KiB to 32 MiB. Default 5 MiB. Ours.</summary>
    public int RpcMaxBodyBytes { get; set; } = 5 << 20;

    /// <summary>Most calls in a batch of RPC, 1 to 10,000. Default 1,000. Ours.</summary>
    public int RpcMaxBatch { get; set; } = 1000;

    /// <summary>How long a stop may take before what is left is abandoned: 1 s to 10 min. Default 20 s, below the 30 s of the host. Ours.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Block times without a peer or a block after which the health check says Degraded, 1 to 100,000. Default 15: 30 s on OP Mainnet. Ours.
    /// </summary>
    public int HealthDegradedAfter { get; set; } = 15;

    /// <summary>The same for Unhealthy, not less than <see cref="HealthDegradedAfter"/>. Default 150: 5 min on OP Mainnet. Ours.</summary>
    public int HealthUnhealthyAfter { get; set; } = 150;

    /// <summary>The options that are lists, by name.</summary>
    internal IEnumerable<(string Name, IList<string> List)> Lists =>
        [(nameof(Bootnodes), Bootnodes), (nameof(NetRestrict), NetRestrict), (nameof(Static), Static), (nameof(SignerHeader), SignerHeader)];

    /// <summary>What the host changed with <see cref="With"/>, in order.</summary>
    internal IReadOnlyList<Func<NetworkConfig, NetworkConfig>> Changes => _changes;

    /// <summary>
    /// Changes what the options make, for everything that has none: <c>options.With(config =&gt; config with { PayloadSource = … })</c>. Run at the start, in
    /// the order given; what it puts in stays the host's to dispose.
    /// </summary>
    public P2POptions With(Func<NetworkConfig, NetworkConfig> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _changes.Add(change);
        return this;
    }
}
