using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>
/// A <see cref="VictimNode"/> as a process of its own. It begins with a line, its <see cref="VictimDoors"/>, and answers each line of input
/// with one: "peek" and "measure" (after full collections) with its <see cref="VictimFigures"/>, "turn" as "measure" and "reset" at once, "reset" begins new peaks and deliveries,
/// "leak N" holds N bytes for ever, "rpc JSON" with what its RPC answers. The end of its input ends it.
/// </summary>
internal sealed class VictimChild : IDisposable
{
    public const string Verb = "victim";

    private readonly VictimNode _node;
    private readonly PeakWatch _peaks;
    private readonly List<byte[]> _leaked = [];
    private long _unobserved;

    private VictimChild(VictimNode node)
    {
        _node = node;
        _peaks = new PeakWatch(node.Handler.Gossip.ConnectionManager);
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    /// <summary>On the main thread, so that waiting for a line takes none of the pool's.</summary>
    public static int Run()
    {
        VictimNode node = VictimNode.StartAsync().GetAwaiter().GetResult();
        using (VictimChild child = new(node))
        {
            Console.WriteLine(JsonSerializer.Serialize(node.Doors));
            while (Console.In.ReadLine() is { } command)
            {
                Console.WriteLine(child.AnswerAsync(command).GetAwaiter().GetResult());
            }
        }

        node.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }

    public void Dispose()
    {
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        _peaks.Dispose();
    }

    private async Task<string> AnswerAsync(string command)
    {
        switch (command.Split(' ', 2))
        {
            case ["reset"]:
                _peaks.Reset();
                _node.Deliveries.Reset();
                return "ok";
            case ["leak", string bytes]:
                _leaked.Add(new byte[int.Parse(bytes, CultureInfo.InvariantCulture)]);
                return "ok";
            case ["rpc", string json]:
                byte[]? answer = await _node.Handler.Rpc.HandleAsync(System.Text.Encoding.UTF8.GetBytes(json));
                return System.Text.Encoding.UTF8.GetString(answer ?? []);
            case ["measure"]:
                Collect();
                return JsonSerializer.Serialize(await FiguresAsync(reset: false));
            case ["turn"]:
                Collect();
                return JsonSerializer.Serialize(await FiguresAsync(reset: true));
            default:
                return JsonSerializer.Serialize(await FiguresAsync(reset: false));
        }
    }

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        NativeHeap.Trim();
    }

    private async Task<VictimFigures> FiguresAsync(bool reset)
    {
        NetworkHandler node = _node.Handler;
        SwarmStatistics swarm = node.Gossip.ConnectionManager.Statistics;
        RouterSnapshot router = await node.Gossip.GetSnapshotAsync();
        GossipsubStatistics gossip = node.Gossip.Statistics;
        DiscoveryMetrics? discovery = node.Discovery is { } handler ? await handler.GetMetricsAsync() : null;
        using Process self = Process.GetCurrentProcess();
        VictimFigures figures = new()
        {
            ProcessId = Environment.ProcessId,
            ResidentSet = Environment.WorkingSet,
            Heap = GC.GetTotalMemory(forceFullCollection: false),
            Committed = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes,
            Descriptors = OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : self.HandleCount,
            Tasks = node.Gossip.Host.RunningTasks + node.Gossip.Gossipsub.RunningTasks,
            Timers = Timer.ActiveCount,
            Threads = self.Threads.Count,
            PoolThreads = ThreadPool.ThreadCount,
            CpuSeconds = self.TotalProcessorTime.TotalSeconds,
            Inbound = swarm.InboundNow,
            Outbound = swarm.OutboundNow,
            HalfOpen = swarm.HalfOpenInboundNow,
            GossipPeers = router.Peers.Count,
            Unobserved = Interlocked.Read(ref _unobserved),
            Graylisted = router.Counters.Graylisted,
            Penalties = router.Counters.Penalties,
            Bans = node.Gossip.Gater.ListBans().Count,
            Refused = swarm.Refused.Values.Sum(),
            TooLate = gossip.ValidationTimeouts,
            Rejected = router.Counters.Rejected,
            GossipFaults = gossip.RouterFaults + gossip.HandlerFaults,
            PartFaults = node.Parts.Sum(part => part.Faults),
            DiscoveryIsHealthy = node.Discovery?.Health == Discv5.Discv5Health.Healthy,
            UdpSent = discovery?.Protocol.BytesSent ?? 0,
        };
        return _peaks.AddTo(_node.Deliveries.AddTo(figures, reset), reset);
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        Interlocked.Increment(ref _unobserved);
        Console.Error.WriteLine($"unobserved: {e.Exception}");
    }
}
