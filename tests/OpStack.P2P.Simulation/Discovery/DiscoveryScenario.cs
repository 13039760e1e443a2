using OpStack.Discv5;
using OpStack.Discv5.Lookups;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Sessions;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>
/// A network that starts cold: every node knows one boot node, and walks at random as a discovery driver does. After some virtual minutes random
/// lookups are measured against the truth.
/// </summary>
internal static class DiscoveryScenario
{
    private const int Wanted = 16;
    private static readonly TimeSpan WalkInterval = TimeSpan.FromSeconds(30);

    /// <summary>What the lookups of one network showed.</summary>
    /// <param name="Found">Of the 16 truly closest, found per lookup; sorted.</param>
    /// <param name="Asked">FINDNODEs per lookup; sorted.</param>
    /// <param name="Hops">Hops per lookup; sorted.</param>
    /// <param name="DatagramsPerNode">Sent per node, over the whole run.</param>
    /// <param name="TableSize">Mean nodes per table.</param>
    /// <param name="Ended">When the last lookup was over, from the cold start.</param>
    internal sealed record Result(int[] Found, int[] Asked, int[] Hops, double DatagramsPerNode, double TableSize, TimeSpan Ended);

    /// <param name="count">Nodes.</param>
    /// <param name="loss">Share of datagrams that get lost.</param>
    /// <param name="seed">Decides everything.</param>
    /// <param name="begin">When the measured lookups begin, from the cold start.</param>
    /// <param name="lookups">How many, each by another random node if there are enough.</param>
    /// <param name="crypto">What the nodes use keys with; a stand-in when null.</param>
    public static Result Run(int count, double loss, int seed, TimeSpan begin, int lookups, IDiscv5Crypto? crypto = null)
    {
        VirtualNetwork network = new(seed, loss, crypto ?? new StandInCrypto());
        VirtualNode[] nodes = [.. Enumerable.Range(0, count).Select(_ => network.Add())];
        foreach (VirtualNode node in nodes)
        {
            node.AddEnr(nodes[0].Record);
            Walk(node);
        }

        network.Run(begin);
        Random random = new(seed);
        VirtualNode[] order = [.. nodes];
        random.Shuffle(order);
        Probe[] probes = [.. Enumerable.Range(0, lookups).Select(i => Probe.Start(order[i % count], LookupTarget.Random(random)))];
        if (!network.RunUntil(() => Array.TrueForAll(probes, probe => probe.IsDone), LookupLimits.LookupTimeout))
        {
            throw new InvalidOperationException("A lookup did not end within its time.");
        }

        return new Result(
            Sorted(probes, probe => probe.CountFound(nodes)),
            Sorted(probes, probe => probe.Outcome.Asked),
            Sorted(probes, probe => probe.Outcome.Hops),
            network.DatagramsSent / (double)count,
            nodes.Average(node => node.Core.SnapshotMetrics().TableNodes),
            network.Now);
    }

    public static int Median(int[] sorted) => sorted[sorted.Length / 2];

    private static int[] Sorted(Probe[] probes, Func<Probe, int> of)
    {
        int[] values = [.. probes.Select(of)];
        Array.Sort(values);
        return values;
    }

    /// <summary>What a discovery driver does: one random lookup after the other, at an interval.</summary>
    private static void Walk(VirtualNode node)
    {
        node.Lookup(null);
        node.Network.Schedule(WalkInterval, () => Walk(node));
    }

    /// <summary>One measured lookup.</summary>
    private sealed record Probe(VirtualNode Node, NodeId Target, object Caller)
    {
        public bool IsDone => Node.Outcomes.ContainsKey(Caller);

        public RequestOutcome.Nodes Outcome => (RequestOutcome.Nodes)Node.Outcomes[Caller];

        public static Probe Start(VirtualNode node, NodeId target) => new(node, target, node.Lookup(target));

        /// <summary>How many of the truly closest nodes it found, the asking node left out.</summary>
        public int CountFound(VirtualNode[] nodes)
        {
            Comparer<NodeId> byDistance = Comparer<NodeId>.Create((a, b) => NodeId.CompareDistance(Target, a, b));
            HashSet<NodeId> truth = [.. nodes.Where(node => node != Node).Select(node => node.Id).Order(byDistance).Take(Wanted)];
            return Outcome.Records.Count(record => truth.Contains(record.NodeId));
        }
    }
}
