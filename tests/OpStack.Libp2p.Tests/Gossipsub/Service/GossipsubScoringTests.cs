using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Protos;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>The service with a real score: what it costs whom, and what a low score brings.</summary>
public sealed class GossipsubScoringTests
{
    private static readonly PeerScoreParams InvalidMessagesCost = new()
    {
        Topics = new Dictionary<string, TopicScoreParams>
        {
            [TestNode.Topic] = new TopicScoreParams { InvalidMessageDeliveriesWeight = -100, InvalidMessageDeliveriesDecay = 0.5 },
        },
    };

    private static readonly PeerScoreThresholds Thresholds = new() { Gossip = -10, Publish = -40, Graylist = -40 };

    private readonly FakeTimeProvider _time = new();

    private async Task<TestNode> StartAsync()
    {
        TestNode node = new(1, _time, score: InvalidMessagesCost, thresholds: Thresholds);
        await node.Service.StartAsync();
        node.Service.Subscribe(TestNode.Topic);
        return node;
    }

    private static async Task<PeerScoreSnapshot> ScoreAsync(TestNode node, RawPeer peer) =>
        (await node.Service.GetSnapshotAsync()).Scores.Single(score => score.Peer.Equals(peer.Host.LocalPeerId));

    /// <summary>The stream of a peer that has sent one invalid message.</summary>
    private static async Task<IByteStream> GraylistedAsync(TestNode node)
    {
        node.Handler.OnAdmit = _ => MessageAcceptance.Reject;
        IByteStream stream = await new RawPeer(2, node).JoinAsync();
        await RawPeer.PublishAsync(stream, [1]);
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Peers[0].IsGraylisted));
        return stream;
    }

    [Fact]
    [Trait("Row", "40")]
    public async Task After_one_invalid_message_nothing_of_the_peer_is_decoded_but_its_subscriptions_count()
    {
        await using TestNode node = await StartAsync();
        node.Handler.OnAdmit = _ => MessageAcceptance.Reject;
        RawPeer peer = new(2, node), honest = new(3, node);
        IByteStream stream = await peer.JoinAsync();
        IByteStream honestStream = await honest.JoinAsync();

        await RawPeer.PublishAsync(stream, [1]);
        Assert.True(await TestNode.WithinAsync(async () => (await ScoreAsync(node, peer)).Total == -100));
        node.Handler.OnAdmit = _ => MessageAcceptance.Accept;
        for (byte i = 2; i < 102; i++)
        {
            await RawPeer.PublishAsync(stream, [i]);
        }

        // Two in one RPC, and a subscription that ends.
        PublishMessage message = new() { Data = Google.Protobuf.ByteString.CopyFrom(200), Topic = TestNode.Topic };
        await RawPeer.SendAsync(stream, new RpcMessage
        {
            Publish = { message, message },
            Subscriptions = { new RpcMessage.Types.SubOpts { Subscribe = false, Topicid = TestNode.Topic } },
        });
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Subscribers[TestNode.Topic].Count == 1));
        Assert.Equal(102, node.Service.Statistics.MessagesGraylisted);
        Assert.Equal(1, node.Handler.Decoded);

        await RawPeer.PublishAsync(honestStream, [2]);
        Assert.True(await TestNode.WithinAsync(() => !node.Handler.Delivered.IsEmpty));
        Assert.Equal(honest.Host.LocalPeerId, Assert.Single(node.Handler.Delivered).Source);
    }

    [Fact]
    public async Task A_graylisted_peer_is_heard_again_once_its_score_has_decayed()
    {
        await using TestNode node = await StartAsync();
        IByteStream stream = await GraylistedAsync(node);

        // Counter 1, halved every 2 s: -100, -25, and that is above -40.
        node.Handler.OnAdmit = _ => MessageAcceptance.Accept;
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(3));
        Assert.False((await node.Service.GetSnapshotAsync()).Peers[0].IsGraylisted);
        await RawPeer.PublishAsync(stream, [2]);
        Assert.True(await TestNode.WithinAsync(() => !node.Handler.Delivered.IsEmpty));
    }

    // Frames of peers that nobody listens to must not take the room of others.
    [Fact]
    [Trait("Row", "40")]
    public async Task A_long_frame_of_a_graylisted_peer_takes_no_room()
    {
        await using TestNode node = await StartAsync();
        IByteStream stream = await GraylistedAsync(node);

        await RawPeer.PublishAsync(stream, new byte[3_000_000]);
        await stream.WriteAsync((byte[])[0x80, 0x80, 0x80, 0x05, .. new byte[500_000]], default);
        Assert.True(await TestNode.WithinAsync(() => node.Service.Statistics.MessagesGraylisted == 2));
        Assert.Equal(0, (await node.BacklogAsync()).FrameBytes);
        Assert.Equal(1, node.Handler.Decoded);
    }

    // Whoever is first with a block and falls below the graylist while it is decoded would else take it from all who send it meanwhile.
    [Fact]
    [Trait("Row", "40")]
    public async Task A_copy_takes_the_place_of_a_first_one_whose_sender_was_graylisted_while_it_was_decoded()
    {
        await using TestNode node = await StartAsync();
        using ManualResetEventSlim isDecoding = new(), release = new();
        int blocks = 0;
        node.Handler.OnDecode = (_, data) =>
        {
            if (data[0] == 7 && Interlocked.Increment(ref blocks) == 1)
            {
                isDecoding.Set();
                Assert.True(release.Wait(TimeSpan.FromSeconds(60)));
            }

            return data;
        };
        node.Handler.OnCheck = message => message.Decoded.Body.Span[0] == 7 || isDecoding.Wait(TimeSpan.FromSeconds(60));
        node.Handler.OnAdmit = message => message.Decoded.Body.Span[0] == 7 ? MessageAcceptance.Accept : MessageAcceptance.Reject;
        RawPeer attacker = new(2, node), honest = new(3, node);
        IByteStream stream = await attacker.JoinAsync();
        IByteStream honestStream = await honest.JoinAsync();

        await RawPeer.PublishAsync(stream, [9]);
        await RawPeer.PublishAsync(stream, [7]);
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Peers.Any(peer => peer.IsGraylisted)));
        long received = node.Service.Statistics.RpcsReceived;
        await RawPeer.PublishAsync(honestStream, [7]);
        Assert.True(await TestNode.WithinAsync(() => node.Service.Statistics.RpcsReceived == received + 1));
        release.Set();

        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 1));
        Assert.Equal(honest.Host.LocalPeerId, Assert.Single(node.Handler.Delivered).Source);
        Assert.Equal((2, 0), (blocks, (await ScoreAsync(node, honest)).Total));
    }

    public static TheoryData<string> OwnFaults => ["decode", "check", "admit", "deliver", "not to blame", "ignored"];

    [Theory]
    [MemberData(nameof(OwnFaults))]
    [Trait("Row", "46")]
    public async Task Our_own_faults_cost_nobody_any_score(string fault)
    {
        await using TestNode node = await StartAsync();
        switch (fault)
        {
            case "decode":
                node.Handler.OnDecode = (_, _) => throw new InvalidOperationException(fault);
                break;
            case "check":
                node.Handler.OnCheck = _ => throw new InvalidOperationException(fault);
                break;
            case "admit":
                node.Handler.OnAdmit = _ => throw new InvalidOperationException(fault);
                break;
            case "deliver":
                node.Handler.OnDeliver = _ => throw new InvalidOperationException(fault);
                break;
            case "not to blame":
                node.Handler.OnAdmit = _ => new MessageVerdict(MessageAcceptance.Reject, IsSenderToBlame: false);
                break;
            default:
                node.Handler.OnAdmit = _ => MessageAcceptance.Ignore;
                break;
        }

        RawPeer peer = new(2, node);
        IByteStream stream = await peer.JoinAsync();
        for (byte i = 0; i < 20; i++)
        {
            await RawPeer.PublishAsync(stream, [i]);
        }

        Assert.True(await TestNode.WithinAsync(() => node.Handler.Decoded == 20));
        Assert.True(await TestNode.WithinAsync(async () =>
        {
            RouterCounters counters = (await node.Service.GetSnapshotAsync()).Counters;
            return counters.Accepted + counters.Rejected + counters.Ignored + node.Service.Statistics.HandlerFaults >= 20;
        }));
        PeerScoreSnapshot score = await ScoreAsync(node, peer);
        Assert.Equal(0, score.Total);
        Assert.All(score.Terms.Concat(score.Topics.SelectMany(topic => topic.Terms)), term => Assert.Equal(0, term.Contribution));
    }

    [Fact]
    public async Task A_message_proven_invalid_later_costs_its_sender_then()
    {
        await using TestNode node = await StartAsync();
        RawPeer stranger = new(2, node), honest = new(3, node);
        IByteStream stream = await stranger.JoinAsync();
        IByteStream honestStream = await honest.JoinAsync();
        node.Handler.OnAdmit = _ => new MessageVerdict(MessageAcceptance.Reject, IsSenderToBlame: false);
        await RawPeer.PublishAsync(stream, [1]);
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Counters.Rejected == 1));
        Assert.Equal(0, (await ScoreAsync(node, stranger)).Total);

        node.Handler.OnAdmit = _ => new MessageVerdict(MessageAcceptance.Accept)
        {
            ProvenInvalid = [new InvalidMessage(stranger.Host.LocalPeerId, TestNode.Topic)],
        };
        await RawPeer.PublishAsync(honestStream, [2]);
        Assert.True(await TestNode.WithinAsync(async () => (await ScoreAsync(node, stranger)).Total == -100));
        Assert.Equal(0, (await ScoreAsync(node, honest)).Total);
    }

    // At a sequencer all blocks that are accepted are its own: strangers would never pay there.
    [Fact]
    public async Task So_does_one_that_a_message_of_our_own_proves_invalid()
    {
        await using TestNode node = await StartAsync();
        RawPeer stranger = new(2, node);
        IByteStream stream = await stranger.JoinAsync();
        node.Handler.OnAdmit = _ => new MessageVerdict(MessageAcceptance.Reject, IsSenderToBlame: false);
        await RawPeer.PublishAsync(stream, [1]);
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Counters.Rejected == 1));

        node.Handler.OnAdmit = _ => new MessageVerdict(MessageAcceptance.Accept)
        {
            ProvenInvalid = [new InvalidMessage(stranger.Host.LocalPeerId, TestNode.Topic)],
        };
        Assert.Equal(PublishOutcome.Published, (await node.Service.PublishAsync(TestNode.Topic, new byte[] { 2 })).Outcome);
        Assert.Equal(-100, (await ScoreAsync(node, stranger)).Total);
        Assert.True((await node.Service.GetSnapshotAsync()).Peers[0].IsGraylisted);
    }

    [Fact]
    public async Task Topics_can_be_scored_otherwise_at_run_time()
    {
        await using TestNode node = await StartAsync();
        node.Handler.OnAdmit = _ => MessageAcceptance.Reject;
        node.Service.SetTopicScoreParams(TestNode.Topic, new TopicScoreParams { InvalidMessageDeliveriesWeight = -1 });
        RawPeer peer = new(2, node);
        await RawPeer.PublishAsync(await peer.JoinAsync(), [1]);
        Assert.True(await TestNode.WithinAsync(async () => (await ScoreAsync(node, peer)).Total == -1));
        Assert.Throws<ArgumentException>(() => node.Service.SetTopicScoreParams("other", new TopicScoreParams()));
        Assert.Throws<ArgumentException>(() => node.Service.SetTopicScoreParams(TestNode.Topic, new TopicScoreParams { InvalidMessageDeliveriesWeight = 1 }));
    }

    [Fact]
    public async Task Where_peers_come_from_is_looked_at_each_minute()
    {
        await using TestNode node = await StartAsync();
        RawPeer peer = new(2, node);
        await peer.JoinAsync();
        peer.Host.SeenAt = Multiaddr.Parse("/ip4/7.7.7.7/tcp/9222");
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(59));
        Assert.Equal("127.0.0.1", Assert.Single((await ScoreAsync(node, peer)).Addresses).ToString());
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(1.1));
        Assert.Equal("7.7.7.7", Assert.Single((await ScoreAsync(node, peer)).Addresses).ToString());
    }
}
