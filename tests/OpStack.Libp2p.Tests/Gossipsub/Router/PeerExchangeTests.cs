using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class PeerExchangeTests
{
    private static readonly GossipsubOptions Exchange = new() { PeerExchange = true, MeshOutbound = 0 };

    private readonly RecordingScoring _scoring = new();

    private static PeerInfo[] Infos(params IEnumerable<PeerId> peers) => [.. peers.Select(peer => new PeerInfo(peer, null))];

    private static PeerInfo[] Infos(int from, int count) => Infos(Enumerable.Range(from, count).Select(Peer));

    private static Action<GossipRpc> Graft(params string[] topics) => rpc => rpc.Graft.AddRange(topics);

    private static Action<GossipRpc> Prune(PeerInfo[] peers, string topic = Topic) => rpc => rpc.Prune.Add(new Prune(topic, null, peers));

    private static List<PeerId> Connects(IEnumerable<RouterOutput> outputs) =>
        [.. outputs.OfType<RouterOutput.ConnectExchanged>().SelectMany(connect => connect.Peers).Select(info => info.Peer)];

    [Fact]
    public void It_is_off_unless_asked_for()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 12);
        router.AddPeers(20, 1);
        Assert.Empty(Assert.Single(router.Receive(Peer(20), Graft(Topic)).Prunes()).Prune.Peers);
        Assert.Empty(router.Receive(Peer(1), Prune(Infos(100, 3))));
        Assert.Equal((0, 0, 1), (router.State.Counters.ExchangeSent, router.State.Counters.ExchangeTaken, router.State.Counters.ExchangeIgnored));
    }

    [Fact]
    public void A_graft_for_want_of_room_is_answered_with_sixteen_other_peers()
    {
        using RouterHarness router = new(Exchange, _scoring);
        router.AddMeshPeers(1, 12);
        router.AddPeers(20, 10);
        router.AddPeers(40, 5, topic: "other");
        _scoring.Scores[Peer(3)] = -0.1;
        PeerInfo[] named = Assert.Single(router.Receive(Peer(20), Graft(Topic)).Prunes()).Prune.Peers;
        Assert.Equal(16, named.Select(info => info.Peer).Distinct().Count());
        Assert.All(named, info => Assert.Null(info.SignedPeerRecord));
        HashSet<PeerId> allowed = [.. Enumerable.Range(1, 12).Concat(Enumerable.Range(21, 9)).Where(i => i != 3).Select(Peer)];
        Assert.Subset(allowed, named.Select(info => info.Peer).ToHashSet());
        Assert.Equal(16, router.State.Counters.ExchangeSent);
    }

    [Fact]
    public void Version_1_0_gets_the_topic_alone()
    {
        using RouterHarness router = new(Exchange);
        router.AddMeshPeers(1, 12);
        router.AddPeers(20, 1, GossipsubVersion.V10);
        Prune prune = Assert.Single(router.Receive(Peer(20), Graft(Topic)).Prunes()).Prune;
        Assert.Null(prune.Backoff);
        Assert.Empty(prune.Peers);
    }

    [Fact]
    public void Leaving_a_topic_and_pruning_a_full_mesh_name_peers()
    {
        using RouterHarness router = new(Exchange);
        router.AddMeshPeers(1, 12);
        router.AddMeshPeers(20, 1, outbound: true);
        List<(PeerId Peer, Prune Prune)> prunes = router.Heartbeat().Prunes();
        Assert.Equal(5, prunes.Count);
        prunes.AddRange(router.Handle(new RouterInput.Leave(Topic)).Prunes());
        Assert.Equal(13, prunes.Count);
        Assert.All(prunes, prune => Assert.Equal(12, prune.Prune.Peers.Length));
        Assert.All(prunes, prune => Assert.DoesNotContain(prune.Peer, prune.Prune.Peers.Select(info => info.Peer)));
    }

    [Fact]
    public void A_peer_below_zero_or_in_backoff_is_told_nobody()
    {
        using RouterHarness router = new(Exchange, _scoring);
        router.AddMeshPeers(1, 3);
        _scoring.Scores[Peer(1)] = -1;
        Assert.Empty(Assert.Single(router.Heartbeat().Prunes()).Prune.Peers);
        router.AddPeers(9, 1);
        _scoring.Scores[Peer(9)] = -1;
        Assert.Empty(Assert.Single(router.Receive(Peer(9), Graft(Topic)).Prunes()).Prune.Peers);
        _scoring.Scores[Peer(9)] = 1;
        Assert.Empty(Assert.Single(router.Receive(Peer(9), Graft(Topic)).Prunes()).Prune.Peers);
        Assert.Equal(0, router.State.Counters.ExchangeSent);
    }

    // One refusal without peers takes them from all answers to the RPC, before and after it, as in go.
    [Theory]
    [InlineData("first", "unknown")]
    [InlineData("unknown", "first")]
    [InlineData("first", "backoff")]
    [InlineData("backoff", "first")]
    public void One_bad_graft_ends_exchange_for_its_rpc(params string[] grafts)
    {
        using RouterHarness router = new(Exchange, _scoring, join: false);
        router.Handle(new RouterInput.Join("first"));
        router.Handle(new RouterInput.Join("backoff"));
        for (int i = 1; i <= 12; i++)
        {
            router.AddPeers(i, 1, topic: "first");
            router.Receive(Peer(i), Graft("first"));
        }

        router.AddPeers(20, 1, topic: "first");
        Assert.Equal(12, Assert.Single(router.Receive(Peer(20), Graft("first")).Prunes()).Prune.Peers.Length);
        router.AddPeers(21, 1, topic: "first");
        router.Receive(Peer(21), Prune([], "backoff"));
        List<(PeerId Peer, Prune Prune)> prunes = router.Receive(Peer(21), Graft(grafts)).Prunes();
        Assert.Contains(prunes, prune => prune.Prune.Topic == "first");
        Assert.All(prunes, prune => Assert.Empty(prune.Prune.Peers));
    }

    [Fact]
    public void A_graft_of_a_topic_outside_the_allow_list_ends_it_too()
    {
        using RouterHarness router = new(Exchange);
        router.AddMeshPeers(1, 12);
        router.AddPeers(20, 1);
        System.Buffers.ArrayBufferWriter<byte> bytes = new();
        RpcWriter.Write(new GossipRpc { Graft = { Topic, "foreign" } }, bytes);
        Assert.True(OpStack.Primitives.Encoding.Varint.TryRead(bytes.WrittenSpan, out _, out int prefix));
        Assert.True(RpcReader.TryRead(bytes.WrittenSpan[prefix..], new TopicTable([Topic]), out GossipRpc rpc, out _));
        Assert.Equal([Topic], rpc.Graft);
        Assert.Empty(Assert.Single(router.Handle(new RouterInput.RpcReceived(Peer(20), rpc)).Prunes()).Prune.Peers);
    }

    [Fact]
    public void Peers_named_by_one_of_enough_score_are_connected_to()
    {
        using RouterHarness router = new(Exchange, _scoring);
        router.AddMeshPeers(1, 3);
        _scoring.Scores[Peer(1)] = 9.9;
        _scoring.Scores[Peer(2)] = 10;
        Assert.Empty(router.Receive(Peer(1), Prune(Infos(100, 3))));
        Assert.Equal([Peer(100), Peer(101), Peer(102)], Connects(router.Receive(Peer(2), Prune(Infos(100, 3)))).Order());
        Assert.Equal([Peer(3)], router.Mesh);
        Assert.Equal((3, 1), (router.State.Counters.ExchangeTaken, router.State.Counters.ExchangeIgnored));
    }

    [Fact]
    public void At_most_sixteen_and_none_that_is_connected_or_ourselves_or_named_twice()
    {
        using RouterHarness router = new(Exchange, _scoring);
        router.AddMeshPeers(1, 3);
        _scoring.Scores[Peer(1)] = 10;
        List<PeerId> sixteen = Connects(router.Receive(Peer(1), Prune(Infos(100, 40))));
        Assert.Equal(16, sixteen.Distinct().Count());
        Assert.NotEqual(Enumerable.Range(100, 16).Select(Peer), sixteen);
        Assert.Equal([Peer(50)], Connects(router.Receive(Peer(1), Prune(Infos(Self, Peer(2), Peer(50), Peer(50), Peer(1))))));
        Assert.Empty(router.Receive(Peer(1), Prune(Infos(Self, Peer(2)))));
        Assert.Empty(router.Receive(Peer(1), Prune(Infos(100, 3), "other")));
        Assert.Empty(router.Receive(Peer(1), Prune([])));
    }

    [Fact]
    public void One_peer_names_64_a_heartbeat()
    {
        using RouterHarness router = new(Exchange, _scoring);
        router.AddMeshPeers(1, 1);
        _scoring.Scores[Peer(1)] = 10;
        List<RouterOutput> outputs =
            router.Receive(Peer(1), rpc => rpc.Prune.AddRange(Enumerable.Range(0, 300).Select(i => new Prune(Topic, null, Infos(100 + (16 * i), 16)))));
        Assert.Equal([16, 16, 16, 16], outputs.OfType<RouterOutput.ConnectExchanged>().Select(connect => connect.Peers.Count));
        router.Heartbeat();
        Assert.Equal(16, Connects(router.Receive(Peer(1), Prune(Infos(9000, 16)))).Count);
    }
}
