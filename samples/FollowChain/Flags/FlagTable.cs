using OpStack.Discv5;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;

namespace OpStack.P2P.FollowChain.Flags;

/// <summary>
/// Every flag: names, variables and defaults of op-node (p2p_flags.go, op-service/signer) and kona (flags/p2p.rs, flags/signer.rs). Where
/// they differ op-node's meaning and default are taken.
/// </summary>
internal static class FlagTable
{
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(1), Minutes = TimeSpan.FromMinutes(1);

    public static readonly Flag Chain = new("--chain", FlagKind.Text, "10", "chain to follow: id or name of a registered one, as base or op-sepolia")
    {
        Aliases = ["-c", "--l2-chain-id", "--network"],
        OpNode = "OP_NODE_NETWORK",
        Kona = "KONA_NODE_L2_CHAIN_ID",
    };

    public static readonly Flag RollupConfig = new("--rollup.config", FlagKind.Text, null, "rollup.json of a chain that is not registered")
    {
        Aliases = ["--l2-config-file", "--rollup-cfg"],
        OpNode = "OP_NODE_ROLLUP_CONFIG",
        Kona = "KONA_NODE_ROLLUP_CONFIG",
    };

    public static readonly Flag UnsafeBlockSigner = Kona(
        "unsafe.block.signer", FlagKind.Text, null, "address that signs unsafe blocks, where the registry does not know it", "UNSAFE_BLOCK_SIGNER");

    public static readonly Flag L1 = new("--l1", FlagKind.Text, null, "JSON-RPC of L1, to read the unsafe block signer from")
    {
        Aliases = ["--l1-eth-rpc"],
        OpNode = "OP_NODE_L1_ETH_RPC",
        Kona = "KONA_NODE_L1_ETH_RPC",
        OtherVariable = "L1_ETH_RPC", // kona-node net's.
        IsSecret = true,
    };

    public static readonly Flag L1Confirmations = new("--verifier.l1-confs", FlagKind.Count, "0", "blocks below L1's head where it is read")
    {
        OpNode = "OP_NODE_VERIFIER_L1_CONFS",
        Setting = nameof(L1SignerSourceOptions.Confirmations),
    };

    public static readonly Flag L1Reload = new("--l1.runtime-config-reload-interval", FlagKind.Duration, "10m", "between two reads; 0 for one alone")
    {
        OpNode = "OP_NODE_L1_RUNTIME_CONFIG_RELOAD_INTERVAL",
        Setting = nameof(L1SignerSourceOptions.ReloadInterval),
    };

    public static readonly Flag Blocks = new("--blocks", FlagKind.Count, "0", "stop after so many blocks; 0 for never");

    public static readonly Flag Json = new("--json", FlagKind.Switch, "false", "one JSON object a line");

    public static readonly Flag LogLevel = new("--log.level", FlagKind.Text, "warn", "what is logged to the standard error: trace, debug, info, warn, error or off")
    {
        OpNode = "OP_NODE_LOG_LEVEL",
    };

    public static readonly Flag Disable = OpNode("disable", FlagKind.Switch, "false", "no P2P at all: refused here, there would be nothing to follow", "DISABLE");
    public static readonly Flag NoDiscovery = Both("no-discovery", FlagKind.Switch, "false", "look for no peers", "NO_DISCOVERY");
    public static readonly Flag PrivPath = Both("priv.path", FlagKind.Text, "opnode_p2p_priv.txt", "file of our key, hex; made if it is missing", "PRIV_PATH");
    public static readonly Flag PrivRaw = Both("priv.raw", FlagKind.Text, null, "our key itself, hex; wins over the file", "PRIV_RAW") with { IsSecret = true };
    public static readonly Flag ListenIp = Both("listen.ip", FlagKind.Text, "0.0.0.0", "address to listen at", "LISTEN_IP");
    public static readonly Flag ListenTcp = Both("listen.tcp", FlagKind.Port, "9222", "port of libp2p; 0 for any", "LISTEN_TCP_PORT");
    public static readonly Flag ListenUdp = Both("listen.udp", FlagKind.Port, "0", "port of discv5; 0 for that of libp2p", "LISTEN_UDP_PORT");
    public static readonly Flag AdvertiseIp = Both("advertise.ip", FlagKind.Text, null, "address or host name that our record names", "ADVERTISE_IP") with { Setting = nameof(LocalNode.Ip) };
    public static readonly Flag AdvertiseTcp = Both("advertise.tcp", FlagKind.Port, "0", "libp2p port our record names; 0 for the one bound", "ADVERTISE_TCP", "ADVERTISE_TCP_PORT");
    public static readonly Flag AdvertiseUdp = Both("advertise.udp", FlagKind.Port, "0", "discv5 port our record names; 0 for the one bound", "ADVERTISE_UDP", "ADVERTISE_UDP_PORT");
    public static readonly Flag Nat = OpNode("nat", FlagKind.Switch, "false", "map our ports at the router (PCP, NAT-PMP, UPnP), and serve AutoNAT", "NAT") with { Setting = nameof(NetworkConfig.Nat) };

    public static readonly Flag Bootnodes = Both("bootnodes", FlagKind.List, null, "ENR or enode records to begin with, instead of the chain's", "BOOTNODES");
    public static readonly Flag NetRestrict = OpNode("netrestrict", FlagKind.List, null, "networks discovery talks to, CIDR; empty for all", "NETRESTRICT") with { Setting = nameof(Discv5Options.NetRestrict) };
    public static readonly Flag DiscoveryPath = OpNode("discovery.path", FlagKind.Text, "opnode_discovery_db", "directory of found nodes, or memory", "DISCOVERY_PATH");
    public static readonly Flag Bootstore = Kona("bootstore", FlagKind.Text, null, "file of found nodes, instead of one in --p2p.discovery.path", "BOOTSTORE") with { Setting = nameof(Discv5Builder.WithBootstoreFile) };
    public static readonly Flag NoBootstore = Kona("no-bootstore", FlagKind.Switch, "false", "keep no found nodes", "NO_BOOTSTORE");
    public static readonly Flag DiscoveryInterval = Kona("discovery.interval", FlagKind.Duration, "5s", "between two lookups", "DISCOVERY_INTERVAL") with { Unit = Seconds, Setting = nameof(NetworkConfig.DiscoveryInterval) };
    public static readonly Flag DiscoveryRandomize = Kona("discovery.randomize", FlagKind.Duration, null, "between two evictions of a random node", "DISCOVERY_RANDOMIZE") with { Unit = Seconds, Setting = nameof(NetworkConfig.DiscoveryRandomize) };

    public static readonly Flag Static = OpNode("static", FlagKind.List, null, "peers to stay connected to: multiaddrs with /p2p/", "STATIC") with { Setting = nameof(GossipDriverBuilder.WithStaticPeers) };
    public static readonly Flag PeersLo = Both("peers.lo", FlagKind.Count, "20", "peers we want", "PEERS_LO");
    public static readonly Flag PeersHi = Both("peers.hi", FlagKind.Count, "30", "connections at which the least useful are closed", "PEERS_HI");
    public static readonly Flag PeersGrace = Both("peers.grace", FlagKind.Duration, "30s", "how long a new connection is left alone", "PEERS_GRACE") with { Unit = Seconds, Setting = nameof(ConnectionLimits.Grace) };
    public static readonly Flag Redial = Kona("redial", FlagKind.Count, "500", "dials of one address within the period; 0 for any number", "REDIAL");
    public static readonly Flag RedialPeriod = Kona("redial.period", FlagKind.Duration, "1h", "the period", "REDIAL_PERIOD") with { Unit = Minutes, Setting = nameof(GaterConfig.DialPeriod) };
    public static readonly Flag PeerstorePath = OpNode("peerstore.path", FlagKind.Text, "opnode_peerstore_db", "directory of known peers, blocks and bans, or memory", "PEERSTORE_PATH");
    public static readonly Flag Ping = OpNode("ping", FlagKind.Switch, "true", "measure the round trip to peers", "PING");

    public static readonly Flag Scoring = Both("scoring", FlagKind.Text, "light", "light, or none (also off) for no peer scores", "PEER_SCORING", "SCORING");
    public static readonly Flag TopicScoring = Kona("topic-scoring", FlagKind.Switch, "false", "score what peers deliver as well", "TOPIC_SCORING");
    public static readonly Flag BanPeers = Both("ban.peers", FlagKind.Switch, "true", "ban peers for their score", "PEER_BANNING", "BAN_PEERS");
    public static readonly Flag BanThreshold = Both("ban.threshold", FlagKind.Number, "-100", "score below which they are", "PEER_BANNING_THRESHOLD", "BAN_THRESHOLD");
    public static readonly Flag BanDuration = Both("ban.duration", FlagKind.Duration, "1h", "for how long", "PEER_BANNING_DURATION", "BAN_DURATION") with { Unit = Minutes, Setting = nameof(PeerMonitoring.BanDuration) };

    public static readonly Flag MeshD = Both("gossip.mesh.d", FlagKind.Count, "8", "mesh peers we want", "GOSSIP_MESH_D") with { Setting = nameof(GossipsubOptions.MeshDegree) };
    public static readonly Flag MeshLo = Both("gossip.mesh.lo", FlagKind.Count, "6", "fewer than which others are added", "GOSSIP_MESH_DLO") with { Setting = nameof(GossipsubOptions.MeshLow) };
    public static readonly Flag MeshHi = Both("gossip.mesh.dhi", FlagKind.Count, "12", "more than which some are pruned", "GOSSIP_MESH_DHI");
    public static readonly Flag MeshLazy = Both("gossip.mesh.dlazy", FlagKind.Count, "6", "peers told of messages by IHAVE", "GOSSIP_MESH_DLAZY");
    public static readonly Flag FloodPublish = Both("gossip.mesh.floodpublish", FlagKind.Switch, "false", "publish to all peers with a good score", "GOSSIP_FLOOD_PUBLISH");
    public static readonly Flag TimestampThreshold = OpNode("gossip.timestamp.threshold", FlagKind.Duration, "60s", "how old a block may be", "GOSSIP_TIMESTAMP_THRESHOLD");

    public static readonly Flag SyncReqResp = OpNode("sync.req-resp", FlagKind.Switch, "true", "speak the protocol of blocks by number", "SYNC_REQ_RESP");
    public static readonly Flag SyncOnlyStatic = OpNode("sync.onlyreqtostatic", FlagKind.Switch, "false", "ask static peers alone", "SYNC_ONLYREQTOSTATIC");

    public static readonly Flag SyncModeReqResp = new("--syncmode.req-resp", FlagKind.Switch, "false", "ask by number for what gossip left out")
    {
        OpNode = "OP_NODE_SYNCMODE_REQ_RESP",
    };

    public static readonly Flag SequencerKey = Both("sequencer.key", FlagKind.Text, null, "the sequencer's key, hex", "SEQUENCER_KEY") with { IsSecret = true };
    public static readonly Flag SequencerKeyPath = Kona("sequencer.key.path", FlagKind.Text, null, "the file of the sequencer's key", "SEQUENCER_KEY_PATH");
    public static readonly Flag SignerEndpoint = Signer("endpoint", FlagKind.Text, null, "URL of a remote signer", "ENDPOINT") with { IsSecret = true };
    public static readonly Flag SignerAddress = Signer("address", FlagKind.Text, null, "the address it signs with", "ADDRESS") with { Setting = nameof(RemoteSignerOptions.Address) };
    public static readonly Flag SignerHeader = Signer("header", FlagKind.List, null, "key=value, sent with every call", "HEADER") with { IsSecret = true, Setting = nameof(RemoteSignerOptions.Headers) };
    public static readonly Flag SignerTls = new("--signer.tls.enabled", FlagKind.Switch, "true", "TLS with the certificates below, for an https endpoint")
    {
        OpNode = "OP_NODE_SIGNER_TLS_ENABLED",
    };

    public static readonly Flag SignerCa = Signer("tls.ca", FlagKind.Text, "tls/ca.crt", "certificates of the authority, PEM", "TLS_CA");
    public static readonly Flag SignerCert = Signer("tls.cert", FlagKind.Text, "tls/tls.crt", "our certificate, PEM", "TLS_CERT");
    public static readonly Flag SignerKey = Signer("tls.key", FlagKind.Text, "tls/tls.key", "its key, PEM", "TLS_KEY");

    public static readonly Flag Mux = OpNode("mux", FlagKind.List, "yamux", "yamux alone: mplex, second in op-node's default, is refused by name", "MUX");
    public static readonly Flag Security = OpNode("security", FlagKind.List, "noise", "noise alone: tls and none (plaintext) are refused by name", "SECURITY");
    public static readonly Flag UserAgent = OpNode("useragent", FlagKind.Text, "optimism", "what identify tells of us", "AGENT") with { Setting = nameof(SwarmOptions.AgentVersion) };
    public static readonly Flag TimeoutDial = OpNode("timeout.dial", FlagKind.Duration, "10s", "for one dial", "TIMEOUT_DIAL") with { Setting = nameof(SwarmOptions.DialTimeout) };
    public static readonly Flag TimeoutAccept = OpNode("timeout.accept", FlagKind.Duration, "10s", "for the handshake of who dials us", "TIMEOUT_ACCEPT") with { Setting = nameof(SwarmOptions.AcceptTimeout) };
    public static readonly Flag TimeoutNegotiation = OpNode("timeout.negotiation", FlagKind.Duration, "10s", "for agreeing on a stream's protocol", "TIMEOUT_NEGOTIATION") with { Setting = nameof(SwarmOptions.StreamTimeout) };

    public static readonly Flag ScoringPeers = new("--p2p.scoring.peers", FlagKind.Text, null, "old name of --p2p.scoring, asked where that is empty");
    public static readonly Flag ScoringTopics = new("--p2p.scoring.topics", FlagKind.Text, null, "older name of it, asked where both are empty");
    public static readonly Flag ScoreBands = new("--p2p.score.bands", FlagKind.Text, null, "accepted and without effect, as in op-node: its bands are gone");

    public static readonly IReadOnlyList<FlagGroup> Groups =
    [
        new("Chain", [Chain, RollupConfig, L1, L1Confirmations, L1Reload, UnsafeBlockSigner]),
        new("Output", [Blocks, Json, LogLevel]),
        new("Identity and addresses", [Disable, PrivPath, PrivRaw, ListenIp, ListenTcp, ListenUdp, AdvertiseIp, AdvertiseTcp, AdvertiseUdp, Nat]),
        new("Discovery", [NoDiscovery, Bootnodes, NetRestrict, DiscoveryPath, Bootstore, NoBootstore, DiscoveryInterval, DiscoveryRandomize]),
        new("Peers", [Static, PeersLo, PeersHi, PeersGrace, Redial, RedialPeriod, PeerstorePath, Ping]),
        new("Scores and bans", [Scoring, TopicScoring, BanPeers, BanThreshold, BanDuration]),
        new("Gossip", [MeshD, MeshLo, MeshHi, MeshLazy, FloodPublish, TimestampThreshold]),
        new("Blocks by number", [SyncReqResp, SyncOnlyStatic, SyncModeReqResp]),
        new("Signing", [SequencerKey, SequencerKeyPath, SignerEndpoint, SignerAddress, SignerHeader, SignerTls, SignerCa, SignerCert, SignerKey]),
        new("Rarely needed, hidden in op-node", [Mux, Security, UserAgent, TimeoutDial, TimeoutAccept, TimeoutNegotiation]),
        new("Deprecated", [ScoringPeers, ScoringTopics, ScoreBands]),
    ];

    public static IEnumerable<Flag> All => Groups.SelectMany(group => group.Flags);

    private static Flag OpNode(string name, FlagKind kind, string? value, string help, string variable) =>
        new("--p2p." + name, kind, value, help) { OpNode = "OP_NODE_P2P_" + variable };

    private static Flag Kona(string name, FlagKind kind, string? value, string help, string variable) =>
        new("--p2p." + name, kind, value, help) { Kona = "KONA_NODE_P2P_" + variable };

    private static Flag Both(string name, FlagKind kind, string? value, string help, string variable, string? kona = null) =>
        new("--p2p." + name, kind, value, help) { OpNode = "OP_NODE_P2P_" + variable, Kona = "KONA_NODE_P2P_" + (kona ?? variable) };

    private static Flag Signer(string name, FlagKind kind, string? value, string help, string variable) => new("--signer." + name, kind, value, help)
    {
        Aliases = ["--p2p.signer." + name],
        OpNode = "OP_NODE_SIGNER_" + variable,
        Kona = "KONA_NODE_P2P_SIGNER_" + variable,
    };
}
