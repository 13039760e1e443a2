using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>Memory in flight, and disposal under load.</summary>
public class GossipsubLoadTests
{
    [Fact]
    public async Task FramesInFlightNeverExceedTheirBudget()
    {
        await using TestNode node = await TestNode.StartAsync(1);
        const int peers = 20, chunk = 512 * 1024;
        long most = 0;
        node.Handler.OnDecode = (_, data) => data[..16];
        IByteStream[] streams = [.. await Task.WhenAll(Enumerable.Range(0, peers).Select(i => new RawPeer((byte)(10 + i), node).JoinAsync()))];

        async Task SendAsync(int i)
        {
            byte[] data = new byte[RpcLimits.MaxRpc - 100];
            data[0] = (byte)i;
            GossipFrame frame = GossipFrame.Encode(TestNode.Topic, data);
            for (int at = 0; at < frame.Length; at += chunk)
            {
                await streams[i].WriteAsync(frame.Bytes.Slice(at, Math.Min(chunk, frame.Length - at)), default);
                InterlockedMax(ref most, node.Service.FramesInFlight);
                await Task.Delay(1);
            }

            frame.Release();
        }

        await Task.WhenAll(Enumerable.Range(0, peers).Select(SendAsync)).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.True(await TestNode.WithinAsync(() => node.Handler.Decoded == peers));
        Assert.InRange(most, 6 * (RpcLimits.MaxRpc - 100L), RpcLimits.FramesInFlight);
        Assert.True(await TestNode.WithinAsync(() => node.Service.FramesInFlight == 0));
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
        Assert.InRange(node.Service.MessagesInFlight, room * (RpcLimits.MaxRpc - 100L), RpcLimits.MessagesInFlight);

        release.Set();
        await Task.WhenAll(sending).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(await TestNode.WithinAsync(() => node.Handler.Delivered.Count == peers && node.Service.MessagesInFlight == 0));
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
