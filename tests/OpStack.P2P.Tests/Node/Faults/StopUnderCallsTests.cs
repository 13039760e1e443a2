using System.Collections.Concurrent;
using System.Threading.Channels;
using OpStack.Discv5;
using OpStack.Libp2p;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Peers;
using Xunit.Abstractions;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>
/// Attack-cases.md row 60: whatever a host calls at whatever moment of a stop, connected to a peer that publishes, is done or refused in a word of
/// ours; nothing waits for ever, and the stop ends.
/// </summary>
[Trait("Row", "60")]
public sealed class StopUnderCallsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Calls_at_any_moment_of_a_stop_end_and_so_does_the_stop()
    {
        using FakeSigner signer = new();
        await using TestNetwork peer = await TestNetwork.StartAsync(config => config with { Discovery = false, Signer = signer });
        ConcurrentDictionary<string, int> outcomes = new();
        int steps = await StopAsync(peer, signer, at: 1, outcomes);
        for (int at = 2; at <= steps; at++)
        {
            await StopAsync(peer, signer, at, outcomes);
        }

        output.WriteLine($"{steps} uses of the clock; {string.Join(", ", outcomes.Select(o => $"{o.Value} {o.Key}"))}");
        Assert.InRange(steps, 5, 500);
        Assert.NotEmpty(outcomes);
    }

    /// <summary>Makes every call at a use of the clock by the stop, and tells how often that used it.</summary>
    private static async Task<int> StopAsync(TestNetwork peer, FakeSigner signer, int at, ConcurrentDictionary<string, int> outcomes)
    {
        TaskCompletionSource moment = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int before = int.MaxValue;
        CountingTimeProvider time = new(use =>
        {
            if (use - Volatile.Read(ref before) == at)
            {
                moment.TrySetResult();
            }
        });
        TestNetwork us = await TestNetwork.StartAsync(
            config => config with { Signer = signer, StaticPeers = [peer.Address] }, builder => builder.WithTimeProvider(time));
        await Until.TrueAsync(() => us.Gossip.ConnectedPeers.Count == 1);
        Discv5Handler discovery = us.Handler.Discovery!;
        Task calls = CallAsync(moment.Task, us, discovery, peer.Gossip.LocalPeerId, outcomes);
        Volatile.Write(ref before, time.Uses);
        Task stop = us.Network.DisposeAsync().AsTask();
        await peer.Handler.PublishAsync(DriverNode.Block((ulong)at));
        await stop.WaitAsync(DriverNode.Patience);
        int uses = time.Uses - before;
        moment.TrySetResult(); // If it was shorter this time, the calls come after it.
        await calls.WaitAsync(DriverNode.Patience);
        return uses;
    }

    private static async Task CallAsync(
        Task moment, TestNetwork us, Discv5Handler discovery, PeerId peer, ConcurrentDictionary<string, int> outcomes)
    {
        await moment;
        NetworkHandler node = us.Handler;
        SyncRange range = new(1, 2, default);
        Multiaddr nobody = Multiaddr.Parse($"/ip4/127.0.0.1/tcp/1/p2p/{TestPeers.Of(1)}");
        Func<Task>[] calls =
        [
            () => us.Network.DisposeAsync().AsTask(),
            () => us.Network.StartAsync(),
            () => node.PublishAsync(DriverNode.Block(1_000)).AsTask(),
            () => node.PostUnsafePayloadAsync(DriverNode.Block(1_001)).AsTask(),
            () => node.Sync!.RequestRangeAsync(range, (_, _) => ValueTask.CompletedTask),
            () => node.Gossip.DialAsync(nobody).AsTask(),
            () => node.Gossip.PingAsync(peer).AsTask(),
            () => node.Gossip.DisconnectAsync(peer).AsTask(),
            () => node.Gossip.GetSnapshotAsync(),
            () => node.Payloads.WriteAsync(DriverNode.Block(1_002)).AsTask(),
            () => discovery.GetTableEnrsAsync(),
            () => discovery.GetMetricsAsync(),
            () => discovery.BanAsync([nobody], TimeSpan.FromHours(1)).AsTask(),
            () => Task.Run(() => node.Gossip.Gater.BanPeer(TestPeers.Of(2), TimeSpan.FromHours(1), "test")),
        ];
        await Task.WhenAll(calls.Select(call => Task.Run(async () =>
        {
            string outcome = await OutcomeAsync(call);
            outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);
        })));
    }

    private static async Task<string> OutcomeAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(DriverNode.Patience);
            return "done";
        }
        catch (Exception e) when (e is ObjectDisposedException or Libp2pException or Discv5Exception or NetworkException or PublishException
            or ChannelClosedException)
        {
            return e.GetType().Name;
        }
    }
}
