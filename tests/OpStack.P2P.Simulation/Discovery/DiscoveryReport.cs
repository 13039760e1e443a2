using System.Diagnostics;
using System.Globalization;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>The table of docs/simulation.md, section Discovery.</summary>
internal static class DiscoveryReport
{
    private const int Seed = 1;
    private const int Lookups = 50;

    /// <summary>Lookups then end before the fifth minute is over.</summary>
    private static readonly TimeSpan Begin = TimeSpan.FromSeconds(285);

    /// <param name="args">Share of datagrams lost, then sizes separated by commas; both have defaults.</param>
    public static int Print(string[] args)
    {
        double loss = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 0.1;
        int[] sizes = args.Length > 1 ? [.. args[1].Split(',').Select(int.Parse)] : [100, 300, 1000, 3000];
        Console.WriteLine("| nodes | of 16 found: median, worst | FINDNODEs per lookup: median, most | hops: median, most | datagrams sent per node | nodes per table | ended at | processor time |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (int size in sizes)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            DiscoveryScenario.Result result = DiscoveryScenario.Run(size, loss, Seed, Begin, Lookups);
            TimeSpan spent = Process.GetCurrentProcess().TotalProcessorTime - before;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {size} | {DiscoveryScenario.Median(result.Found)}, {result.Found[0]} | {DiscoveryScenario.Median(result.Asked)}, {result.Asked[^1]} "
                + $"| {DiscoveryScenario.Median(result.Hops)}, {result.Hops[^1]} | {result.DatagramsPerNode:F0} | {result.TableSize:F1} "
                + $"| {result.Ended:m\\:ss} | {spent.TotalSeconds:F0} s |"));
        }

        return 0;
    }
}
