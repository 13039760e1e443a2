namespace OpStack.P2P.Simulation.Gossip;

/// <summary>A run in figures.</summary>
/// <param name="Nodes">Honest nodes.</param>
/// <param name="Blocks">Blocks past their deadline.</param>
/// <param name="WorstShare">Deliveries of the worst block, of its live nodes.</param>
/// <param name="Delivered">Deliveries of all blocks together, of their live nodes.</param>
/// <param name="Median">Half of all deliveries came this fast.</param>
/// <param name="P99">99 % of all deliveries came this fast.</param>
/// <param name="WorstP99">The p99 of the slowest block.</param>
/// <param name="Duplicates">Copies beyond the first, per node and block.</param>
/// <param name="MeshDegree">Mean mesh degree.</param>
/// <param name="ControlPerBlock">RPCs of control sent per node and block.</param>
/// <param name="ControlBytesPerBlock">Their bytes.</param>
/// <param name="MessagesPerBlock">Messages sent per node and block.</param>
/// <param name="BytesPerBlock">Bytes sent per node and block, control included.</param>
/// <param name="LowestScore">The lowest score that an honest node gives an honest peer at the end.</param>
/// <param name="BelowZero">Share of the pairs of connected honest nodes in which the one gives the other less than zero.</param>
internal sealed record GossipSummary(
    int Nodes,
    int Blocks,
    double WorstShare,
    double Delivered,
    TimeSpan Median,
    TimeSpan P99,
    TimeSpan WorstP99,
    double Duplicates,
    double MeshDegree,
    double ControlPerBlock,
    double ControlBytesPerBlock,
    double MessagesPerBlock,
    double BytesPerBlock,
    double LowestScore,
    double BelowZero)
{
    public static GossipSummary Of(GossipScenario scenario)
    {
        IReadOnlyList<BlockReport> blocks = scenario.Blocks;
        TimeSpan[] latencies = [.. blocks.SelectMany(block => block.Latencies)];
        Array.Sort(latencies);
        double perBlock = (double)scenario.Options.Nodes * blocks.Count;
        TrafficMeter.Totals sent = scenario.Traffic.Sent;
        double[] scores = [.. scenario.Nodes.SelectMany(node => node.Links.Values.Select(link => link.To).OfType<GossipNode>()
            .Where(peer => peer.Index < scenario.Options.Nodes).Select(peer => node.Score(peer)))];
        return new GossipSummary(
            scenario.Options.Nodes,
            blocks.Count,
            blocks.Min(block => block.Share),
            latencies.Length / (double)blocks.Sum(block => block.Live),
            BlockReport.Of(latencies, 0.5),
            BlockReport.Of(latencies, 0.99),
            blocks.Max(block => block.Percentile(0.99)),
            (blocks.Sum(block => block.Copies) - latencies.Length) / (double)latencies.Length,
            scenario.Traffic.MeshDegree,
            sent.Control / perBlock,
            sent.ControlBytes / perBlock,
            sent.Messages / perBlock,
            sent.Bytes / perBlock,
            scores.Min(),
            scores.Count(score => score < 0) / (double)scores.Length);
    }
}
