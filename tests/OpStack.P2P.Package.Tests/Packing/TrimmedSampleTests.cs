using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpStack.P2P.Package.Tests.Packing;

/// <summary>samples/HostedNode, which has all six assemblies in it, published trimmed and self-contained.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Row", "64")]
public sealed partial class TrimmedSampleTests(PackedRepository packed)
{
    // Only a guard against a hang.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task HostedNode_published_trimmed_has_no_warning_and_answers_at_every_path()
    {
        string folder = packed.NewFolder("hosted");
        string output = await Command.RunAsync(Path.Combine(packed.Sources, "samples", "HostedNode"), "dotnet", [.. Trimming.Publish, "-o", folder]);
        Assert.Equal(0, Trimming.Warnings(output));

        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "HostedNode"), [
            "--Kestrel:Endpoints:Loopback:Url", "http://127.0.0.1:0", "--P2P:Chain", "base", "--P2P:NoDiscovery", "true", "--P2P:ListenIp", "127.0.0.1",
            "--P2P:ListenTcp", "0", "--P2P:PrivPath", "", "--P2P:PeerstorePath", "memory",
        ])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        try
        {
            using HttpClient client = new() { BaseAddress = await ListeningAsync(process), Timeout = Patience };
            Assert.Equal("Degraded", await client.GetStringAsync("/healthz")); // It runs, but has no peer.
            Assert.Contains("<!doctype html>", await client.GetStringAsync("/"), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("chain_id=\"8453\"", await client.GetStringAsync("/metrics"), StringComparison.Ordinal);
            using HttpResponseMessage self = await client.PostAsJsonAsync("/", new { jsonrpc = "2.0", id = 1, method = "opp2p_self" });
            Assert.Equal(8453, (await self.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result").GetProperty("chainID").GetInt32());
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<Uri> ListeningAsync(Process process)
    {
        using CancellationTokenSource patience = new(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } found)
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // So that it never waits for us.
                return new Uri(found.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("It ended before it listened.");
    }

    [GeneratedRegex("Now listening on: (http://127.0.0.1:[0-9]+)")]
    private static partial Regex Listening();
}
