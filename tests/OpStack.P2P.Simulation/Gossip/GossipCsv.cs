using System.Globalization;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>One line per block.</summary>
internal static class GossipCsv
{
    private const string Header = "block,published_at_s,live,delivered,share,p50_ms,p99_ms,max_ms,duplicates_per_node";

    public static void Write(string path, IReadOnlyList<BlockReport> blocks) => File.WriteAllLines(path, blocks.Select(Line).Prepend(Header));

    private static string Line(BlockReport block) => string.Create(
        CultureInfo.InvariantCulture,
        $"{block.Number},{block.PublishedAt.TotalSeconds:F3},{block.Live},{block.Latencies.Length},{block.Share:F5},{Milliseconds(block, 0.5)},{Milliseconds(block, 0.99)},{Milliseconds(block, 1)},{block.Duplicates:F3}");

    private static string Milliseconds(BlockReport block, double share) =>
        block.Percentile(share).TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);
}
