using System.Text.Json.Nodes;

namespace OpStack.P2P.Benchmarks.Children;

/// <summary>Nodes in a child process.</summary>
internal interface IChildNodes : IAsyncDisposable
{
    /// <summary>Runs one command.</summary>
    ValueTask<JsonNode?> CallAsync(string command, JsonNode options);
}

/// <summary>This program as a child: commands of its parent from standard input, answers and events to standard output (js/commands.mjs of the interop tests).</summary>
internal static class ChildProgram
{
    /// <summary>The argument that makes this program a child.</summary>
    public const string Verb = "child";

    /// <summary>Serves until the parent closes our standard input, which its end does too.</summary>
    /// <param name="kind">What nodes.</param>
    public static async Task<int> RunAsync(string kind)
    {
        IChildNodes nodes = kind switch
        {
            "blocks" => new BlockNodes(Emit),
            "flood" => new FloodNodes(Emit),
            "network" => new NetworkNode(),
            "discovery" => new DiscoveryNodes(),
            _ => throw new ArgumentException($"{kind}: no such child", nameof(kind)),
        };
        while (await Console.In.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            JsonNode request = JsonNode.Parse(line)!;
            JsonObject answer = new() { ["id"] = (int)request["id"]! };
            try
            {
                answer["ok"] = await nodes.CallAsync((string)request["cmd"]!, request).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                answer["error"] = e.ToString(); // The parent throws it.
            }

            Emit(answer);
        }

        await nodes.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static void Emit(JsonNode message)
    {
        string line = message.ToJsonString();
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
