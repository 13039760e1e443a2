using System.Diagnostics;
using OpStack.Libp2p.Identity;
using OpStack.Primitives;

namespace OpStack.P2P.Devnet;

/// <summary>How one published block fared.</summary>
/// <param name="Number">Its height.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Size">Decompressed bytes.</param>
/// <param name="Transactions">How many.</param>
/// <param name="Delivered">Followers that have it.</param>
/// <param name="Latencies">From publishing to the follower's event, ascending.</param>
/// <param name="MaxHops">Longest way it took; hop 1 is the sequencer's direct peer.</param>
/// <param name="MeshDegree">Mean mesh degree of all nodes on the block's topic.</param>
internal sealed record BlockStatistics(
    ulong Number, Hash256 Hash, int Size, int Transactions, int Delivered, TimeSpan[] Latencies, int MaxHops, double MeshDegree)
{
    public TimeSpan? P50 => Percentile(Latencies, 0.50);

    public TimeSpan? P99 => Percentile(Latencies, 0.99);

    /// <summary>The value that this share of all is not above; null of none.</summary>
    public static TimeSpan? Percentile(TimeSpan[] ascending, double share) =>
        ascending.Length == 0 ? null : ascending[(int)Math.Ceiling(share * ascending.Length) - 1];

    /// <summary>Gathers what the followers have of a block.</summary>
    public static BlockStatistics Of(PublishedBlock block, PeerId sequencer, IReadOnlyList<DevnetNode> followers, double meshDegree)
    {
        Dictionary<PeerId, DevnetNode.Delivery> deliveries = [];
        foreach (DevnetNode follower in followers)
        {
            if (follower.Has(block))
            {
                deliveries[follower.Driver.LocalPeerId] = follower.Deliveries[block.Number];
            }
        }

        TimeSpan[] latencies = [.. deliveries.Values.Select(d => Stopwatch.GetElapsedTime(block.PublishedAt, d.Timestamp)).Order()];
        int hops = deliveries.Keys.Select(peer => Hops(peer, sequencer, deliveries)).DefaultIfEmpty(0).Max();
        return new BlockStatistics(block.Number, block.Hash, block.Size, block.Transactions, deliveries.Count, latencies, hops, meshDegree);
    }

    private static int Hops(PeerId peer, PeerId sequencer, Dictionary<PeerId, DevnetNode.Delivery> deliveries)
    {
        int hops = 1;
        for (PeerId source = deliveries[peer].Source; !source.Equals(sequencer) && deliveries.TryGetValue(source, out DevnetNode.Delivery? d); source = d.Source)
        {
            hops++;
        }

        return hops;
    }
}
