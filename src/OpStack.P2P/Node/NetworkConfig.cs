using System.Diagnostics.Metrics;
using System.Net;
using OpStack.Discv5;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.AutoNat;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.Peers.Storage;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P;

/// <summary>
/// Everything a <see cref="Network"/> is made from (kona's NetworkConfig). Only the chain is needed; every other default is op-node's unless
/// it says otherwise. <see cref="ForChain"/> knows the registered chains.
/// </summary>
public sealed partial record NetworkConfig
{
    /// <summary>The chain.</summary>
    public required RollupConfig RollupConfig { get; init; }

    /// <summary>
    /// Whose blocks are valid until <see cref="SignerSource"/> or the host says otherwise. Default the zero address: nobody's, every block is
    /// ignored.
    /// </summary>
    public Address UnsafeBlockSigner { get; init; }

    /// <summary>
    /// Our identity, in libp2p and discv5 alike. Stays the caller's to dispose, after the network. Default null: a new one that is forgotten at
    /// the end. Never the sequencer's key.
    /// </summary>
    public Secp256k1PrivateKey? NodeKey { get; init; }

    /// <summary>The address libp2p and discv5 listen at. Default 0.0.0.0.</summary>
    public IPAddress ListenIp { get; init; } = IPAddress.Any;

    /// <summary>The port of libp2p, 0 to 65535; 0 takes any. Default 9222.</summary>
    public int ListenTcpPort { get; init; } = 9222;

    /// <summary>The port of discv5, 0 to 65535; 0 takes any. Default null: that of libp2p, the port bound.</summary>
    public int? ListenUdpPort { get; init; }

    /// <summary>
    /// The address our record names. Default null: what a clear majority of peers sees. With it set, they have no say
    /// (<see cref="Discv5Options.StaticIp"/>).
    /// </summary>
    public IPAddress? AdvertiseIp { get; init; }

    /// <summary>The libp2p port our record names, 0 to 65535. Default 0: the one bound.</summary>
    public int AdvertiseTcpPort { get; init; }

    /// <summary>The discv5 port our record names, 0 to 65535. Default 0: the one bound.</summary>
    public int AdvertiseUdpPort { get; init; }

    /// <summary>
    /// Whether our ports are mapped at the router, by PCP, NAT-PMP or UPnP, and peers are told by AutoNAT whether they can be reached (op-node
    /// --p2p.nat). Default false: neither is spoken. Peers are told the address outside by identify, and by our record unless
    /// <see cref="AdvertiseIp"/> or <see cref="Discv5Options.StaticIp"/> says otherwise; an advertised port is asked for and stays what the record
    /// names. IPv4 only.
    /// </summary>
    public bool Nat { get; init; }

    /// <summary>How the ports are mapped. Its close timeout is part of the stop; its local address is <see cref="ListenIp"/>.</summary>
    public PortMapperOptions PortMapping { get; init; } = new();

    /// <summary>How often peers are dialled back to tell them whether they can be reached.</summary>
    public AutoNatOptions AutoNat { get; init; } = new();

    /// <summary>Whether peers are looked for. Default true. Without, only static peers are dialled and those that dial us come.</summary>
    public bool Discovery { get; init; } = true;

    /// <summary>The protocol of discovery; its listen addresses are taken from here instead.</summary>
    public Discv5Options DiscoveryOptions { get; init; } = new();

    /// <summary>As <see cref="Discv5Builder.WithInterval"/>. Default 5 s.</summary>
    public TimeSpan DiscoveryInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>As <see cref="Discv5Builder.WithDiscoveryRandomize"/>. Default null.</summary>
    public TimeSpan? DiscoveryRandomize { get; init; }

    /// <summary>Nodes that discovery begins with. Default none.</summary>
    public BootNodes BootNodes { get; init; } = BootNodes.None;

    /// <summary>Whether the chain's own boot nodes come after <see cref="BootNodes"/>. Default true.</summary>
    public bool ChainBootNodes { get; init; } = true;

    /// <summary>As <see cref="Discv5Builder.WithBootstoreFile"/>. Default null: nothing is kept.</summary>
    public string? BootStorePath { get; init; }

    /// <summary>The pace at which what discovery finds is dialled.</summary>
    public DiscoveryDialOptions DiscoveryDials { get; init; } = new();

    /// <summary>As <see cref="GossipDriverBuilder.WithStaticPeers"/>. Default none.</summary>
    public IReadOnlyList<Multiaddr> StaticPeers { get; init; } = [];

    /// <summary>As <see cref="GossipDriverBuilder.WithDirectPeers"/>. Default none.</summary>
    public IReadOnlyList<Multiaddr> DirectPeers { get; init; } = [];

    /// <summary>As <see cref="GossipDriverBuilder.WithPings"/>. Default true.</summary>
    public bool Pings { get; init; } = true;

    /// <summary>What is remembered of peers, and where. Default in memory only.</summary>
    public PeerStoreOptions PeerStore { get; init; } = new();

    /// <summary>Thresholds of the gater.</summary>
    public GaterConfig Gater { get; init; } = new();

    /// <summary>When peers are banned for their score; null for never.</summary>
    public PeerMonitoring? PeerMonitoring { get; init; } = new();

    /// <summary>The libp2p host: agent version, timeouts, limits of connections.</summary>
    public SwarmOptions Swarm { get; init; } = new();

    /// <summary>The parameters of gossipsub.</summary>
    public GossipsubOptions Gossip { get; init; } = new();

    /// <summary>How peers are scored.</summary>
    public PeerScoreOptions Scoring { get; init; } = new();

    /// <summary>How blocks are validated.</summary>
    public BlockHandlerOptions Validation { get; init; } = new();

    /// <summary>Where whose blocks are valid is read from, again and again. What it says first begins no grace for <see cref="UnsafeBlockSigner"/>. Stays the caller's to dispose, after the network. Default null: nowhere.</summary>
    public IUnsafeBlockSignerSource? SignerSource { get; init; }

    /// <summary>Signs what we publish. Stays the caller's to dispose, after the network. Default null: nothing can be published.</summary>
    public IBlockSigner? Signer { get; init; }

    /// <summary>
    /// Whether blocks are fetched and served by number, payload_by_number (op-node --p2p.sync.req-resp). Default true; they are served only with a
    /// <see cref="PayloadSource"/>.
    /// </summary>
    public bool SyncByNumber { get; init; } = true;

    /// <summary>How blocks are fetched by number.</summary>
    public SyncOptions Sync { get; init; } = new();

    /// <summary>Whether only static peers are asked for blocks by number (op-node --p2p.sync.onlyreqtostatic). Default false.</summary>
    public bool SyncOnlyFromStatic { get; init; }

    /// <summary>
    /// Whether what gossip left out is asked for by number and comes with the other unsafe blocks (op-node --syncmode.req-resp). Default false. The
    /// host must tell where its chain ends, by <see cref="NetworkHandler.SetHead"/>.
    /// </summary>
    public bool FillGaps { get; init; }

    /// <summary>Where the blocks come from that we serve by number. Default null: none are served.</summary>
    public IPayloadSource? PayloadSource { get; init; }

    /// <summary>What <see cref="NetworkHandler.Rpc"/> offers.</summary>
    public RpcOptions Rpc { get; init; } = new();

    /// <summary>
    /// Gives the meter <c>OpStack.P2P</c> (docs/metrics.md), tagged with the chain id; networks of one factory and chain share it, and what they count
    /// adds up. Default null: a meter of its own, which ends with the network.
    /// </summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>
    /// The configuration of a registered chain (<see cref="ChainRegistry"/>): its rollup configuration and unsafe block signer, and through
    /// its id its boot nodes.
    /// </summary>
    /// <param name="l2ChainId">The L2 chain id.</param>
    /// <exception cref="ArgumentException">No such chain is registered.</exception>
    public static NetworkConfig ForChain(ulong l2ChainId) => ChainRegistry.TryGet(l2ChainId, out RegisteredChain? chain)
        ? new NetworkConfig { RollupConfig = chain.Config, UnsafeBlockSigner = chain.UnsafeBlockSigner ?? default }
        : throw new ArgumentException($"Chain {l2ChainId} is not in the registry; give its rollup configuration.", nameof(l2ChainId));
}
