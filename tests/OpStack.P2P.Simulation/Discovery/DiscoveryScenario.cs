using System.Diagnostics;
using System.Globalization;
using OpStack.Discv5;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>
/// A network that starts cold: every node knows one boot node. After some virtual minutes random lookups are measured against the truth.
/// </summary>
internal static class DiscoveryScenario
{
    private const int Wanted = 16;
    private static readonly TimeSpan WalkInterval = TimeSpan.FromSeconds(30);

    /// <summary>What the lookups of one network showed.</summary>
    /// <param name="Nodes">Nodes of the network.</param>
    /// <param name="Found">Of the 16 truly closest, found per lookup; sorted.</param>
    /// <param name="Asked">FINDNODEs per lookup; sorted.</param>
    /// <param name="Hops">Hops per lookup; sorted.</param>
    /// <param name="DatagramsPerNode">Sent per node and virtual minute, over the whole run.</param>
    /// <param name="TableSize">Mean nodes per table.</param>
    internal sealed record Result(int Nodes, int[] Found, int[] Asked, int[] Hops, double DatagramsPerNode, double TableSize);

    public static int Print(string[] args)
    {
        double loss = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 0.1;
        int[] sizes = args.Length > 1 ? [.. args[1].Split(',').Select(int.Parse)] : [100, 300, 1000, 3000];
        Console.WriteLine("nodes  found/16 median  worst  asked median  max  hops median  max  datagrams/node/min  table  seconds");
        foreach (int size in sizes)
        {
            Stopwatch watch = Stopwatch.StartNew();
            Result result = Run(size, loss, seed: 1, TimeSpan.FromMinutes(5), lookups: 50);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{size,5}  {Median(result.Found),15}  {result.Found[0],5}  {Median(result.Asked),12}  {result.Asked[^1],3}  {Median(result.Hops),11}  {result.Hops[^1],3}  "
                + $"{result.DatagramsPerNode,18:F1}  {result.TableSize,5:F1}  {watch.Elapsed.TotalSeconds,7:F1}"));
        }

        return 0;
    }

    public static Result Run(int count, double loss, int seed, TimeSpan warmUp, int lookups)
    {
        VirtualNetwork network = new(seed, loss);
        VirtualNode[] nodes = [.. Enumerable.Range(0, count).Select(_ => network.Add())];
        foreach (VirtualNode node in nodes.Skip(1))
            node.Do(new ProtocolInput.AddEnr(nodes[0].Record));
        foreach (VirtualNode node in nodes)
            Walk(node);
        network.Run(warmUp);

        Random random = new(seed);
        int[] found = new int[lookups], asked = new int[lookups], hops = new int[lookups];
        for (int i = 0; i < lookups; i++)
        {
            VirtualNode node = nodes[random.Next(count)];
            NodeId target = Discv5.Lookups.LookupTarget.Random(random);
            long before = node.Core.SnapshotMetrics().LookupQueries;
            object caller = node.Lookup(target);
            network.RunUntil(() => node.Outcomes.ContainsKey(caller), TimeSpan.FromMinutes(2));
            RequestOutcome.Nodes outcome = (RequestOutcome.Nodes)node.Outcomes[caller];
            IReadOnlyList<Enr> result = outcome.Records;
            Comparer<NodeId> byDistance = Comparer<NodeId>.Create((a, b) => NodeId.CompareDistance(target, a, b));
            NodeId[] truth = [.. nodes.Where(n => n != node).Select(n => n.Id).Order(byDistance).Take(Wanted)];
            found[i] = result.Count(record => truth.Contains(record.NodeId));
            hops[i] = outcome.Hops;
            asked[i] = (int)(node.Core.SnapshotMetrics().LookupQueries - before);
        }

        Array.Sort(found);
        Array.Sort(asked);
        Array.Sort(hops);
        double table = nodes.Average(node => node.Core.SnapshotMetrics().TableNodes);
        return new Result(count, found, asked, hops, network.DatagramsSent / (double)count / network.Now.TotalMinutes, table);
    }

    /// <summary>What a discovery driver does: one random lookup after the other, at an interval.</summary>
    private static void Walk(VirtualNode node)
    {
        node.Lookup(null);
        node.Network.Schedule(WalkInterval, () => Walk(node));
    }

    public static int Median(int[] sorted) => sorted[sorted.Length / 2];
}
