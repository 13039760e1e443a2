using Google.Protobuf;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Tests.Protos;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>Frames that wait with us, or that come to nothing for a reason of ours: neither the message nor its sender suffers (attack-cases.md row 46).</summary>
[Trait("Row", "46")]
public sealed class GossipsubHeldUpTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ManualResetEventSlim _release = new();

    public void Dispose() => _release.Dispose();

    // An attacker that is always first and leaves at once would else take the block from whoever sends it next.
    [Fact]
    public async Task ACopyTakesThePlaceOfAFirstOneThatCameToNothing()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer first = new(2, node), second = new(3, node);
        IByteStream stream = await first.JoinAsync();
        IByteStream other = await second.JoinAsync();
        int decoding = 0;
        node.Handler.OnDecode = (_, data) =>
        {
            if (Interlocked.Increment(ref decoding) == 1)
            {
                Assert.True(_release.Wait(TimeSpan.FromSeconds(60)));
                throw new InvalidOperationException("of the test");
            }

            return data;
        };

        await RawPeer.PublishAsync(stream, [7]);
        Assert.True(await TestNode.WithinAsync(() => Volatile.Read(ref decoding) == 1));
        long received = node.Service.Statistics.RpcsReceived;
        await RawPeer.PublishAsync(other, [7]);
        Assert.True(await TestNode.WithinAsync(() => node.Service.Statistics.RpcsReceived == received + 1));
        _release.Set();

        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 1));
        Assert.Equal(second.Host.LocalPeerId, Assert.Single(node.Handler.Delivered).Source);
        GossipsubStatistics statistics = node.Service.Statistics;
        Assert.Equal((2, 1L, 0L), (Volatile.Read(ref decoding), statistics.HandlerFaults, statistics.CopiesRecognised));
    }

    [Fact]
    public async Task AMessageThatWaitsWithUsBreaksNoPromise()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node), liar = new(3, node);
        IByteStream stream = await peer.JoinAsync();
        IByteStream other = await liar.JoinAsync();
        node.Handler.OnDecode = (_, data) => _release.Wait(TimeSpan.FromSeconds(60)) ? data : [];
        await RawPeer.SendAsync(stream, IHave([7]));
        await RawPeer.SendAsync(other, IHave([8]));
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Promises.Count == 2));
        await RawPeer.PublishAsync(stream, [7]);
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Decoded == 1));

        await node.AdvanceAsync(_time, 2 * TestNode.Fast.IWantFollowup);

        RouterSnapshot state = await node.Service.GetSnapshotAsync();
        Assert.Equal(peer.Host.LocalPeerId, Assert.Single(state.Promises).Peer);
        Assert.Equal((0, 1, 1), (state.Counters.PromisesVoid, state.Counters.PromisesBroken, state.Counters.Penalties));
        _release.Set();
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 1));
        Assert.Equal((1, 1), ((await node.Service.GetSnapshotAsync()).Counters.PromisesKept, state.Counters.Penalties));
    }

    [Fact]
    public async Task AMessageThatFindsNoStreamIsNotHeldAgainstThePeer()
    {
        await using TestNode node = new(1, _time, score: new PeerScoreParams { SlowPeerWeight = -1 });
        await node.Service.StartAsync();
        node.Service.Subscribe(TestNode.Topic);
        RawPeer peer = new(2, node);
        await peer.JoinAsync();
        await node.AdvanceAsync(_time, TestNode.Fast.HeartbeatInterval * 2);
        Assert.Single((await node.Service.GetSnapshotAsync()).Mesh[TestNode.Topic]);

        Assert.True(peer.Streams.TryDequeue(out IByteStream? ours));
        ours.Abort();
        Assert.True(await TestNode.WithinAsync(() => node.Service.Statistics.StreamsLost == 1));
        await node.Service.PublishAsync(TestNode.Topic, new byte[] { 9 });

        Assert.Equal(1, node.Service.Statistics.MessagesDropped);
        PeerScoreSnapshot score = Assert.Single((await node.Service.GetSnapshotAsync()).Scores);
        Assert.Equal(0, score.Terms.Single(term => term.Name == "SlowPeer").Counter);
    }

    private static RpcMessage IHave(byte[] data)
    {
        byte[] id = new byte[20];
        TestHandler.IdOf(TestNode.Topic, data).CopyTo(id);
        return new RpcMessage
        {
            Control = new ControlMessage { Ihave = { new ControlIHave { TopicID = TestNode.Topic, MessageIDs = { ByteString.CopyFrom(id) } } } },
        };
    }
}
