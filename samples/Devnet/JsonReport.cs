using System.Text.Json;

namespace OpStack.P2P.Devnet;

/// <summary>One JSON object per line: started, block, interrupted, summary.</summary>
internal sealed class JsonReport(TextWriter output) : IReport
{
    public void Started(IReadOnlyList<DevnetNode> nodes) => Write(json =>
    {
        json.WriteString("event", "started");
        json.WriteStartArray("nodes");
        foreach (DevnetNode node in nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            json.WriteString("address", node.Address.ToString());
            json.WriteString("enr", node.Discovery!.LocalEnr.ToString());
            json.WriteNumber("discovered", node.Discovered);
            json.WriteNumber("peers", node.Driver.ConnectedPeers.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public void Block(BlockStatistics block, int followers) => Write(json =>
    {
        json.WriteString("event", "block");
        json.WriteNumber("number", block.Number);
        json.WriteString("hash", block.Hash.ToString());
        json.WriteNumber("size", block.Size);
        json.WriteNumber("transactions", block.Transactions);
        json.WriteNumber("delivered", block.Delivered);
        json.WriteNumber("followers", followers);
        json.WriteNumber("maxHops", block.MaxHops);
        json.WriteNumber("p50Ms", Math.Round(block.P50.TotalMilliseconds, 3));
        json.WriteNumber("p99Ms", Math.Round(block.P99.TotalMilliseconds, 3));
        json.WriteNumber("meshDegree", Math.Round(block.MeshDegree, 2));
    });

    public void Interrupted() => Write(json => json.WriteString("event", "interrupted"));

    public void Summary(IReadOnlyList<BlockStatistics> blocks, IReadOnlyList<DevnetNode> followers, bool complete) => Write(json =>
    {
        TimeSpan[] latencies = [.. blocks.SelectMany(b => b.Latencies).Order()];
        json.WriteString("event", "summary");
        json.WriteBoolean("complete", complete);
        json.WriteNumber("blocks", blocks.Count);
        json.WriteNumber("deliveries", blocks.Sum(b => b.Delivered));
        json.WriteNumber("expected", blocks.Count * followers.Count);
        json.WriteNumber("outOfOrder", followers.Sum(f => f.OutOfOrder));
        json.WriteNumber("maxHops", blocks.Max(b => b.MaxHops));
        json.WriteNumber("p50Ms", Math.Round(BlockStatistics.Percentile(latencies, 0.50).TotalMilliseconds, 3));
        json.WriteNumber("p99Ms", Math.Round(BlockStatistics.Percentile(latencies, 0.99).TotalMilliseconds, 3));
    });

    private void Write(Action<Utf8JsonWriter> body)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(line.ToArray()));
        output.Flush();
    }
}
