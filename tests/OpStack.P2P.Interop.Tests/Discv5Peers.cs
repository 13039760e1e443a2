using System.Text.Json.Nodes;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Interop.Tests;

/// <summary>Nodes of @chainsafe/discv5 in a child process (js/discv5-nodes.mjs).</summary>
internal sealed class Discv5Peers : IAsyncDisposable
{
    private readonly JsPeer _process;

    private Discv5Peers(JsPeer process, Enr[] enrs)
    {
        _process = process;
        Enrs = enrs;
    }

    /// <summary>Their records as they were at the start.</summary>
    public IReadOnlyList<Enr> Enrs { get; }

    public static async Task<Discv5Peers> StartAsync(ulong chainId, int count = 1)
    {
        JsPeer process = JsPeer.Launch("discv5-main.mjs");
        try
        {
            string opstack = Hex.Encode(OpStackEnr.FromChainId(chainId).Encode());
            JsonNode answer = (await process.CallAsync("start", new { count, opstackHex = opstack }))!;
            return new Discv5Peers(process, Records(answer));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async Task<JsonNode?> CallAsync(string command, object? options = null) => await _process.CallAsync(command, options);

    public Task<JsonNode> NextEventAsync(string kind) => _process.NextEventAsync(kind);

    /// <summary>The field enrs of an answer.</summary>
    public static Enr[] Records(JsonNode answer) =>
        [.. answer["enrs"]!.AsArray().Select(text => Enr.TryParse((string?)text, out Enr? record) ? record : throw new FormatException((string?)text))];

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
