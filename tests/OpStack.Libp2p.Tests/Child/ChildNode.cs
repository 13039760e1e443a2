using System.Diagnostics;
using System.Globalization;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Tests.Child;

/// <summary>
/// A node that takes commands line by line and answers each with a line: "dial ADDRESS", "measure", "faults" (of accepting; takes no
/// descriptor), "eat N" (open files up to descriptor N), "free", "close" (all connections). It begins with a line that is its address.
/// The end of its input ends it.
/// </summary>
internal sealed class ChildNode : IAsyncDisposable
{
    private readonly KeyPair _key = KeyPair.GenerateEd25519();
    private readonly List<FileStream> _eaten = [];
    private readonly Swarm _swarm;

    private ChildNode()
    {
        // Room for the 64 inbound and 30 outbound peers of the tests; nobody is trimmed.
        ConnectionLimits limits = new() { MaxInbound = 80, LowWater = 100, HighWater = 128 };
        _swarm = new Swarm(_key, new SwarmOptions { Limits = limits });
    }

    public static async Task RunAsync(TextReader commands, TextWriter answers)
    {
        await using ChildNode node = new();
        Multiaddr address = node._swarm.Listen(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"));
        await answers.WriteLineAsync($"{address.WithPeerId(node._swarm.LocalPeerId)}");
        while (await commands.ReadLineAsync() is { } command)
        {
            await answers.WriteLineAsync(await node.AnswerAsync(command.Split(' ')));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Free();
        await _swarm.DisposeAsync();
        _key.Dispose();
    }

    private async Task<string> AnswerAsync(string[] command)
    {
        switch (command[0])
        {
            case "dial":
                return await DialAsync(Multiaddr.Parse(command[1]));
            case "close":
                await Task.WhenAll(_swarm.ConnectedPeers.Select(p => _swarm.DisconnectAsync(p).AsTask()));
                return "ok";
            case "eat":
                return Eat(int.Parse(command[1], CultureInfo.InvariantCulture));
            case "free":
                Free();
                return "ok";
            case "faults":
                return _swarm.Statistics.AcceptFaults.ToString(CultureInfo.InvariantCulture);
            default:
                return Measure();
        }
    }

    private async Task<string> DialAsync(Multiaddr address)
    {
        try
        {
            await _swarm.DialAsync(address.PeerId!, [address], new DialOptions { IgnoreBackoff = true });
            return "ok";
        }
        catch (Libp2pException e)
        {
            return e.Error.ToString();
        }
    }

    private string Eat(int upTo)
    {
        do
        {
            _eaten.Add(File.OpenRead("/dev/null"));
        }
        while (_eaten[^1].SafeFileHandle.DangerousGetHandle() < upTo);
        return "ok";
    }

    private void Free()
    {
        _eaten.ForEach(f => f.Dispose());
        _eaten.Clear();
    }

    private string Measure()
    {
        SwarmStatistics now = _swarm.Statistics;
        long heap = 0;
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            heap = GC.GetTotalMemory(forceFullCollection: true);
        }

        long[] figures =
        [
            now.InboundNow,
            now.OutboundNow,
            now.HalfOpenInboundNow,
            now.AcceptFaults,
            _swarm.RunningTasks,
            Directory.GetFiles("/proc/self/fd").Length,
            heap,
            Process.GetCurrentProcess().WorkingSet64,
            ThreadPool.ThreadCount,
        ];
        return string.Join(' ', figures.Select(f => f.ToString(CultureInfo.InvariantCulture)));
    }
}

/// <summary>The figures of a child node, in the order in which it writes them.</summary>
/// <param name="Inbound">Connections.</param>
/// <param name="Outbound">Connections.</param>
/// <param name="HalfOpen">Inbound handshakes under way.</param>
/// <param name="AcceptFaults">Faults of accepting since it began.</param>
/// <param name="Tasks">Tasks of the swarm, the accept loop among them.</param>
/// <param name="Descriptors">Open file descriptors of the process.</param>
/// <param name="Heap">Managed bytes after a full collection.</param>
/// <param name="ResidentSet">Resident bytes.</param>
/// <param name="Threads">Threads of the pool.</param>
internal sealed record ChildFigures(
    long Inbound, long Outbound, long HalfOpen, long AcceptFaults, long Tasks, long Descriptors, long Heap, long ResidentSet, long Threads);
