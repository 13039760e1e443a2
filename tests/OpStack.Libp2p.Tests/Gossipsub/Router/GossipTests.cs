using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class GossipTests
{
    private readonly RecordingScoring _scoring = new();

    private static Action<GossipRpc> IHave(MessageId[] ids, string topic = Topic) => rpc => rpc.IHave.Add(new IHave(topic, ids));

    private static Action<GossipRpc> IWant(IEnumerable<MessageId> ids) => rpc => rpc.IWant.AddRange(ids);

    [Fact]
    public void Unknown_ids_of_joined_topics_are_asked_for()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        router.Message(Peer(1), 1);
        router.Accepted(Peer(1), 2);
        Assert.Equal([Id(3)], router.Receive(Peer(1), IHave(Ids(1, 3))).IWants());
        Assert.Empty(router.Receive(Peer(1), IHave(Ids(5, 1), "other")));
    }

    [Fact]
    [Trait("Row", "35")]
    public void Of_5001_ids_5000_are_asked_for_and_none_more_in_this_heartbeat()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 2);
        List<MessageId> asked = router.Receive(Peer(1), IHave(Ids(0, 5001))).IWants();
        Assert.Equal(5000, asked.Distinct().Count());
        Assert.Empty(router.Receive(Peer(1), IHave(Ids(9000, 1))));
        Assert.Single(router.Receive(Peer(2), IHave(Ids(9000, 1))).IWants());
        router.Heartbeat();
        Assert.Single(router.Receive(Peer(1), IHave(Ids(9000, 1))).IWants());
    }

    [Fact]
    public void Ids_asked_for_add_up_to_5000_per_heartbeat()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        Assert.Equal(3000, router.Receive(Peer(1), IHave(Ids(0, 3000))).IWants().Count);
        Assert.Equal(2000, router.Receive(Peer(1), IHave(Ids(3000, 3000))).IWants().Count);
    }

    [Fact]
    [Trait("Row", "35")]
    public void The_eleventh_ihave_of_a_heartbeat_is_ignored()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        for (int i = 0; i < 10; i++)
        {
            Assert.Single(router.Receive(Peer(1), IHave(Ids(i, 1))).IWants());
        }

        Assert.Empty(router.Receive(Peer(1), IHave(Ids(10, 1))));
        Assert.Equal(1, router.State.Counters.IHavesIgnored);
        router.Heartbeat();
        Assert.Single(router.Receive(Peer(1), IHave(Ids(10, 1))).IWants());
    }

    [Fact]
    [Trait("Row", "36")]
    public void One_peer_gets_one_message_three_times_and_once_per_request()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        router.AddPeers(2, 2);
        router.Accepted(Peer(1), 7);
        int[] copies = [.. Enumerable.Range(0, 5).Select(_ => router.Receive(Peer(2), IWant(Enumerable.Repeat(Id(7), 1000))).MessagesTo(7).Count)];
        Assert.Equal([1, 1, 1, 0, 0], copies);
        Assert.Single(router.Receive(Peer(3), IWant([Id(7), Id(8)])));
        Assert.Equal(4, router.State.Counters.MessagesGiven);
    }

    [Fact]
    [Trait("Row", "36")]
    public void A_new_connection_does_not_begin_anew()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        router.Accepted(Peer(1), 7);
        int copies = 0;
        for (int i = 0; i < 10; i++)
        {
            router.AddPeers(2, 1);
            copies += router.Receive(Peer(2), IWant([Id(7)])).Count;
            router.Disconnect(Peer(2));
        }

        Assert.Equal(3, copies);
    }

    // 70 blocks of 1 MB, of which 10,000 ids are asked every heartbeat.
    [Fact]
    [Trait("Row", "36")]
    public void Bytes_given_are_at_most_three_times_the_bytes_cached_and_16_MiB_a_heartbeat()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        for (int i = 0; i < 70; i++)
        {
            router.Publish(i, size: 1_000_000);
        }

        long cached = router.State.CachedBytes;
        Assert.InRange(cached, 60_000_000, GossipsubLimits.MaxCachedBytes);
        long given = 0;
        for (int i = 0; i < 11; i++)
        {
            long before = given;
            for (int k = 0; k < 10; k++)
            {
                List<RouterOutput> outputs = router.Receive(Peer(1), IWant(Ids(0, 1000)));
                given += outputs.OfType<RouterOutput.SendMessage>().Sum(send => (long)send.Frame.Length);
            }

            Assert.InRange(given - before, 0, 16 * 1024 * 1024);
            router.Heartbeat();
        }

        Assert.InRange(given, 2 * cached, 3 * cached);
        Assert.Equal(given, router.State.Counters.BytesGiven);
    }

    [Fact]
    public void Messages_are_given_for_twelve_heartbeats()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 1);
        router.AddPeers(2, 1);
        router.Accepted(Peer(1), 7);
        for (int i = 0; i < 11; i++)
        {
            router.Heartbeat();
        }

        Assert.Single(router.Receive(Peer(2), IWant([Id(7)])));
        router.Heartbeat();
        Assert.Empty(router.Receive(Peer(2), IWant([Id(7)])));
        Assert.Equal((0, 0L), (router.State.CachedMessages, router.State.CachedBytes));
    }

    // Trap 9: only the newest three slots are advertised.
    [Fact]
    public void Messages_are_advertised_for_three_heartbeats_to_peers_outside_the_mesh()
    {
        using RouterHarness router = new(new GossipsubOptions { MeshOutbound = 0 });
        router.AddMeshPeers(1, 6);
        router.AddPeers(10, 4);
        router.Accepted(Peer(1), 7);
        for (int i = 0; i < 3; i++)
        {
            List<(PeerId Peer, IHave IHave)> ihaves = router.Heartbeat().IHaves();
            Assert.Equal([Peer(10), Peer(11), Peer(12), Peer(13)], ihaves.Select(send => send.Peer).Order());
            Assert.All(ihaves, send => Assert.Equal([Id(7)], send.IHave.Ids));
        }

        Assert.Empty(router.Heartbeat().IHaves());
    }

    [Theory]
    [InlineData(20, 6)]
    [InlineData(40, 10)]
    public void Gossip_goes_to_six_peers_or_a_quarter(int peers, int expected)
    {
        using RouterHarness router = new(new GossipsubOptions { MeshOutbound = 0 });
        router.AddMeshPeers(1, 6);
        router.AddPeers(10, peers);
        router.Accepted(Peer(1), 7);
        Assert.Equal(expected, router.Heartbeat().IHaves().Select(send => send.Peer).Distinct().Count());
    }

    // Trap 9 and wire.md 9.16: 500 ids an RPC, ten RPCs a heartbeat, another part of the ids for each peer.
    [Fact]
    public void Long_adverts_are_split_and_bounded()
    {
        using RouterHarness router = new(new GossipsubOptions { MeshOutbound = 0 });
        router.AddMeshPeers(1, 6);
        router.AddPeers(10, 2);
        for (int i = 0; i < 6000; i++)
        {
            router.Accepted(Peer(1), i, size: 66);
        }

        List<(PeerId Peer, GossipRpc Rpc)> rpcs = router.Heartbeat().Rpcs();
        Assert.All(rpcs, send => Assert.True(send.Rpc.IHave.Sum(ihave => ihave.Ids.Length) <= 500));
        HashSet<MessageId>[] parts = [.. rpcs.GroupBy(send => send.Peer)
            .Select(sends => sends.SelectMany(send => send.Rpc.IHave).SelectMany(ihave => ihave.Ids).ToHashSet())];
        Assert.Equal([5000, 5000], parts.Select(ids => ids.Count));
        Assert.Equal(20, rpcs.Count);
        Assert.False(parts[0].SetEquals(parts[1]));
    }

    [Fact]
    public void Below_the_gossip_threshold_nothing_is_exchanged()
    {
        using RouterHarness router = new(scoring: _scoring, options: new GossipsubOptions { MeshOutbound = 0 });
        router.AddMeshPeers(1, 6);
        router.AddPeers(10, 1);
        _scoring.Scores[Peer(10)] = -10.1;
        router.Accepted(Peer(1), 7);
        Assert.Empty(router.Receive(Peer(10), IHave(Ids(8, 1))));
        Assert.Empty(router.Receive(Peer(10), IWant([Id(7)])));
        Assert.Empty(router.Heartbeat().IHaves());
        _scoring.Scores[Peer(10)] = -10;
        Assert.Single(router.Receive(Peer(10), IHave(Ids(8, 1))));
        Assert.Single(router.Receive(Peer(10), IWant([Id(7)])));
        Assert.Single(router.Heartbeat().IHaves());
    }
}
