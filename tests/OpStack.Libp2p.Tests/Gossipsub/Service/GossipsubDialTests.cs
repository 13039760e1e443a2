using Google.Protobuf;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Protos;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>Dials that gossip asks for: direct peers, and peer exchange in and out.</summary>
public sealed class GossipsubDialTests
{
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/198.51.100.7/tcp/9222");

    private readonly FakeTimeProvider _time = new();
    private readonly KeyPair _named = KeyPair.GenerateEd25519();

    private TestNode NewNode(double score = 0, params Multiaddr[] direct)
    {
        GossipsubOptions options = TestNode.Fast with { PeerExchange = true, MeshHigh = 8, MeshDegree = 8, DirectConnectTicks = 10 };
        PeerScoreParams scored = new() { AppSpecificScore = _ => score };
        PeerScoreThresholds thresholds = new() { AcceptPeerExchange = 20 };
        return new TestNode(1, _time, options, score: scored, thresholds: thresholds, direct: direct);
    }

    private static async Task StartAsync(TestNode node)
    {
        await node.Service.StartAsync();
        node.Service.Subscribe(TestNode.Topic);
    }

    [Fact]
    public async Task A_direct_peer_is_dialled_after_a_second_and_again_while_it_is_not_connected()
    {
        Multiaddr first = Address.WithPeerId(_named.PeerId), second = Multiaddr.Parse("/ip4/198.51.100.8/tcp/1").WithPeerId(_named.PeerId);
        await using TestNode node = NewNode(0, first, second);
        await StartAsync(node);
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(1));
        Assert.True(await TestNode.WithinAsync(() => !node.Host.Dialled.IsEmpty));
        Assert.True(node.Host.Dialled.TryDequeue(out (PeerId Peer, IReadOnlyList<Multiaddr> Addresses) dialled));
        Assert.Equal(_named.PeerId, dialled.Peer);
        Assert.Equal([first, second], dialled.Addresses);

        Assert.True(await TestNode.WithinAsync(async () =>
        {
            await node.AdvanceAsync(_time, TimeSpan.FromMilliseconds(50));
            return !node.Host.Dialled.IsEmpty;
        }));
        Assert.Equal([_named.PeerId], (await node.Service.GetSnapshotAsync()).DirectPeers);
    }

    [Fact]
    public void A_direct_address_without_a_peer_is_refused_by_name()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => NewNode(0, Address));
        Assert.Contains("directAddresses", refused.Message);
    }

    private RpcMessage Prune(byte[] record) => new()
    {
        Control = new ControlMessage
        {
            Prune =
            {
                new ControlPrune
                {
                    TopicID = TestNode.Topic,
                    Backoff = 60,
                    Peers = { new PeerInfoMessage { PeerID = ByteString.CopyFrom(_named.PeerId.Bytes.Span), SignedPeerRecord = ByteString.CopyFrom(record) } },
                },
            },
        },
    };

    [Fact]
    public async Task A_peer_named_with_its_own_signed_record_is_dialled_there()
    {
        await using TestNode node = NewNode(score: 20);
        await StartAsync(node);
        IByteStream stream = await new RawPeer(2, node).JoinAsync();
        await RawPeer.SendAsync(stream, Prune(PeerRecord.Seal(_named, 1, [Address])));
        Assert.True(await TestNode.WithinAsync(() => !node.Host.Dialled.IsEmpty));
        (PeerId peer, IReadOnlyList<Multiaddr> addresses) = Assert.Single(node.Host.Dialled);
        Assert.Equal(_named.PeerId, peer);
        Assert.Equal([Address], addresses);
    }

    public static TheoryData<string, double> Refused => new()
    {
        { "none", 20 },
        { "garbage", 20 },
        { "another's", 20 },
        { "own", 19.9 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_record_that_is_missing_or_forged_or_a_sender_of_low_score_brings_no_dial(string record, double score)
    {
        await using TestNode node = NewNode(score);
        await StartAsync(node);
        IByteStream stream = await new RawPeer(2, node).JoinAsync();
        byte[] bytes = record switch
        {
            "none" => [],
            "garbage" => [1, 2, 3],
            "another's" => PeerRecord.Seal(KeyPair.GenerateEd25519(), 1, [Address]),
            _ => PeerRecord.Seal(_named, 1, [Address]),
        };
        await RawPeer.SendAsync(stream, Prune(bytes));

        // A message behind the PRUNE: when it is delivered the PRUNE has been dealt with.
        await RawPeer.PublishAsync(stream, [1]);
        Assert.True(await TestNode.WithinAsync(() => !node.Handler.Delivered.IsEmpty));
        await node.Service.GetSnapshotAsync();
        Assert.Empty(node.Host.Dialled);
    }

    [Fact]
    public async Task A_PRUNE_of_ours_names_peers_with_their_signed_records()
    {
        await using TestNode node = NewNode();
        await StartAsync(node);
        RawPeer[] members = [.. Enumerable.Range(2, 9).Select(i => new RawPeer((byte)i, node))];
        IByteStream[] streams = await Task.WhenAll(members.Select(member => member.JoinAsync()));
        byte[] record = [1, 2, 3];
        node.Host.SignedRecords[members[0].Host.LocalPeerId] = record;
        RpcMessage graft = new() { Control = new ControlMessage { Graft = { new ControlGraft { TopicID = TestNode.Topic } } } };
        foreach (IByteStream stream in streams)
        {
            await RawPeer.SendAsync(stream, graft);
        }

        // The mesh takes eight; the ninth is refused and told of others.
        ControlPrune? prune = null;
        Assert.True(await TestNode.WithinAsync(async () =>
        {
            await node.AdvanceAsync(_time, TimeSpan.FromMilliseconds(50));
            prune = members.SelectMany(member => member.Received).SelectMany(rpc => rpc.Control?.Prune ?? []).FirstOrDefault(p => p.Peers.Count > 0);
            return prune is not null;
        }));
        Assert.InRange(prune!.Peers.Count, 1, 8);
        PeerInfoMessage[] signed = [.. prune.Peers.Where(info => info.HasSignedPeerRecord)];
        Assert.All(signed, info => Assert.Equal(record, info.SignedPeerRecord.ToByteArray()));
        Assert.Equal(prune.Peers.Count(info => info.PeerID.Span.SequenceEqual(members[0].Host.LocalPeerId.Bytes.Span)), signed.Length);
    }
}
