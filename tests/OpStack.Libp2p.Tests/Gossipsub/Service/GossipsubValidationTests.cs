using System.Runtime.CompilerServices;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>attack-cases.md row 46: faults of the handler cost a message at most, never a peer.</summary>
public class GossipsubValidationTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("Decode")]
    [InlineData("Check")]
    [InlineData("Admit")]
    [InlineData("Deliver")]
    [Trait("Row", "46")]
    public async Task Row46_AHandlerThatThrowsIsCountedAndNothingElse(string step)
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node);
        IByteStream stream = await peer.JoinAsync();
        T Fail<T>(bool bad, string here, T good) => bad && here == step ? throw new InvalidOperationException("of the test") : good;
        node.Handler.OnDecode = (_, data) => Fail(data[0] == 1, "Decode", data);
        node.Handler.OnCheck = m => Fail<object?>(m.Decoded.Body.Span[0] == 1, "Check", null);
        node.Handler.OnAdmit = m => Fail(m.Decoded.Body.Span[0] == 1, "Admit", MessageAcceptance.Accept);
        node.Handler.OnDeliver = m => Fail(m.Decoded.Body.Span[0] == 1, "Deliver", 0);

        await RawPeer.PublishAsync(stream, [1]);
        await RawPeer.PublishAsync(stream, [2]);

        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 1 && node.Service.Statistics.HandlerFaults == 1));
        RouterSnapshot snapshot = await node.Service.GetSnapshotAsync();
        Assert.Equal((0, 0), (snapshot.Counters.Rejected, snapshot.Validating));
        Assert.Equal(step is "Check" or "Admit" ? 1 : 0, snapshot.Counters.Ignored);
        Assert.Equal(0, node.Service.Statistics.RouterFaults);
    }

    [Fact]
    [Trait("Row", "46")]
    public async Task Row46_ACheckThatTakesTooLongIsIgnored()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node);
        IByteStream stream = await peer.JoinAsync();
        using ManualResetEventSlim release = new();
        int running = 0, most = 0;
        node.Handler.OnCheck = _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Assert.True(release.Wait(TimeSpan.FromSeconds(60)));
            Interlocked.Decrement(ref running);
            return null;
        };
        for (byte i = 0; i < 20; i++)
        {
            await RawPeer.PublishAsync(stream, [i]);
        }

        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Validating == 20));
        Assert.True(await TestNode.WithinAsync(() => Volatile.Read(ref running) == RpcLimits.ValidationConcurrency));
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(2.9));
        Assert.Equal(20, (await node.Service.GetSnapshotAsync()).Validating);
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(0.2));

        RouterSnapshot snapshot = await node.Service.GetSnapshotAsync();
        Assert.Equal((20L, 0L, 0), (snapshot.Counters.Ignored, snapshot.Counters.Rejected, snapshot.Validating));
        Assert.Equal(20, node.Service.Statistics.ValidationTimeouts);
        Assert.Equal(RpcLimits.ValidationConcurrency, most);

        release.Set();
        await RawPeer.PublishAsync(stream, [100]);
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 1));
        Assert.Equal([100], Assert.Single(node.Handler.Delivered).Decoded.Body.ToArray());
    }

    [Fact]
    public void MessagesThatTimedOutBehindStuckChecksAreLetGo()
    {
        using ManualResetEventSlim release = new();
        TestHandler handler = new() { OnCheck = _ => release.Wait(TimeSpan.FromSeconds(60)) };
        TaskTracker tasks = new();
        ValidationLanes lanes = new(handler, tasks, _ => { });
        WeakReference[] bodies = Fill(lanes, 100);
        while (lanes.Expired(RpcLimits.ValidationTimeout) is { } late)
        {
            late.Answer();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.InRange(bodies.Count(body => body.IsAlive), 0, RpcLimits.ValidationConcurrency + 1);
        release.Set();
        GC.KeepAlive(lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Fill(ValidationLanes lanes, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        byte[] body = new byte[1000];
        lanes.Start(new GossipMessage(null, TestNode.Topic, new DecodedMessage(TestHandler.IdOf("", [(byte)i]), body, true)), null, TimeSpan.Zero);
        return new WeakReference(body);
    })];

    [Fact]
    public async Task AFullQueueDropsAndBlamesNobody()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer peer = new(2, node);
        IByteStream stream = await peer.JoinAsync();
        using ManualResetEventSlim release = new();
        node.Handler.OnCheck = _ => release.Wait(TimeSpan.FromSeconds(60));
        for (int i = 0; i < 300; i++)
        {
            await RawPeer.PublishAsync(stream, BitConverter.GetBytes(i));
        }

        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Counters.QueueFull == 300 - 256));
        release.Set();
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 256));

        // What found no room was not remembered: the next copy is taken.
        await RawPeer.PublishAsync(stream, BitConverter.GetBytes(299));
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 257));
        Assert.Equal(0, (await node.Service.GetSnapshotAsync()).Counters.Rejected);
    }

    [Fact]
    public async Task ARejectedMessageIsNeitherDeliveredNorForwarded()
    {
        await using TestNode node = await TestNode.StartAsync(1, _time);
        RawPeer sender = new(2, node), other = new(3, node);
        IByteStream stream = await sender.JoinAsync();
        await other.JoinAsync();
        await node.AdvanceAsync(_time, TimeSpan.FromSeconds(1));
        node.Handler.OnAdmit = m => m.Decoded.Body.Span[0] == 1 ? MessageAcceptance.Reject : MessageAcceptance.Accept;
        await RawPeer.PublishAsync(stream, [1]);
        await RawPeer.PublishAsync(stream, [2]);

        Assert.True(await TestNode.WithinAsync(() => other.Messages.Any()));
        Assert.Equal([2], Assert.Single(other.Messages));
        Assert.Equal([2], Assert.Single(node.Handler.Delivered).Decoded.Body.ToArray());
        Assert.Equal(1, (await node.Service.GetSnapshotAsync()).Counters.Rejected);
    }
}
