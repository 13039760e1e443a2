using System.Text.Json;
using OpStack.Primitives;

namespace OpStack.P2P.Devnet;

/// <summary>One JSON object per line: followable, started, block, summary, failed. A latency is null where nobody has the block.</summary>
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

    public void Followable(string configPath, Address signer, DevnetNode sequencer) => Write(json =>
    {
        json.WriteString("event", "followable");
        json.WriteString("rollupConfig", configPath);
        json.WriteString("unsafeBlockSigner", signer.ToString());
        json.WriteString("bootnode", sequencer.Discovery!.LocalEnr.ToString());
        json.WriteString("static", sequencer.Address.ToString());
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
        WriteMilliseconds(json, "p50Ms", block.P50);
        WriteMilliseconds(json, "p99Ms", block.P99);
        json.WriteNumber("meshDegree", Math.Round(block.MeshDegree, 2));
    });

    public void Failed(string reason) => Write(json =>
    {
        json.WriteString("event", "failed");
        json.WriteString("reason", reason);
    });

    public void Summary(IReadOnlyList<BlockStatistics> blocks, IReadOnlyList<DevnetNode> followers, RunOutcome outcome) => Write(json =>
    {
        TimeSpan[] latencies = [.. blocks.SelectMany(b => b.Latencies).Order()];
        json.WriteString("event", "summary");
        json.WriteString("outcome", outcome.ToString().ToLowerInvariant());
        json.WriteBoolean("complete", outcome == RunOutcome.Complete);
        json.WriteNumber("blocks", blocks.Count);
        json.WriteNumber("deliveries", blocks.Sum(b => b.Delivered));
        json.WriteNumber("expected", blocks.Count * followers.Count);
        json.WriteNumber("outOfOrder", followers.Sum(f => f.OutOfOrder));
        json.WriteNumber("maxHops", blocks.Select(b => b.MaxHops).DefaultIfEmpty(0).Max());
        WriteMilliseconds(json, "p50Ms", BlockStatistics.Percentile(latencies, 0.50));
        WriteMilliseconds(json, "p99Ms", BlockStatistics.Percentile(latencies, 0.99));
        json.WriteStartArray("followers");
        foreach (DevnetNode follower in followers)
        {
            json.WriteStartObject();
            json.WriteString("name", follower.Name);
            json.WriteNumber("delivered", follower.Deliveries.Count);
            json.WriteNumber("outOfOrder", follower.OutOfOrder);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void WriteMilliseconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } known)
        {
            json.WriteNumber(name, Math.Round(known.TotalMilliseconds, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }

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
