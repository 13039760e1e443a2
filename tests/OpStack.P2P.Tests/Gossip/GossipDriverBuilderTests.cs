using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>A wrong setting fails at Build() and names itself (issue 2).</summary>
public sealed class GossipDriverBuilderTests : IDisposable
{
    private readonly KeyPair _key = KeyPair.GenerateSecp256k1();

    public static TheoryData<string, Func<GossipDriverBuilder, GossipDriverBuilder>> WrongSettings => new()
    {
        { "rollupConfig", b => b.WithRollupConfig(null!) },
        { "rollupConfig.L2ChainId", b => b.WithRollupConfig(TestChains.At(0, PayloadVersion.V4)) },
        { "rollupConfig.BlockTime", b => b.WithRollupConfig(TestChains.At(1, PayloadVersion.V4) with { BlockTime = 0 }) },
        { "keyPair", b => b.WithKeypair(null!) },
        { "listenAddress", b => b.WithAddress(null!) },
        { "listenAddress", b => b.WithAddress(Multiaddr.Parse("/dns4/localhost/tcp/9222")) },
        { "listenAddress", b => b.WithAddress(Multiaddr.Parse("/ip4/127.0.0.1/udp/9222/quic-v1")) },
        { "listenAddress", b => b.WithAddress(Multiaddr.Parse("/ip4/127.0.0.1")) },
        { "WithConfig", b => b.WithConfig(null!) },
        { "MeshDegree", b => b.WithConfig(new GossipsubOptions { MeshDegree = 13 }) },
        { "MeshLow", b => b.WithConfig(new GossipsubOptions { MeshLow = 9 }) },
        { "MeshOutbound", b => b.WithConfig(new GossipsubOptions { MeshOutbound = 5 }) },
        { "GossipFactor", b => b.WithConfig(new GossipsubOptions { GossipFactor = double.NaN }) },
        { "HeartbeatInterval", b => b.WithConfig(new GossipsubOptions { HeartbeatInterval = TimeSpan.Zero }) },
        { "HistoryGossip", b => b.WithConfig(new GossipsubOptions { HistoryGossip = 13 }) },
        { "SeenTtl", b => b.WithConfig(new GossipsubOptions { SeenTtl = TimeSpan.FromSeconds(-1) }) },
        { "PruneBackoff", b => b.WithConfig(new GossipsubOptions { PruneBackoff = TimeSpan.FromHours(2) }) },
        { "WithSwarmOptions", b => b.WithSwarmOptions(null!) },
        { "AgentVersion", b => b.WithSwarmOptions(new SwarmOptions { AgentVersion = new string('a', 129) }) },
        { "DialTimeout", b => b.WithSwarmOptions(new SwarmOptions { DialTimeout = TimeSpan.Zero }) },
        { "DialTimeout", b => b.WithSwarmOptions(new SwarmOptions { DialTimeout = TimeSpan.MaxValue }) },
        { "AcceptTimeout", b => b.WithSwarmOptions(new SwarmOptions { AcceptTimeout = TimeSpan.FromDays(60) }) },
        { "StreamTimeout", b => b.WithSwarmOptions(new SwarmOptions { StreamTimeout = Timeout.InfiniteTimeSpan }) },
        { "CloseTimeout", b => b.WithSwarmOptions(new SwarmOptions { CloseTimeout = TimeSpan.MaxValue }) },
        { "WithValidation", b => b.WithValidation(null!) },
        { "TimestampThreshold", b => b.WithValidation(new BlockHandlerOptions { TimestampThreshold = TimeSpan.FromSeconds(-1) }) },
        { "WithBlockHandler", b => b.WithBlockHandler(new HandlerOf([])) },
        { "WithBlockHandler", b => b.WithBlockHandler(new HandlerOf(null!)) },
        { "WithBlockHandler", b => b.WithBlockHandler(new HandlerOf([""])) },
        { "WithBlockHandler", b => b.WithBlockHandler(new HandlerOf([new string('t', 257)])) },
        { "WithBlockHandler", b => b.WithBlockHandler(new HandlerOf([.. Enumerable.Range(0, 65).Select(i => $"{i}")])) },
        { "WithTimeProvider", b => b.WithTimeProvider(null!) },
        { "WithLoggerFactory", b => b.WithLoggerFactory(null!) },
    };

    public void Dispose() => _key.Dispose();

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public void A_wrong_setting_fails_at_Build_and_names_itself(string setting, Func<GossipDriverBuilder, GossipDriverBuilder> set)
    {
        GossipDriverBuilder builder = set(DriverNode.Builder(_key));

        Assert.Contains(setting, Assert.ThrowsAny<ArgumentException>(() => builder.Build()).Message);
    }

    [Fact]
    public async Task Every_setting_reaches_the_driver()
    {
        using KeyPair key = KeyPair.GenerateEd25519();
        GossipDriverBuilder builder = DriverNode.Builder(_key)
            .WithKeypair(key)
            .WithRollupConfig(TestChains.At(77, PayloadVersion.V2))
            .WithUnsafeBlockSigner(TestBlocks.Sequencer)
            .WithAddress(Multiaddr.Parse("/ip6/::1/tcp/0"))
            .WithSwarmOptions(new SwarmOptions { AgentVersion = "me/1" })
            .WithValidation(new BlockHandlerOptions { TimestampThreshold = TimeSpan.FromHours(1) })
            .WithTimeProvider(new ShiftedTimeProvider(DateTimeOffset.FromUnixTimeSeconds((long)TestBlocks.Timestamp + 3_000)))
            .WithRandom(new Random(1));
        await using GossipDriver driver = builder.Build();
        await using DriverNode other = await DriverNode.StartAsync();

        Multiaddr bound = await driver.StartAsync();

        Assert.StartsWith("/ip6/::1/tcp/", bound.ToString());
        Assert.Equal(key.PeerId, driver.LocalPeerId);
        Assert.Equal(TestBlocks.Sequencer, driver.UnsafeBlockSigner);
        Assert.Equal(new BlockTopics(77).All.Order(), (await driver.GetSnapshotAsync()).Mesh.Keys.Order());
        await driver.PublishAsync(BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V2), 77));
        await other.Driver.DialAsync(bound.WithPeerId(key.PeerId));
        Assert.Equal("me/1", (await other.NextAsync<PeerIdentified>()).Info.AgentVersion);
    }

    [Fact]
    public async Task Two_drivers_of_one_builder_share_nothing()
    {
        GossipDriverBuilder builder = DriverNode.Builder(_key);
        await using GossipDriver first = builder.Build();
        await using GossipDriver second = builder.Build();

        first.UnsafeBlockSigner = DriverNode.AddressOf(0x47);

        Assert.Equal(TestBlocks.Sequencer, second.UnsafeBlockSigner);
        Assert.NotEqual(await first.StartAsync(), await second.StartAsync());
    }

    private sealed class HandlerOf(IReadOnlyList<string> topics) : IBlockHandler
    {
        public IReadOnlyList<string> Topics => topics;

        public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data) => default;

        public BlockCheck Check(GossipMessage message) => new(message.Topic, BlockInvalidReason.UnknownTopic);

        public MessageAcceptance Admit(BlockCheck check) => check.Acceptance;
    }
}
