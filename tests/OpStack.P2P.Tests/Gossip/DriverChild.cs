using System.Diagnostics;
using System.Globalization;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>
/// A whole driver in a process of its own. It begins with a line that is its address, and answers each line of input with one: an address is
/// dialled, "close" closes all connections, "measure" gives connections in, connections out, peers of gossip, managed bytes after a full
/// collection, resident bytes. The end of its input ends it.
/// </summary>
internal static class DriverChild
{
    public const string Name = "driver";

    public static async Task<int> RunAsync()
    {
        // Room for 64 inbound and 30 outbound peers; nobody is trimmed.
        ConnectionLimits limits = new() { MaxInbound = 80, LowWater = 100, HighWater = 128 };
        await using DriverNode node = await DriverNode.StartAsync(b => b.WithConnectionLimits(limits));
        Console.WriteLine(node.Address);
        while (await Console.In.ReadLineAsync() is { } command)
        {
            Console.WriteLine(await AnswerAsync(node.Driver, command));
        }

        return 0;
    }

    private static async Task<string> AnswerAsync(GossipDriver driver, string command)
    {
        switch (command)
        {
            case "measure":
                return await MeasureAsync(driver);
            case "close":
                await Task.WhenAll(driver.ConnectedPeers.Select(peer => driver.DisconnectAsync(peer).AsTask()));
                return "ok";
            default:
                await driver.DialAsync(Multiaddr.Parse(command));
                return "ok";
        }
    }

    private static async Task<string> MeasureAsync(GossipDriver driver)
    {
        int gossiping = (await driver.GetSnapshotAsync()).Peers.Count;
        long heap = 0;
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            heap = GC.GetTotalMemory(forceFullCollection: true);
        }

        SwarmStatistics now = driver.ConnectionManager.Statistics;
        long[] figures = [now.InboundNow, now.OutboundNow, gossiping, heap, Process.GetCurrentProcess().WorkingSet64];
        return string.Join(' ', figures.Select(f => f.ToString(CultureInfo.InvariantCulture)));
    }
}
