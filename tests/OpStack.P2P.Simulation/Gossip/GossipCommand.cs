using System.Diagnostics;
using System.Globalization;
using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>The simulator as a program: <c>gossip</c> runs one network, <c>gossip-cost</c> prints cost against the number of nodes.</summary>
internal static class GossipCommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    /// <summary>Runs one network, prints a summary and writes a CSV with a line per block.</summary>
    public static int Run(string[] args)
    {
        Arguments arguments = new(args);
        GossipScenarioOptions options = Read(arguments);
        TimeSpan time = TimeSpan.FromMinutes(arguments.Number("minutes", 10));
        string csv = arguments.Text("csv", "");
        arguments.RequireAllUsed();

        Stopwatch watch = Stopwatch.StartNew();
        using GossipScenario scenario = Play(options, time);
        Print(GossipSummary.Of(scenario), scenario, watch.Elapsed);
        if (csv.Length > 0)
        {
            GossipCsv.Write(csv, scenario);
        }

        return 0;
    }

    /// <summary>Prints a line per size.</summary>
    public static int Costs(string[] args)
    {
        Arguments arguments = new(args);
        int[] sizes = [.. arguments.Text("sizes", "100,300,1000,3000").Split(',').Select(int.Parse)];
        TimeSpan time = TimeSpan.FromMinutes(arguments.Number("minutes", 1));
        GossipScenarioOptions options = Read(arguments);
        arguments.RequireAllUsed();
        Console.WriteLine("nodes  delivered  p50 ms  p99 ms  copies  messages  control  control B  bytes  mesh  CPU s  us/node/block");
        foreach (int size in sizes)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            using GossipScenario scenario = Play(options with { Nodes = size }, time);
            GossipSummary sum = GossipSummary.Of(scenario);
            TimeSpan cpu = Environment.CpuUsage.TotalTime - before;
            Line($"{size,5}  {sum.Delivered,9:P3}  {sum.Median.TotalMilliseconds,6:F0}  {sum.P99.TotalMilliseconds,6:F0}  {1 + sum.Duplicates,6:F2}  {sum.MessagesPerBlock,8:F2}  {sum.ControlPerBlock,7:F1}  {sum.ControlBytesPerBlock,9:F0}  {sum.BytesPerBlock,5:F0}  {sum.MeshDegree,4:F1}  {cpu.TotalSeconds,5:F1}  {cpu.TotalMicroseconds / size / sum.Blocks,13:F0}");
        }

        return 0;
    }

    private static GossipScenario Play(GossipScenarioOptions options, TimeSpan time) =>
        new GossipScenario(options).Run(WarmUp).StartBlocks().Run(time).StopBlocks();

    private static GossipScenarioOptions Read(Arguments arguments)
    {
        (double least, double most) = arguments.Range("latency", 20, 120);
        double churn = arguments.Number("churn", 0);
        return new GossipScenarioOptions
        {
            Seed = (int)arguments.Number("seed", 1),
            Nodes = (int)arguments.Number("nodes", 1000),
            BlockTime = TimeSpan.FromSeconds(arguments.Number("block-time", 2)),
            BlockSize = (int)arguments.Number("block-size", 20_000),
            Link = new LinkOptions
            {
                Latency = LinkOptions.Uniform(TimeSpan.FromMilliseconds(least), TimeSpan.FromMilliseconds(most)),
                Jitter = TimeSpan.FromMilliseconds(arguments.Number("jitter", 10)),
                Loss = arguments.Number("loss", 0),
                UplinkBytesPerSecond = arguments.Number("uplink-mbit", 100) * 125_000,
            },
            Node = new GossipNodeOptions
            {
                Version = arguments.Flag("no-idontwant") ? GossipsubVersion.V11 : GossipsubVersion.V12,
                Scoring = new PeerScoreOptions
                {
                    Level = arguments.Flag("no-scores") ? PeerScoreLevel.Off : PeerScoreLevel.Light,
                    ScoreDeliveries = arguments.Flag("score-deliveries"),
                },
            },
            Churn = churn > 0 ? new ChurnOptions { PerMinute = churn } : null,
        };
    }

    private static void Print(GossipSummary sum, GossipScenario scenario, TimeSpan wall)
    {
        Line($"nodes                     {sum.Nodes}, {sum.Blocks} blocks, {scenario.Leaves} leaves");
        Line($"delivered                 {sum.Delivered:P3} of live nodes, worst block {sum.WorstShare:P3}");
        Line($"latency                   p50 {sum.Median.TotalMilliseconds:F0} ms, p99 {sum.P99.TotalMilliseconds:F0} ms, worst block's p99 {sum.WorstP99.TotalMilliseconds:F0} ms");
        Line($"duplicates                {sum.Duplicates:F2} per node and block; mean mesh degree {sum.MeshDegree:F2}");
        Line($"messages sent             {sum.MessagesPerBlock:F2} per node and block");
        Line($"control sent              {sum.ControlPerBlock:F1} RPCs, {sum.ControlBytesPerBlock:F0} bytes per node and block");
        Line($"bytes sent                {sum.BytesPerBlock:F0} per node and block");
        Line($"scores of honest peers    lowest {sum.LowestScore:F2}, {sum.BelowZero:P2} below zero");
        Line($"time                      {wall.TotalSeconds:F1} s, {Environment.CpuUsage.TotalTime.TotalSeconds:F1} s of CPU, {scenario.Network.Time.Steps / 1e6:F1} M steps, checks computed {scenario.Network.Messages.Checks}");
        Line($"trace                     {scenario.Network.Trace} of {scenario.Network.Trace.Entries} entries");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
