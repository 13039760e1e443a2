using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.P2P.FollowChain.Flags;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Tests.FollowChain;

/// <summary>Flags and variables of op-node and kona, and what becomes of them.</summary>
public sealed class FlagTests
{
    // op-stack-p2p.md 2.2 and kona.md 3, copied: name, op-node's variable, kona's variable.
    private static readonly string[] Known =
    [
        "p2p.disable DISABLE -", "p2p.no-discovery NO_DISCOVERY NO_DISCOVERY", "p2p.scoring PEER_SCORING SCORING", "p2p.scoring.peers - -",
        "p2p.scoring.topics - -", "p2p.score.bands - -", "p2p.ban.peers PEER_BANNING BAN_PEERS",
        "p2p.ban.threshold PEER_BANNING_THRESHOLD BAN_THRESHOLD", "p2p.ban.duration PEER_BANNING_DURATION BAN_DURATION",
        "p2p.priv.path PRIV_PATH PRIV_PATH", "p2p.priv.raw PRIV_RAW PRIV_RAW", "p2p.listen.ip LISTEN_IP LISTEN_IP",
        "p2p.listen.tcp LISTEN_TCP_PORT LISTEN_TCP_PORT", "p2p.listen.udp LISTEN_UDP_PORT LISTEN_UDP_PORT",
        "p2p.advertise.ip ADVERTISE_IP ADVERTISE_IP", "p2p.advertise.tcp ADVERTISE_TCP ADVERTISE_TCP_PORT",
        "p2p.advertise.udp ADVERTISE_UDP ADVERTISE_UDP_PORT", "p2p.bootnodes BOOTNODES BOOTNODES", "p2p.static STATIC -",
        "p2p.netrestrict NETRESTRICT -", "p2p.mux MUX -", "p2p.security SECURITY -", "p2p.peers.lo PEERS_LO PEERS_LO",
        "p2p.peers.hi PEERS_HI PEERS_HI", "p2p.peers.grace PEERS_GRACE PEERS_GRACE", "p2p.nat NAT -", "p2p.useragent AGENT -",
        "p2p.timeout.negotiation TIMEOUT_NEGOTIATION -", "p2p.timeout.accept TIMEOUT_ACCEPT -", "p2p.timeout.dial TIMEOUT_DIAL -",
        "p2p.peerstore.path PEERSTORE_PATH -", "p2p.discovery.path DISCOVERY_PATH -", "p2p.sequencer.key SEQUENCER_KEY SEQUENCER_KEY",
        "p2p.gossip.mesh.d GOSSIP_MESH_D GOSSIP_MESH_D", "p2p.gossip.mesh.lo GOSSIP_MESH_DLO GOSSIP_MESH_DLO",
        "p2p.gossip.mesh.dhi GOSSIP_MESH_DHI GOSSIP_MESH_DHI", "p2p.gossip.mesh.dlazy GOSSIP_MESH_DLAZY GOSSIP_MESH_DLAZY",
        "p2p.gossip.mesh.floodpublish GOSSIP_FLOOD_PUBLISH GOSSIP_FLOOD_PUBLISH",
        "p2p.gossip.timestamp.threshold GOSSIP_TIMESTAMP_THRESHOLD -", "p2p.sync.req-resp SYNC_REQ_RESP -",
        "p2p.sync.onlyreqtostatic SYNC_ONLYREQTOSTATIC -", "p2p.ping PING -", "p2p.discovery.interval - DISCOVERY_INTERVAL",
        "p2p.bootstore - BOOTSTORE", "p2p.no-bootstore - NO_BOOTSTORE", "p2p.redial - REDIAL", "p2p.redial.period - REDIAL_PERIOD",
        "p2p.topic-scoring - TOPIC_SCORING", "p2p.unsafe.block.signer - UNSAFE_BLOCK_SIGNER", "p2p.discovery.randomize - DISCOVERY_RANDOMIZE",
        "p2p.sequencer.key.path - SEQUENCER_KEY_PATH",
    ];

    private static readonly string[] KnownSigner = ["endpoint ENDPOINT", "address ADDRESS", "header HEADER", "tls.ca TLS_CA", "tls.cert TLS_CERT", "tls.key TLS_KEY"];

    [Fact]
    public void Every_flag_of_both_is_there_under_its_name_and_variables()
    {
        foreach (string[] known in Known.Select(line => line.Split(' ')))
        {
            Flag flag = Assert.Single(FlagTable.All, flag => flag.Name == "--" + known[0]);
            Assert.Equal(known[1] == "-" ? null : "OP_NODE_P2P_" + known[1], flag.OpNode);
            Assert.Equal(known[2] == "-" ? null : "KONA_NODE_P2P_" + known[2], flag.Kona);
        }

        foreach (string[] known in KnownSigner.Select(line => line.Split(' ')))
        {
            Flag flag = Assert.Single(FlagTable.All, flag => flag.Name == "--signer." + known[0]);
            Assert.Equal(["--p2p.signer." + known[0]], flag.Aliases);
            Assert.Equal(("OP_NODE_SIGNER_" + known[1], "KONA_NODE_P2P_SIGNER_" + known[1]), (flag.OpNode, flag.Kona));
        }
    }

    [Fact]
    public async Task The_help_names_every_flag_and_variable_once_under_a_heading()
    {
        (int code, string help, _) = await Follow.RunAsync(["--help"]);
        Assert.Equal(0, code);
        string[] lines = [.. help.Split('\n').Select(line => line.TrimEnd())];
        foreach (FlagGroup group in FlagTable.Groups)
        {
            int heading = Assert.Single(Enumerable.Range(0, lines.Length), i => lines[i] == group.Title);
            foreach (Flag flag in group.Flags)
            {
                string names = "  " + string.Join(", ", flag.Aliases.Prepend(flag.Name));
                int at = Assert.Single(Enumerable.Range(0, lines.Length), i => lines[i] == names || lines[i].StartsWith(names + " ", StringComparison.Ordinal) || lines[i].StartsWith(names + "[", StringComparison.Ordinal));
                Assert.True(at > heading);
                Assert.Contains(flag.Help, lines[at + 1], StringComparison.Ordinal);
                Assert.True(!flag.Variables.Any() || lines[at + 2] == "        " + string.Join(", ", flag.Variables));
            }
        }
    }

    [Fact]
    public async Task Without_any_flag_it_is_op_node_on_op_mainnet()
    {
        NetworkConfig config = await Follow.ConfigAsync("");
        Assert.Equal(10UL, config.RollupConfig.L2ChainId);
        Assert.Equal((IPAddress.Any, 9222, (int?)null), (config.ListenIp, config.ListenTcpPort, config.ListenUdpPort));
        Assert.Equal((20, 30, TimeSpan.FromSeconds(30)), (config.Swarm.Limits.LowWater, config.Swarm.Limits.HighWater, config.Swarm.Limits.Grace));
        Assert.Equal((-100, TimeSpan.FromHours(1)), (config.PeerMonitoring!.BanThreshold, config.PeerMonitoring.BanDuration));
        Assert.Equal((PeerScoreLevel.Light, "optimism"), (config.Scoring.Level, config.Swarm.AgentVersion));
        Assert.True(config.Discovery && config.ChainBootNodes && config.SyncByNumber && config.Pings && !config.FillGaps && !config.Nat);
        Assert.Equal(Path.Combine("opnode_discovery_db", "bootstore-10.json"), config.BootStorePath);
    }

    [Fact]
    public async Task The_command_line_wins_over_op_nodes_variable_and_that_over_konas()
    {
        (string, string) opNode = ("OP_NODE_P2P_PEERS_LO", "7"), kona = ("KONA_NODE_P2P_PEERS_LO", "8");
        Assert.Equal(6, (await Follow.ConfigAsync("--p2p.peers.lo 6", opNode, kona)).Swarm.Limits.LowWater);
        Assert.Equal(7, (await Follow.ConfigAsync("", opNode, kona)).Swarm.Limits.LowWater);
        Assert.Equal(8, (await Follow.ConfigAsync("", kona)).Swarm.Limits.LowWater);
        Assert.Equal(20, (await Follow.ConfigAsync("", ("OP_NODE_P2P_PEERS_LO", ""))).Swarm.Limits.LowWater);
    }

    [Theory]
    [InlineData("--p2p.ban.duration 90", 90 * 60)]
    [InlineData("--p2p.ban.duration 1h30m", 90 * 60)]
    [InlineData("--p2p.ban.duration=1.5h", 90 * 60)]
    public async Task A_bare_number_counts_konas_unit(string arguments, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await Follow.ConfigAsync(arguments)).PeerMonitoring!.BanDuration);

    [Theory]
    [InlineData("0", true, 0)]
    [InlineData("0s", true, 0)]
    [InlineData("300ms", true, 300)]
    [InlineData("1h1m1s1ms", true, 3_661_001)]
    [InlineData(".5s", true, 500)]
    [InlineData("30", false, 0)]
    [InlineData("-5s", false, 0)]
    [InlineData("5 s", false, 0)]
    [InlineData("1d", false, 0)]
    [InlineData("s", false, 0)]
    [InlineData("1.2.3s", false, 0)]
    [InlineData("", false, 0)]
    [InlineData("99999999999h", false, 0)]
    public void Durations_are_gos(string text, bool isValid, int milliseconds)
    {
        Assert.Equal(isValid, GoDuration.TryParse(text, unit: null, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("--p2p.topic-scoring", true)]
    [InlineData("--p2p.topic-scoring=true", true)]
    [InlineData("--p2p.topic-scoring=false", false)]
    [InlineData("--p2p.topic-scoring=False", false)]
    [InlineData("--p2p.topic-scoring=1", true)]
    [InlineData("--p2p.topic-scoring --p2p.topic-scoring=f", false)]
    [InlineData("--p2p.topic-scoring --p2p.no-discovery", true)]
    public async Task A_switch_needs_no_value(string arguments, bool isOn)
    {
        await Follow.ConfigAsync(arguments);
        Assert.Equal(isOn, new FlagValues(OpStack.P2P.FollowChain.CommandLine.Parse(arguments.Split(' ')).Flags, _ => null).Switch(FlagTable.TopicScoring));
    }

    [Fact]
    public async Task Lists_take_commas_repetition_and_both()
    {
        const string First = "/ip4/192.0.2.1/tcp/1/p2p/16Uiu2HAm8Vjqk7Sgb6sj7f63Uuykjx1XWhFhefDFPsph8d9pqoUo";
        const string Second = "/ip4/192.0.2.2/tcp/1/p2p/16Uiu2HAm8Vjqk7Sgb6sj7f63Uuykjx1XWhFhefDFPsph8d9pqoUo";
        NetworkConfig config = await Follow.ConfigAsync($"--p2p.static {First},{Second} --p2p.static={First}, --p2p.netrestrict 10.0.0.0/8,::/0");
        Assert.Equal([First, Second, First], config.StaticPeers.Select(address => address.ToString()));
        Assert.Equal("10.0.0.0/8,::/0", config.DiscoveryOptions.NetRestrict);
    }

    [Theory]
    [InlineData("--p2p.scoring none", PeerScoreLevel.Off)]
    [InlineData("--p2p.scoring off", PeerScoreLevel.Off)]
    [InlineData("--p2p.scoring light", PeerScoreLevel.Light)]
    [InlineData("--p2p.scoring= --p2p.scoring.peers none", PeerScoreLevel.Off)]
    [InlineData("--p2p.scoring light --p2p.scoring.peers none", PeerScoreLevel.Light)]
    [InlineData("--p2p.scoring= --p2p.scoring.peers= --p2p.scoring.topics none", PeerScoreLevel.Off)]
    [InlineData("--p2p.scoring= --p2p.scoring.peers light --p2p.scoring.topics none", PeerScoreLevel.Light)]
    [InlineData("--p2p.scoring=", PeerScoreLevel.Off)]
    public async Task Scoring_has_two_levels_and_two_old_names(string arguments, PeerScoreLevel level) =>
        Assert.Equal(level, (await Follow.ConfigAsync(arguments)).Scoring.Level);

    [Fact]
    public async Task Every_flag_takes_effect()
    {
        NetworkConfig config = await Follow.ConfigAsync(
            "--p2p.listen.ip 127.0.0.1 --p2p.listen.tcp 4001 --p2p.listen.udp 4002 --p2p.advertise.ip 192.0.2.7 --p2p.advertise.tcp 4003 --p2p.advertise.udp 4004 "
            + "--p2p.nat --p2p.no-discovery --p2p.bootstore b.json --p2p.discovery.interval 9 --p2p.discovery.randomize 2m --p2p.redial 3 --p2p.redial.period 5 "
            + "--p2p.peers.lo 3 --p2p.peers.hi 9 --p2p.peers.grace 4 --p2p.topic-scoring --p2p.ban.threshold -7.5 --p2p.gossip.mesh.d 5 --p2p.gossip.mesh.lo 4 "
            + "--p2p.gossip.mesh.dhi 9 --p2p.gossip.mesh.dlazy 3 --p2p.gossip.mesh.floodpublish --p2p.gossip.timestamp.threshold 2m --p2p.sync.onlyreqtostatic "
            + "--syncmode.req-resp --p2p.useragent me --p2p.timeout.dial 1s --p2p.timeout.accept 2s --p2p.timeout.negotiation 3s --p2p.ping=false "
            + "--l1 http://127.0.0.1:1 --l1.runtime-config-reload-interval 0 "
            + "--p2p.sequencer.key 4646464646464646464646464646464646464646464646464646464646464646");
        Assert.Equal((IPAddress.Loopback, 4001, 4002), (config.ListenIp, config.ListenTcpPort, config.ListenUdpPort));
        Assert.Equal((IPAddress.Parse("192.0.2.7"), 4003, 4004), (config.AdvertiseIp, config.AdvertiseTcpPort, config.AdvertiseUdpPort));
        Assert.True(config.Nat);
        Assert.Equal((false, "b.json", TimeSpan.FromSeconds(9), TimeSpan.FromMinutes(2)), (config.Discovery, config.BootStorePath, config.DiscoveryInterval, config.DiscoveryRandomize));
        Assert.Equal((3, TimeSpan.FromMinutes(5)), (config.Gater.PeerRedialing, config.Gater.DialPeriod));
        Assert.Equal((3, 9, TimeSpan.FromSeconds(4)), (config.Swarm.Limits.LowWater, config.Swarm.Limits.HighWater, config.Swarm.Limits.Grace));
        Assert.Equal((true, -7.5, 3), (config.Scoring.ScoreDeliveries, config.PeerMonitoring!.BanThreshold, config.PeerMonitoring.MinPeers));
        Assert.Equal((5, 4, 9, 3, true), (config.Gossip.MeshDegree, config.Gossip.MeshLow, config.Gossip.MeshHigh, config.Gossip.GossipDegree, config.Gossip.FloodPublish));
        Assert.Equal((TimeSpan.FromMinutes(2), true, true, false), (config.Validation.TimestampThreshold, config.SyncOnlyFromStatic, config.FillGaps, config.Pings));
        Assert.Equal(("me", 1.0, 2.0, 3.0), (config.Swarm.AgentVersion, config.Swarm.DialTimeout.TotalSeconds, config.Swarm.AcceptTimeout.TotalSeconds, config.Swarm.StreamTimeout.TotalSeconds));
        Assert.Equal(Timeout.InfiniteTimeSpan, config.SignerSource!.ReloadInterval);
        Assert.Equal(TestKit.TestBlocks.Sequencer, config.Signer!.Address);
        Assert.Null((await Follow.ConfigAsync("--p2p.no-bootstore")).BootStorePath);
        Assert.Null((await Follow.ConfigAsync("--p2p.discovery.path memory")).BootStorePath);
        Assert.Null((await Follow.ConfigAsync("--p2p.ban.peers=false")).PeerMonitoring);
        Assert.False((await Follow.ConfigAsync("--p2p.sync.req-resp=false")).SyncByNumber);
        Assert.Equal(8453UL, (await Follow.ConfigAsync("-c base-mainnet")).RollupConfig.L2ChainId);
    }

    [Theory]
    [InlineData("--p2p.gossip.mesh.d 1 --p2p.gossip.mesh.lo 1 --p2p.gossip.mesh.dhi 1 --p2p.gossip.mesh.dlazy 1", 1, 0)]
    [InlineData("--p2p.gossip.mesh.d 3 --p2p.gossip.mesh.lo 2", 3, 1)]
    [InlineData("--p2p.gossip.mesh.d 1000 --p2p.gossip.mesh.dhi 1000", 4, 2)]
    public async Task A_small_mesh_is_taken_as_by_op_node(string arguments, int byScore, int outbound)
    {
        NetworkConfig config = await Follow.ConfigAsync(arguments);
        Assert.Equal((byScore, outbound), (config.Gossip.MeshByScore, config.Gossip.MeshOutbound));
    }

    [Fact]
    public async Task Bootnodes_are_taken_instead_of_the_chains()
    {
        string first = BootNodes.FromChainId(10).First().ToString(), second = BootNodes.FromChainId(10).Last().ToString();
        NetworkConfig config = await Follow.ConfigAsync($"--p2p.bootnodes {first},,{second}");
        Assert.False(config.ChainBootNodes);
        Assert.Equal([first, second], config.BootNodes.Select(node => node.ToString()));
    }

    [Fact]
    public async Task Many_peers_have_room()
    {
        ConnectionLimits limits = (await Follow.ConfigAsync("--p2p.peers.lo 200 --p2p.peers.hi 400")).Swarm.Limits;
        Assert.Equal((800, 400, 800, 10), (limits.MaxConnections, limits.MaxInbound, limits.MaxOutbound, limits.OutboundReserve));
        limits = (await Follow.ConfigAsync("")).Swarm.Limits;
        Assert.Equal((128, 64, 128), (limits.MaxConnections, limits.MaxInbound, limits.MaxOutbound));
    }

    [Fact]
    public async Task What_is_empty_is_as_in_op_node()
    {
        NetworkConfig config = await Follow.ConfigAsync("--p2p.useragent= --p2p.discovery.path= --p2p.advertise.ip= --p2p.bootnodes=, --p2p.sequencer.key=");
        Assert.Equal(("optimism", Path.Combine("opnode_discovery_db", "bootstore-10.json")), (config.Swarm.AgentVersion, config.BootStorePath));
        Assert.Equal((null, true, null), (config.AdvertiseIp, config.ChainBootNodes, config.Signer));
    }

    [Fact]
    public void Konas_net_command_has_its_own_variable_of_L1()
    {
        Assert.Equal("http://a", With(("L1_ETH_RPC", "http://a")).Text(FlagTable.L1));
        Assert.Equal("http://b", With(("L1_ETH_RPC", "http://a"), ("KONA_NODE_L1_ETH_RPC", "http://b")).Text(FlagTable.L1));

        static FlagValues With(params (string Name, string Value)[] variables) =>
            new(new Dictionary<Flag, IReadOnlyList<string>>(), name => variables.FirstOrDefault(variable => variable.Name == name).Value);
    }
}
