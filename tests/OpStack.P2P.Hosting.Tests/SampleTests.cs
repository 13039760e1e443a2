using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpStack.P2P.TelemetryNode;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Hosting.Tests;

/// <summary>The samples do what they are there for.</summary>
public sealed partial class SampleTests
{
    [Fact]
    public async Task OpenTelemetry_reads_the_meters_of_a_node()
    {
        List<Metric> exported = [];
        using IHost host = TestHost.Build(services =>
        {
            services.AddOpStackP2P(TestHost.Quiet);
            services.AddNodeTelemetry().WithMetrics(metrics => metrics.AddInMemoryExporter(exported));
        });
        await host.StartAsync();
        await (await host.HandlerAsync()).PostUnsafePayloadAsync(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4)));
        Assert.True(host.Services.GetRequiredService<MeterProvider>().ForceFlush());
        Assert.All(exported, metric => Assert.Equal("OpStack.P2P", metric.MeterName));
        Assert.Contains("opstack.p2p.bans.active", exported.Select(metric => metric.Name));
        Assert.InRange(exported.Count, 20, 1000);
        await host.StopAsync();
    }

    [Fact]
    public async Task HostedNode_answers_at_every_path()
    {
        using Process process = Start();
        try
        {
            Uri server = await ListeningAsync(process);
            using HttpClient client = new() { BaseAddress = server, Timeout = TestHost.Patience };
            Assert.Equal("Degraded", await client.GetStringAsync("/healthz"));
            Assert.Contains("<!doctype html>", await client.GetStringAsync("/"), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("chain_id=\"10\"", await client.GetStringAsync("/metrics"), StringComparison.Ordinal);
            using HttpResponseMessage self = await client.PostAsJsonAsync("/", new { jsonrpc = "2.0", id = 1, method = "opp2p_self" });
            JsonElement result = (await self.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result");
            Assert.Equal((HttpStatusCode.OK, 10), (self.StatusCode, result.GetProperty("chainID").GetInt32()));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>With the sample's own settings, but on loopback, any ports, and without the disk.</summary>
    private static Process Start()
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "HostedNode.dll"), "--Kestrel:Endpoints:Loopback:Url", "http://127.0.0.1:0", "--P2P:NoDiscovery", "true",
            "--P2P:ListenIp", "127.0.0.1", "--P2P:ListenTcp", "0", "--P2P:PrivPath", "", "--P2P:PeerstorePath", "memory",
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Path.Combine(Repository.Root, "samples", "HostedNode"),
            RedirectStandardOutput = true,
        })!;
    }

    private static async Task<Uri> ListeningAsync(Process process)
    {
        using CancellationTokenSource patience = new(TestHost.Patience);
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
