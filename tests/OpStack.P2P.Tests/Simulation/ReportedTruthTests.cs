using System.Net;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Metrics;
using OpStack.P2P.Node;
using OpStack.P2P.Rpc;
using OpStack.P2P.Simulation.Gossip;
using OpStack.P2P.Simulation.Gossip.Attacks;
using OpStack.P2P.Tests.Metrics;
using OpStack.P2P.Tests.Rpc;

namespace OpStack.P2P.Tests.Simulation;

/// <summary>
/// A scripted run of a simulated network, and what metrics and RPC tell of each node of it. The truth is the simulator's: what its wires carried,
/// its ledger of blocks, the mesh by the GRAFTs and PRUNEs that went by, and what the script did. What is told comes out of the code that tells
/// of a <see cref="Network"/>: instruments and the scrape, JSON-RPC and its client.
/// </summary>
public sealed class ReportedTruthTests : IDisposable
{
    private const int Nodes = 30;
    private const int Sybils = 12;
    private const int SybilVictim = 7;
    private const int FloodVictim = 9;
    private const int Flood = 200;

    private static readonly IPAddress SybilAddress = IPAddress.Parse("192.0.2.1");
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, Measured> _measured = [];
    private readonly GossipScenario _scenario;
    private readonly InvalidBlocks _attacker;
    private readonly TimeSpan _floodedAt;

    /// <summary>
    /// The script: thirty nodes on a network that loses a tenth of its frames, twelve peers at one address at the seventh of them, a block every two
    /// seconds, and 200 invalid ones for the ninth.
    /// </summary>
    public ReportedTruthTests()
    {
        _scenario = new GossipScenario(new GossipScenarioOptions
        {
            Nodes = Nodes,
            BlockSize = Expect.SmallBlock,
            Link = new LinkOptions { Loss = 0.1 },
            Node = new GossipNodeOptions { Measurements = MeasurementsOf },
        });
        for (int i = 0; i < Sybils; i++)
        {
            _scenario.Network.Dial(_scenario.AddNode(new GossipNodeOptions(), SybilAddress, dials: false), _scenario.Node(SybilVictim));
        }

        _scenario.Run(Expect.WarmUp).StartBlocks().Run(TimeSpan.FromSeconds(20));
        _attacker = new InvalidBlocks(_scenario, InvalidBlock.WrongSigner, perSecond: 50, Flood);
        _attacker.Dial(_scenario.Node(FloodVictim));
        Assert.NotNull(_scenario.RunUntil(() => _scenario.Node(FloodVictim).IsGraylisted(_attacker), TimeSpan.FromSeconds(2)));
        _floodedAt = _scenario.Network.Time.Now;
        _scenario.Run(TimeSpan.FromSeconds(20)).StopBlocks();
    }

    public void Dispose()
    {
        _scenario.Dispose();
        foreach (Measured measured in _measured.Values)
        {
            measured.Dispose();
        }
    }

    [Fact]
    public void Metrics_are_what_the_simulator_counted()
    {
        int blocks = _scenario.Blocks.Count;
        Assert.InRange(blocks, 20, 30);
        foreach (GossipNode node in _scenario.Nodes)
        {
            Exposition read = _measured[node.Index].Read(node);
            NodeBlocks got = _scenario.Ledger.At(node.Index);
            int news = node.Index == 0 ? 0 : blocks; // The sequencer's own are none to it.
            long invalid = node.Index == FloodVictim ? Flood : 0;
            long unread = node.Links.Values.Where(link => node.IsGraylisted(link.To)).Sum(link => link.Reverse.MessagesRead);
            double rejected = Messages("rejected"), graylisted = Messages("graylisted");

            Assert.Equal(news, Messages("accepted"));
            Assert.Equal(got.Copies - news, Messages("duplicate"));
            Assert.Equal(invalid + unread, rejected + graylisted);
            Assert.Equal((invalid > 0, invalid + unread > 0), (rejected > 0, graylisted > 0));
            Assert.Equal(node.Links.Values.Sum(link => link.Reverse.MessagesRead) + invalid, Sum(read, "opstack_p2p_gossip_messages_total"));

            Assert.Equal(news, read.Value("opstack_p2p_block_delivered_total", ("version", "v4")));
            Assert.Equal(news, read.Value("opstack_p2p_block_validations_total", ("result", "accept"), ("reason", "none")));
            Assert.Equal(rejected, read.Value("opstack_p2p_block_validations_total", ("result", "reject"), ("reason", "signer")));
            Assert.Equal(news + rejected, Sum(read, "opstack_p2p_block_validations_total"));
            if (news > 0)
            {
                // A block bears the second it was published in, and a delivery is measured to the millisecond.
                double afterItsSecond = _scenario.Blocks.Sum(block => block.PublishedAt.TotalSeconds % 1);
                Assert.Equal(news, read.Value("opstack_p2p_block_delivery_latency_seconds_count"));
                Assert.Equal(got.Latency.TotalSeconds + afterItsSecond, read.Value("opstack_p2p_block_delivery_latency_seconds_sum"), 0.001 * news);
            }

            Assert.Equal(node.Links.Count, Sum(read, "opstack_p2p_gossip_peers"));
            Assert.Equal(Graylisted(node).Count(), read.Value("opstack_p2p_gossip_peers_graylisted"));
            for (int version = 0; version < GossipNode.Topics.Count; version++)
            {
                (string, string) topic = ("topic", $"v{version + 1}");
                Assert.Equal(MeshOf(node, GossipNode.Topics[version]).Count, read.Value("opstack_p2p_gossip_mesh", topic));
                Assert.Equal(node.Links.Count, read.Value("opstack_p2p_gossip_subscribers", topic));
            }

            Assert.Equal(node.Links.Count, read.Value("opstack_p2p_peers_scores_count", ("type", "total")));
            Assert.Equal(ScoresOf(node).Sum(), read.Value("opstack_p2p_peers_scores_sum", ("type", "total")), 0.001);

            double Messages(string outcome) => read.Value("opstack_p2p_gossip_messages_total", ("outcome", outcome));
        }
    }

    [Fact]
    public async Task Meshes_by_RPC_are_those_that_the_wire_agreed_on_with_the_peers_connected_and_their_scores()
    {
        foreach (GossipNode node in _scenario.Nodes)
        {
            (GossipReport report, RpcFixture fixture) = Ask(node);
            fixture.Api.Mesh = report.Mesh();
            IReadOnlyDictionary<string, TopicMesh> told = await Client(fixture).MeshAsync();
            Assert.Equal(GossipNode.Topics, told.Keys);
            foreach ((string topic, TopicMesh mesh) in told)
            {
                Assert.NotEmpty(mesh.Mesh);
                Assert.Equal(InOrder(MeshOf(node, topic)), InOrder(mesh.Mesh));
                Assert.Equal(InOrder(node.Links.Keys), InOrder(mesh.Peers.Select(peer => peer.PeerId)));
                Assert.Equal(InOrder(Graylisted(node)), InOrder(mesh.Peers.Where(peer => peer.IsGraylisted).Select(peer => peer.PeerId)));
                Assert.All(mesh.Peers, peer => Assert.Equal(node.Score(node.Links[peer.PeerId].To), peer.Score));
            }

            Assert.All(Enum.GetValues<PayloadVersion>(), version => Assert.Equal((uint)node.Links.Count, report.SubscribersOf(version)));
            Assert.All(node.Links.Keys, peer => Assert.True(report.IsGossiping(peer)));
        }
    }

    [Fact]
    public async Task A_flood_is_explained_by_the_blocks_that_were_rejected_and_have_decayed_since()
    {
        GossipNode node = _scenario.Node(FloodVictim);
        (GossipReport report, RpcFixture fixture) = Ask(node);
        fixture.Api.Explanation = report.Explain(_attacker.Id)!;
        ScoreExplanation why = await Client(fixture).ExplainScoreAsync(_attacker.Id);
        double rejected = _measured[FloodVictim].Read(node).Value("opstack_p2p_gossip_messages_total", ("outcome", "rejected"));

        // 0.01 of a rejection is left after fifty epochs of six slots, and the flood was over within one.
        double slots = (_scenario.Network.Time.Now - _floodedAt) / Slot;
        double counter = Assert.Single(why.Topics).Terms.Single(term => term.Name == "P4").Counter;
        Assert.InRange(counter, rejected * Math.Pow(0.01, (slots + 1) / 300), rejected * Math.Pow(0.01, (slots - 2) / 300));
        Assert.Equal(0.8 * -140.4475 * counter * counter, why.Total, 6);
        Assert.Equal((_attacker.Id, true, true), (why.PeerId, why.IsConnected, why.IsGraylisted));
        Assert.Equal([_attacker.Address], why.Addresses);
        Assert.Equal(counter, report.ScoresOf(_attacker.Id)!.Blocks.InvalidMessageDeliveries);
        Assert.Equal(why.Total, report.ScoresOf(_attacker.Id)!.Total);
    }

    [Fact]
    public async Task Peers_at_one_address_are_explained_by_their_number()
    {
        GossipNode node = _scenario.Node(SybilVictim);
        VirtualPeer[] sybils = [.. node.Links.Values.Select(link => link.To).Where(peer => peer.Address.Equals(SybilAddress))];
        Assert.Equal(Sybils, sybils.Length);
        (GossipReport report, RpcFixture fixture) = Ask(node);
        foreach (VirtualPeer sybil in sybils)
        {
            fixture.Api.Explanation = report.Explain(sybil.Id)!;
            ScoreExplanation why = await Client(fixture).ExplainScoreAsync(sybil.Id);
            TermExplanation colocation = why.Terms.Single(term => term.Name == "P6");
            Assert.Equal((12, 4, -35, -140), (colocation.Counter, colocation.Value, colocation.Weight, colocation.Contribution));
            Assert.Equal((-140, true), (why.Total, why.IsGraylisted));
            Assert.Equal([SybilAddress], why.Addresses);
            Assert.Equal(4, report.ScoresOf(sybil.Id)!.IpColocationFactor);
        }

        // Whoever is at an address of his own has no share in it.
        Assert.All(node.Links.Values.Where(link => !sybils.Contains(link.To)), link => Assert.Equal(0, report.ScoresOf(link.To.Id)!.IpColocationFactor));
    }

    private static (GossipReport Report, RpcFixture Fixture) Ask(GossipNode node) =>
        (new GossipReport(node.Router.Snapshot(), GossipNode.Chain.L2ChainId), new RpcFixture());

    private static OpP2PClient Client(RpcFixture fixture) => new(new InProcessTransport(fixture.Rpc));

    private static double Sum(Exposition read, string metric) => read.Samples.Where(sample => sample.Name == metric).Sum(sample => sample.Value);

    private static IEnumerable<PeerId> Graylisted(GossipNode node) => node.Links.Values.Select(link => link.To).Where(node.IsGraylisted).Select(peer => peer.Id);

    private static IEnumerable<double> ScoresOf(GossipNode node) => node.Links.Values.Select(link => node.Score(link.To));

    private static IEnumerable<string> InOrder(IEnumerable<PeerId> peers) => peers.Select(peer => peer.ToString()).Order(StringComparer.Ordinal);

    private IReadOnlyCollection<PeerId> MeshOf(GossipNode node, string topic) => _scenario.Network.Meshes.Of(node.Index, topic);

    private BlockMeasurements MeasurementsOf(int node) => (_measured[node] = new Measured()).Blocks;

    /// <summary>The meter of one node, and its scrape.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly TestMeterFactory _factory = new();
        private readonly PrometheusText _prometheus;
        private readonly MetricSource _source;

        public Measured()
        {
            _prometheus = new PrometheusText(_factory);
            _source = new MetricSource(_factory, GossipNode.Chain.L2ChainId);
            Blocks = new BlockMeasurements(_source);
        }

        public BlockMeasurements Blocks { get; }

        public Exposition Read(GossipNode node)
        {
            GossipReadings gossip = new(_source, GossipNode.Chain.L2ChainId, node.Counters.ToStatistics, new ApplicationScores(Slot));
            RouterSnapshot router = node.Router.Snapshot();
            gossip.OnSample(router);
            gossip.RecordScores(router);
            return Scrape.Read(_prometheus);
        }

        public void Dispose()
        {
            _source.Dispose();
            _prometheus.Dispose();
            _factory.Dispose();
        }
    }
}
