using Google.Protobuf;
using OpStack.Libp2p.Tests.Protos;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>What a foreign peer sends, from raw bytes to verdict.</summary>
public class GossipsubPolicyTests
{
    [Theory]
    [InlineData("from")]
    [InlineData("seqno")]
    [InlineData("key")]
    [InlineData("signature")]
    public async Task StrictNoSignRefusesEvenEmptyFields(string field)
    {
        await using TestNode node = await TestNode.StartAsync(1);
        RawPeer peer = new(2, node);
        IByteStream stream = await peer.JoinAsync();
        PublishMessage message = new() { Data = ByteString.CopyFrom(1, 2), Topic = TestNode.Topic };
        message.MergeFrom(new PublishMessage
        {
            From = ByteString.Empty,
            Seqno = ByteString.Empty,
            Key = ByteString.Empty,
            Signature = ByteString.Empty,
        });
        foreach (Google.Protobuf.Reflection.FieldDescriptor other in PublishMessage.Descriptor.Fields.InDeclarationOrder())
        {
            if (other.Name is "from" or "seqno" or "key" or "signature" && other.Name != field)
            {
                other.Accessor.Clear(message);
            }
        }

        await RawPeer.SendAsync(stream, new RpcMessage { Publish = { message } });
        await RawPeer.PublishAsync(stream, [3]);

        Assert.True(await TestNode.WithinAsync(() => !node.Handler.Delivered.IsEmpty));
        Assert.Equal([3], Assert.Single(node.Handler.Delivered).Decoded.Body.ToArray());
        Assert.Equal(1, node.Handler.Decoded);
        Assert.Equal(1, node.Service.Statistics.PolicyRefused);
        Assert.Equal(1, (await node.Service.GetSnapshotAsync()).Counters.Invalid);
    }

    [Fact]
    public async Task ASignedMessageOfATopicWeDoNotFollowIsPassedOver()
    {
        // go looks at the subscription before the signing policy: nobody is blamed for what we did not ask for.
        await using TestNode node = await TestNode.StartAsync(1);
        RawPeer peer = new(2, node);
        IByteStream stream = await peer.JoinAsync();

        await RawPeer.SendAsync(stream, new RpcMessage { Publish = { new PublishMessage { Topic = TestNode.OtherTopic, Signature = ByteString.Empty } } });
        await RawPeer.PublishAsync(stream, [3]);

        Assert.True(await TestNode.WithinAsync(() => !node.Handler.Delivered.IsEmpty));
        Assert.Equal(0, (await node.Service.GetSnapshotAsync()).Counters.Invalid);
    }

    [Fact]
    public async Task TheFirstRpcIsTheHello()
    {
        await using TestNode node = await TestNode.StartAsync(1);
        node.Service.Subscribe(TestNode.OtherTopic);
        RawPeer peer = new(2, node);
        await peer.JoinAsync();

        Assert.True(await TestNode.WithinAsync(() => !peer.Received.IsEmpty));
        Assert.True(peer.Received.TryPeek(out RpcMessage? hello));
        Assert.Equal([TestNode.OtherTopic, TestNode.Topic], hello.Subscriptions.Where(s => s.Subscribe).Select(s => s.Topicid).Order());
        Assert.Empty(hello.Publish);
        Assert.Equal(1, peer.Accepted);
    }

    [Fact]
    public async Task AForwardedMessageIsTheCanonicalForm()
    {
        await using TestNode node = await TestNode.StartAsync(1);
        RawPeer sender = new(2, node), receiver = new(3, node);
        IByteStream stream = await sender.JoinAsync();
        await receiver.JoinAsync();
        Assert.True(await node.InMeshAsync(2));

        // Two messages and an unknown field in one RPC: each goes on alone and clean.
        byte[] rpc = new RpcMessage
        {
            Publish = { Publish(1), Publish(2) },
        }.ToByteArray();
        byte[] body = [.. rpc, 0x50, 1];
        await stream.WriteAsync((byte[])[(byte)body.Length, .. body], default);
        await RawPeer.PublishAsync(stream, [3]);

        Assert.True(await TestNode.WithinAsync(() => receiver.MessageCount == 3));
        Assert.All(receiver.Received.Where(r => r.Publish.Count > 0), r => Assert.Equal(new RpcMessage { Publish = { Publish(r.Publish[0].Data[0]) } }, r));
        Assert.Equal([1, 2, 3], receiver.Messages.Select(m => (int)m[0]).Order());
        Assert.Empty(sender.Messages);
    }

    [Fact]
    public async Task AMalformedRpcResetsTheStreamAndAnExcessiveOneIsIgnored()
    {
        await using TestNode node = await TestNode.StartAsync(1);
        RawPeer peer = new(2, node);
        IByteStream stream = await peer.JoinAsync();
        RpcMessage excessive = new();
        excessive.Subscriptions.AddRange(Enumerable.Repeat(RawPeer.Hello().Subscriptions[0], 101));
        await RawPeer.SendAsync(stream, excessive);
        await RawPeer.PublishAsync(stream, [1]);
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 1));
        Assert.Equal(1, node.Service.Statistics.RpcsRefused);

        await stream.WriteAsync(new byte[] { 1, 0 }, default);
        await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadAsync(new byte[1], default));
        Assert.Equal(2, node.Service.Statistics.RpcsRefused);
    }

    [Fact]
    public async Task NothingIsWrittenOnAStreamThatThePeerOpened()
    {
        await using TestNode node = await TestNode.StartAsync(1);
        RawPeer peer = new(2, node);
        IByteStream inbound = await peer.JoinAsync();
        using CancellationTokenSource stop = new();
        Task<int> read = inbound.ReadAsync(new byte[1], stop.Token).AsTask();
        Assert.True(await node.InMeshAsync(1));
        await node.Service.PublishAsync(TestNode.Topic, new byte[] { 7 });

        Assert.True(await TestNode.WithinAsync(() => peer.MessageCount == 1));
        Assert.Equal(1, peer.Accepted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task ASecondInboundStreamReplacesTheFirst()
    {
        await using TestNode node = await TestNode.StartAsync(1);
        RawPeer peer = new(2, node);
        IByteStream first = await peer.JoinAsync();
        IByteStream second = (await peer.Host.OpenStreamAsync(node.Host.LocalPeerId, ["/meshsub/1.1.0"], default)).Bytes;

        await Assert.ThrowsAsync<Libp2pException>(async () => await first.ReadAsync(new byte[1], default));
        await RawPeer.PublishAsync(second, [1]);
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 1));
        Assert.Equal(1, node.Service.Statistics.InboundReplaced);
    }

    // go-libp2p-pubsub forgets our subscriptions and our place in its mesh with the stream it lost, whatever else connects us, and opens another.
    [Fact]
    public async Task APeerThatLostItsStreamIsToldOurSubscriptionsAndItsPlaceInOurMeshAgain()
    {
        await using TestNode node = await TestNode.StartAsync(1);
        RawPeer peer = new(2, node);
        IByteStream first = await peer.JoinAsync();
        Assert.True(await TestNode.WithinAsync(() => peer.Hellos == 1 && peer.Grafts == 1));

        first.Abort();
        await peer.Host.OpenStreamAsync(node.Host.LocalPeerId, ["/meshsub/1.2.0"], default);
        Assert.True(await TestNode.WithinAsync(() => peer.Hellos == 2 && peer.Grafts == 2));
        Assert.Equal(1, peer.Accepted);
    }

    private static PublishMessage Publish(byte content) => new() { Data = ByteString.CopyFrom(content), Topic = TestNode.Topic };
}
