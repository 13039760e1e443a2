using OpStack.Libp2p.Gossipsub;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>Services among themselves, over the in-memory network and on the real clock.</summary>
public class GossipsubMeshTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task EveryNodeDeliversEveryMessageOnce(int count)
    {
        await using Fleet fleet = await Fleet.StartAsync(count);
        const int perNode = 10;
        foreach (TestNode node in fleet.Nodes)
        {
            for (int i = 0; i < perNode; i++)
            {
                PublishResult result = await node.Service.PublishAsync(TestNode.Topic, Message(node, i));
                Assert.Equal(PublishOutcome.Published, result.Outcome);
                Assert.Equal(TestHandler.IdOf(TestNode.Topic, Message(node, i)), result.Id);
                Assert.InRange(result.Peers, 1, 12);
            }
        }

        int expected = (count - 1) * perNode;
        foreach (TestNode node in fleet.Nodes)
        {
            Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count >= expected), $"{node.Handler.Delivered.Count} of {expected}");
        }

        await Task.Delay(100);
        foreach (TestNode node in fleet.Nodes)
        {
            Assert.Equal(expected, node.Handler.Delivered.Count);
            Assert.Equal(expected, node.Handler.Delivered.Select(m => m.Decoded.Id).Distinct().Count());
            Assert.All(node.Handler.Delivered, m => Assert.NotNull(m.Source));
            Assert.All(node.Handler.Checks, check => Assert.Equal(TestNode.Topic, check));
        }
    }

    [Fact]
    public async Task ACopyIsNotDecodedAgain()
    {
        await using Fleet fleet = await Fleet.StartAsync(6);
        byte[] data = new byte[100_000];
        for (byte i = 0; i < 20; i++)
        {
            data[50] = i;
            await fleet.Nodes[0].Service.PublishAsync(TestNode.Topic, data.ToArray());
        }

        foreach (TestNode node in fleet.Nodes.Skip(1))
        {
            Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 20));
        }

        await Task.Delay(200);
        Assert.Equal(20, fleet.Nodes[0].Handler.Decoded);
        Assert.All(fleet.Nodes.Skip(1), node => Assert.Equal(20, node.Handler.Decoded));
        Assert.InRange(fleet.Nodes.Sum(n => n.Service.Statistics.CopiesRecognised), 20, 20 * 6 * 5);
    }

    [Fact]
    public async Task AMessageOfAnUnsubscribedTopicIsNotDecoded()
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        fleet.Nodes[1].Service.Unsubscribe(TestNode.Topic);
        RawPeer peer = new(99, fleet.Nodes[1]);
        await RawPeer.PublishAsync(await peer.JoinAsync(), [1, 2, 3]);
        Assert.True(await TestNode.WithinAsync(() => fleet.Nodes[1].Service.Statistics.NotSubscribed == 1));
        Assert.Equal(0, fleet.Nodes[1].Handler.Decoded);
    }

    [Fact]
    public async Task PublishFailsOnRejectAndOnIgnore()
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        TestHandler handler = fleet.Nodes[0].Handler;
        handler.OnAdmit = _ => MessageAcceptance.Reject;
        Assert.Equal(PublishOutcome.Rejected, (await fleet.Nodes[0].Service.PublishAsync(TestNode.Topic, new byte[] { 1 })).Outcome);
        handler.OnAdmit = _ => MessageAcceptance.Ignore;
        Assert.Equal(PublishOutcome.Ignored, (await fleet.Nodes[0].Service.PublishAsync(TestNode.Topic, new byte[] { 2 })).Outcome);
        handler.OnAdmit = _ => MessageAcceptance.Accept;
        handler.OnCheck = _ => throw new InvalidOperationException("of the test");
        Assert.Equal(PublishOutcome.Ignored, (await fleet.Nodes[0].Service.PublishAsync(TestNode.Topic, new byte[] { 3 })).Outcome);
        Assert.Equal(1, fleet.Nodes[0].Service.Statistics.HandlerFaults);
        handler.OnCheck = _ => null;
        await fleet.Nodes[0].Service.PublishAsync(TestNode.Topic, new byte[] { 4 });

        Assert.True(await TestNode.WithinAsync(() => !fleet.Nodes[1].Handler.Delivered.IsEmpty));
        Assert.Equal([4], Assert.Single(fleet.Nodes[1].Handler.Delivered).Decoded.Body.ToArray());
        Assert.Empty(fleet.Nodes[0].Handler.Delivered);
    }

    [Fact]
    public async Task AWrongUseIsRefused()
    {
        await using TestNode node = new(1);
        Assert.Throws<ArgumentException>(() => node.Service.Subscribe("/other"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await node.Service.PublishAsync("/other", new byte[1]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await node.Service.PublishAsync(TestNode.Topic, new byte[1]));
        await node.Service.StartAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.Service.StartAsync());
        await Assert.ThrowsAsync<ArgumentException>(async () => await node.Service.PublishAsync(TestNode.Topic, new byte[RpcLimits.MaxRpc]));
        await node.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await node.Service.PublishAsync(TestNode.Topic, new byte[1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => node.Service.GetSnapshotAsync());
    }

    [Fact]
    public async Task APeerThatReturnsIsServedAgain()
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        for (int i = 0; i < 5; i++)
        {
            fleet.Nodes[0].Host.Disconnect(fleet.Nodes[1].Host);
            fleet.Nodes[0].Host.Connect(fleet.Nodes[1].Host);
        }

        // The mesh seen first may be the old connection's: what is published while it is replaced goes to nobody.
        int number = 0;
        Assert.True(await TestNode.WithinAsync(async () =>
        {
            await fleet.Nodes[0].Service.PublishAsync(TestNode.Topic, BitConverter.GetBytes(number++));
            return !fleet.Nodes[1].Handler.Delivered.IsEmpty;
        }));
        fleet.Nodes[0].Host.Disconnect(fleet.Nodes[1].Host);
        Assert.True(await TestNode.WithinAsync(async () => (await fleet.Nodes[0].Service.GetSnapshotAsync()).Peers.Count == 0));
    }

    private static byte[] Message(TestNode node, int number) => [.. node.Host.LocalPeerId.Bytes.Span, .. BitConverter.GetBytes(number), .. new byte[100 * number]];
}
