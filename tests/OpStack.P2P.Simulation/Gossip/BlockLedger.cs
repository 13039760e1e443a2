using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>What became of one block.</summary>
/// <param name="Number">Its number.</param>
/// <param name="PublishedAt">When, in virtual time.</param>
/// <param name="Live">Nodes that were live for it, the publisher not counted.</param>
/// <param name="Latencies">From publish to delivery, of every live node that got it; sorted.</param>
/// <param name="Copies">Copies that reached live nodes, the first of each included.</param>
/// <param name="Missed">Live nodes that did not get it.</param>
internal sealed record BlockReport(
    ulong Number, TimeSpan PublishedAt, int Live, TimeSpan[] Latencies, long Copies, IReadOnlyList<int> Missed)
{
    /// <summary>Copies beyond the first per live node that got it.</summary>
    public double Duplicates => Latencies.Length == 0 ? 0 : (Copies - Latencies.Length) / (double)Latencies.Length;

    /// <summary>Share of live nodes that got it.</summary>
    public double Share => Live == 0 ? 1 : Latencies.Length / (double)Live;

    /// <summary>The latency that this share of the nodes stayed within; zero when none got it.</summary>
    public TimeSpan Percentile(double share) => Of(Latencies, share);

    /// <summary>The same of any sorted values.</summary>
    public static TimeSpan Of(TimeSpan[] sorted, double share) =>
        sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Min((int)Math.Ceiling(share * sorted.Length) - 1, sorted.Length - 1)];
}

/// <summary>
/// Who got which block, when and how often. A node is live for a block if it had a peer when the block was published, and from then until
/// the deadline was neither gone nor without any peer. Only live nodes count.
/// </summary>
internal sealed class BlockLedger(int nodes)
{
    private readonly Dictionary<MessageId, Entry> _open = [];
    private readonly NodeBlocks[] _nodes = new NodeBlocks[nodes];

    /// <summary>Blocks past their deadline.</summary>
    public List<BlockReport> Reports { get; } = [];

    /// <summary>What a node got of all blocks, of those too for which it was not live.</summary>
    public NodeBlocks At(int node) => _nodes[node];

    public void Published(MessageId id, ulong number, TimeSpan now, int publisher, Func<int, bool> isLive)
    {
        Entry entry = new(number, now, new TimeSpan?[nodes], new int[nodes], new bool[nodes]);
        for (int i = 0; i < nodes; i++)
        {
            entry.IsLive[i] = i != publisher && isLive(i);
        }

        _open.Add(id, entry);
    }

    public void Delivered(int node, MessageId id, TimeSpan now)
    {
        if (node < nodes && _open.TryGetValue(id, out Entry? entry))
        {
            entry.DeliveredAt[node] ??= now;
            _nodes[node] += new NodeBlocks(1, 0, now - entry.PublishedAt);
        }
    }

    public void Copy(int node, MessageId id)
    {
        if (node < nodes && _open.TryGetValue(id, out Entry? entry))
        {
            entry.Copies[node]++;
            _nodes[node] += new NodeBlocks(0, 1, TimeSpan.Zero);
        }
    }

    /// <summary>The node is gone, or without any peer.</summary>
    public void Left(int node)
    {
        if (node < nodes)
        {
            foreach (Entry entry in _open.Values)
            {
                entry.IsLive[node] = false;
            }
        }
    }

    /// <summary>The block's deadline: what has not arrived by now counts as missed.</summary>
    public BlockReport Close(MessageId id)
    {
        _open.Remove(id, out Entry? entry);
        List<TimeSpan> latencies = [];
        List<int> missed = [];
        long copies = 0;
        for (int i = 0; i < nodes; i++)
        {
            if (!entry!.IsLive[i])
            {
                continue;
            }

            copies += entry.Copies[i];
            if (entry.DeliveredAt[i] is { } at)
            {
                latencies.Add(at - entry.PublishedAt);
            }
            else
            {
                missed.Add(i);
            }
        }

        latencies.Sort();
        BlockReport report = new(entry!.Number, entry.PublishedAt, latencies.Count + missed.Count, [.. latencies], copies, missed);
        Reports.Add(report);
        return report;
    }

    private sealed record Entry(ulong Number, TimeSpan PublishedAt, TimeSpan?[] DeliveredAt, int[] Copies, bool[] IsLive);
}

/// <summary>What one node got of all blocks published, up to the deadline of each.</summary>
/// <param name="Deliveries">Blocks delivered.</param>
/// <param name="Copies">Copies that reached it, the first of each included.</param>
/// <param name="Latency">From publish to delivery, the sum of all.</param>
internal readonly record struct NodeBlocks(long Deliveries, long Copies, TimeSpan Latency)
{
    public static NodeBlocks operator +(NodeBlocks a, NodeBlocks b) => new(a.Deliveries + b.Deliveries, a.Copies + b.Copies, a.Latency + b.Latency);
}
