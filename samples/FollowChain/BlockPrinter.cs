using System.Globalization;
using System.Text.Json;

namespace OpStack.P2P.FollowChain;

/// <summary>Prints blocks as they come, one a line.</summary>
internal sealed class BlockPrinter(TextWriter output, bool json, TimeProvider time)
{
    /// <summary>A block, and how many peers we have at that moment.</summary>
    public void Print(OpNetworkPayloadEnvelope block, int peers)
    {
        ExecutionPayload payload = block.Payload;
        double age = (time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds((long)payload.Timestamp)).TotalSeconds;
        output.WriteLine(json ? ToJson(block, age, peers) : string.Create(
            CultureInfo.InvariantCulture,
            $"{payload.BlockNumber,10}  {payload.BlockHash}  {payload.Transactions.Count,5} txs  {block.Body.Length / 1000.0,8:F1} kB  {age,6:F1} s old  {peers,3} {(peers == 1 ? "peer" : "peers")}"));
        output.Flush();
    }

    private static string ToJson(OpNetworkPayloadEnvelope block, double age, int peers)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", block.Payload.BlockNumber);
            writer.WriteString("hash", block.Payload.BlockHash.ToString());
            writer.WriteString("parentHash", block.Payload.ParentHash.ToString());
            writer.WriteNumber("timestamp", block.Payload.Timestamp);
            writer.WriteNumber("transactions", block.Payload.Transactions.Count);
            writer.WriteNumber("bytes", block.Body.Length);
            writer.WriteNumber("ageSeconds", Math.Round(age, 3));
            writer.WriteNumber("peers", peers);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
