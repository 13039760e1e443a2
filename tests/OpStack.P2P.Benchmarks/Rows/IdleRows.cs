using System.Text.Json.Nodes;
using OpStack.P2P.Benchmarks.Children;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>What a whole node costs while nothing happens, and how long it takes to be there (target 7).</summary>
internal static class IdleRows
{
    private const double MaxCoreShare = 0.01;
    private const double MaxResident = 80e6;
    private const double MaxStart = 150e6;
    private const int Peers = 30;
    private const int Starts = 5;
    private const int Slices = 5;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(6);

    public static IEnumerable<Row> Create()
    {
        Lazy<(Samples Shares, Samples Memory)> run = new(() => RunAsync().GetAwaiter().GetResult());
        Lazy<(Samples Times, Samples Processor)> starts = new(() => StartAsync().GetAwaiter().GetResult());
        return
        [
            Row.Measured("Idle node with 30 peers: processor", "1 % of a core", Target.AtMost(1), _ => run.Value.Shares) with { Unit = Unit.CoreShare },
            Row.Measured("Idle node with 30 peers: memory", "80 MB", Target.AtMost(1), _ => run.Value.Memory) with { Unit = Unit.Bytes },
            Row.Measured("From StartAsync to listening, in a new process", "150 ms", Target.TimeAtMost(1), _ => starts.Value.Times),
            Row.Measured("The same, processor time of all threads", "150 ms", Target.None, _ => starts.Value.Processor),
        ];
    }

    private static async Task<(Samples Shares, Samples Memory)> RunAsync()
    {
        await using Child node = Child.Start(Side.Ours, "network");
        await using Child peers = Child.Start(Side.Ours, "blocks");
        JsonNode started = (await node.CallAsync("start").ConfigureAwait(false))!;
        await peers.CallAsync("start", new { count = Peers, degree = 1 }).ConfigureAwait(false);
        await peers.CallAsync("dial", new { address = (string)started["address"]! }).ConfigureAwait(false);
        await node.UntilAsync("hasPeers", new { count = Peers }).ConfigureAwait(false);
        await Task.Delay(Settling).ConfigureAwait(false);
        await node.CallAsync("collect").ConfigureAwait(false);
        List<double> shares = [];
        List<double> memory = [];
        for (int slice = 0; slice < Slices; slice++)
        {
            long begin = Clocks.Wall();
            TimeSpan before = node.Usage().Processor;
            await Task.Delay(Slice).ConfigureAwait(false);
            (TimeSpan after, long resident, _) = node.Usage();
            shares.Add((after - before).TotalNanoseconds / (Clocks.Wall() - begin));
            memory.Add(resident);
        }

        return (Against(shares, MaxCoreShare), Against(memory, MaxResident));
    }

    private static async Task<(Samples Times, Samples Processor)> StartAsync()
    {
        List<double> times = [];
        List<double> processor = [];
        for (int start = 0; start < Starts; start++)
        {
            await using Child node = Child.Start(Side.Ours, "network");
            JsonNode started = (await node.CallAsync("start").ConfigureAwait(false))!;
            times.Add((double)started["took"]!);
            processor.Add((double)started["processor"]!);
        }

        return (Against(times, MaxStart), Against(processor, MaxStart));
    }

    private static Samples Against(List<double> figures, double limit) => new(figures, [.. figures.Select(_ => limit)]);
}
