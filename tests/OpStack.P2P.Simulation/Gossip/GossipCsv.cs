using System.Globalization;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>One line per block. Traffic is that of all honest nodes until the next block, divided by their number.</summary>
internal static class GossipCsv
{
    private const string Header =
        "block,published_at_s,live,delivered,share,p50_ms,p99_ms,max_ms,duplicates_per_node,mesh_degree,messages_per_node,control_per_node,bytes_per_node";

    public static void Write(string path, GossipScenario scenario) =>
        File.WriteAllLines(path, scenario.Blocks.Select((block, i) => Line(block, scenario.Traffic.Of(i), scenario.Options.Nodes)).Prepend(Header));

    private static string Line(BlockReport block, (TrafficMeter.Totals Sent, double MeshDegree) traffic, double nodes) => string.Join(
        ',',
        block.Number.ToString(CultureInfo.InvariantCulture),
        Text(block.PublishedAt.TotalSeconds, "F3"),
        block.Live.ToString(CultureInfo.InvariantCulture),
        block.Latencies.Length.ToString(CultureInfo.InvariantCulture),
        Text(block.Share, "F5"),
        Text(block.Percentile(0.5).TotalMilliseconds, "F1"),
        Text(block.Percentile(0.99).TotalMilliseconds, "F1"),
        Text(block.Percentile(1).TotalMilliseconds, "F1"),
        Text(block.Duplicates, "F3"),
        Text(traffic.MeshDegree, "F2"),
        Text(traffic.Sent.Messages / nodes, "F2"),
        Text(traffic.Sent.Control / nodes, "F2"),
        Text(traffic.Sent.Bytes / nodes, "F0"));

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
