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
    public TimeSpan P50 => Percentile(Latencies, 0.50);

    public TimeSpan P99 => Percentile(Latencies, 0.99);

    public static TimeSpan Percentile(TimeSpan[] ascending, double share) =>
        ascending.Length == 0 ? TimeSpan.Zero : ascending[Math.Min(ascending.Length - 1, (int)Math.Ceiling(share * ascending.Length) - 1)];

    /// <summary>Gathers what the followers have of a block. A delivery of another block at the same height does not count.</summary>
    public static BlockStatistics Of(
        OpNetworkPayloadEnvelope block, long publishedAt, PeerId sequencer, IReadOnlyList<DevnetNode> followers, double meshDegree)
    {
        ulong number = block.Payload.BlockNumber;
        Dictionary<PeerId, DevnetNode.Delivery> deliveries = [];
        foreach (DevnetNode follower in followers)
        {
            if (follower.Deliveries.TryGetValue(number, out DevnetNode.Delivery? delivery) && delivery.BlockHash == block.Payload.BlockHash)
            {
                deliveries[follower.Driver.LocalPeerId] = delivery;
            }
        }

        TimeSpan[] latencies = [.. deliveries.Values.Select(d => Stopwatch.GetElapsedTime(publishedAt, d.Timestamp)).Order()];
        int hops = deliveries.Keys.Select(peer => Hops(peer, sequencer, deliveries)).DefaultIfEmpty(0).Max();
        return new BlockStatistics(
            number, block.Payload.BlockHash, block.Body.Length + BlockSignature.Size, block.Payload.Transactions.Count,
            deliveries.Count, latencies, hops, meshDegree);
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
