using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>Memory in flight, and disposal under load.</summary>
public class GossipsubLoadTests
{
    // The clock stands still: nothing is revoked, however slow the machine is.
    [Fact]
    public async Task FramesInFlightNeverExceedTheirBudget()
    {
        await using TestNode node = await TestNode.StartAsync(1, new FakeTimeProvider());
        const int peers = 12, chunk = 512 * 1024, length = RpcLimits.MaxRpc - 100;
        node.Handler.OnDecode = (_, data) => data[..16];
        IByteStream[] streams = [.. await Task.WhenAll(Enumerable.Range(0, peers).Select(i => new RawPeer((byte)(10 + i), node).JoinAsync()))];
        GossipFrame[] frames = [.. Enumerable.Range(0, peers).Select(i => GossipFrame.Encode(TestNode.Topic, [(byte)i, .. new byte[length - 1]]))];
        long room = frames[0].Length - Varint.LengthOf((ulong)frames[0].Length);

        // Every peer begins; as many as fit get room, and the others none until one of them ends.
        await Task.WhenAll(Enumerable.Range(0, peers).Select(i => streams[i].WriteAsync(frames[i].Bytes[..chunk], default).AsTask()));
        Assert.True(await TestNode.WithinAsync(async () => (await node.BacklogAsync()).FrameBytes == RpcLimits.LargeFramesInFlight / room * room));

        long most = 0;
        await Task.WhenAll(Enumerable.Range(0, peers).Select(async i =>
        {
            for (int at = chunk; at < frames[i].Length; at += chunk)
            {
                await streams[i].WriteAsync(frames[i].Bytes.Slice(at, Math.Min(chunk, frames[i].Length - at)), default);
                InterlockedMax(ref most, (await node.BacklogAsync()).FrameBytes);
            }
        })).WaitAsync(TimeSpan.FromMinutes(5));

        Assert.True(await TestNode.WithinAsync(() => node.Handler.Decoded == peers));
        Assert.InRange(most, room, RpcLimits.LargeFramesInFlight);
        Assert.True(await TestNode.WithinAsync(async () => (await node.BacklogAsync()).FrameBytes == 0));
        Assert.Equal(0, node.Service.Statistics.FramesRevoked);
        Array.ForEach(frames, frame => frame.Release());
    }

    // A frame of 10 MiB at 1 MB/s keeps its pace and says nothing, so it costs no score. Thirty such peers held up everybody's blocks for most of a minute.
    [Fact]
    public async Task LongFramesAtTheSlowestPaceDelayNoBlock()
    {
        FakeTimeProvider time = new();
        await using TestNode node = await TestNode.StartAsync(1, time);
        const int attackers = 30;
        for (int i = 0; i < attackers; i++)
        {
            IByteStream stream = await new RawPeer((byte)(10 + i), node).JoinAsync();
            await stream.WriteAsync((byte[])[0x80, 0x80, 0x80, 0x05, .. new byte[100_000]], default);
        }

        Assert.True(await TestNode.WithinAsync(async () => (await node.BacklogAsync()).FrameBytes > RpcLimits.LargeFramesInFlight - RpcLimits.MaxRpc));
        IByteStream honest = await new RawPeer(2, node).JoinAsync();
        await RawPeer.PublishAsync(honest, new byte[RpcLimits.OrdinaryFrame - 100]);
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == 1));
        Assert.Equal(0, node.Service.Statistics.FramesRevoked);
    }

    [Fact]
    public async Task MessagesWithoutAVerdictNeverExceedTheirBudget()
    {
        await using TestNode node = await TestNode.StartAsync(1, new FakeTimeProvider());
        const int peers = 10;
        using ManualResetEventSlim release = new();
        node.Handler.OnDecode = (_, _) => [];
        node.Handler.OnCheck = _ => release.Wait(TimeSpan.FromSeconds(60));
        Task[] sending = [.. Enumerable.Range(0, peers).Select(async i =>
        {
            IByteStream stream = await new RawPeer((byte)(10 + i), node).JoinAsync();
            byte[] data = new byte[RpcLimits.MaxRpc - 100];
            data[0] = (byte)i;
            await RawPeer.PublishAsync(stream, data);
        })];

        int room = RpcLimits.MessagesInFlight / RpcLimits.MaxRpc;
        Assert.True(await TestNode.WithinAsync(async () => (await node.Service.GetSnapshotAsync()).Validating == room));
        await Task.Delay(200);
        Assert.Equal(room, (await node.Service.GetSnapshotAsync()).Validating);
        Assert.InRange((await node.BacklogAsync()).MessageBytes, room * (RpcLimits.MaxRpc - 100L), RpcLimits.MessagesInFlight);

        release.Set();
        await Task.WhenAll(sending).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(await TestNode.WithinAsync(async () => node.Handler.Delivered.Count == peers && (await node.BacklogAsync()).MessageBytes == 0));
    }

    [Fact]
    public async Task DisposalUnderLoadLeavesNothingRunning()
    {
        Fleet fleet = await Fleet.StartAsync(5);
        using CancellationTokenSource stop = new();
        Task[] publishing = [.. fleet.Nodes.Select(node => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                try
                {
                    await node.Service.PublishAsync(TestNode.Topic, (byte[])[.. node.Host.LocalPeerId.Bytes.Span, .. BitConverter.GetBytes(i), .. new byte[50_000]]);
                }
                catch (ObjectDisposedException)
                {
                    return;
                }
            }
        }))];
        Assert.True(await TestNode.WithinAsync(() => fleet.Nodes.All(n => n.Handler.Delivered.Count > 100)));

        await Task.WhenAll(fleet.Nodes.Select(n => n.DisposeAsync().AsTask()).Concat(fleet.Nodes.Select(n => n.DisposeAsync().AsTask()))).WaitAsync(TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await Task.WhenAll(publishing).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.All(fleet.Nodes, node => Assert.Equal(0, node.Service.RunningTasks));
        await fleet.DisposeAsync();
        Assert.All(fleet.Nodes, node => Assert.Equal(0, node.Service.Statistics.RouterFaults));
        int delivered = fleet.Nodes.Sum(n => n.Handler.Delivered.Count);
        await Task.Delay(100);
        Assert.Equal(delivered, fleet.Nodes.Sum(n => n.Handler.Delivered.Count));
    }

    [Fact]
    public async Task DisposalWithoutAStartIsQuick()
    {
        TestNode node = new(1);
        node.Service.Subscribe(TestNode.Topic);
        await node.DisposeAsync();
        await node.DisposeAsync();
        Assert.Equal(0, node.Service.RunningTasks);
    }

    private static void InterlockedMax(ref long target, long value)
    {
        long seen = Volatile.Read(ref target);
        while (value > seen)
        {
            long before = Interlocked.CompareExchange(ref target, value, seen);
            seen = before == seen ? value : before;
        }
    }
}
