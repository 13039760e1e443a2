using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpStack.Discv5;
using OpStack.P2P.Hosting.Health;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Hosting.Tests;

/// <summary>Health, in virtual time.</summary>
public sealed class HealthTests
{
    /// <summary>Block time 2 s, Degraded after 15 of them, Unhealthy after 150; up for a day, all is well.</summary>
    private static readonly HealthFacts Well = new(
        TimeSpan.FromSeconds(2), 15, 150, TimeSpan.FromDays(1), 8, TimeSpan.FromSeconds(1), true, Discv5Health.Healthy, []);

    public static TheoryData<double, int, HealthStatus, string> Silences => new()
    {
        { 29.9, 8, HealthStatus.Healthy, "8 peers, blocks come" },
        { 30, 8, HealthStatus.Degraded, "no block for 30 s" },
        { 299.9, 8, HealthStatus.Degraded, "no block for 300 s" },
        { 300, 8, HealthStatus.Unhealthy, "no block for 300 s" },
        { 29.9, 0, HealthStatus.Degraded, "no peers" },
        { 30, 0, HealthStatus.Unhealthy, "no peers; no block for 30 s" },
    };

    [Theory]
    [MemberData(nameof(Silences))]
    public void Silence_is_counted_in_block_times(double seconds, int peers, HealthStatus status, string description)
    {
        HealthCheckResult result = HealthRules.Judge(Well with { SinceBlock = TimeSpan.FromSeconds(seconds), Peers = peers });
        Assert.Equal((status, description), (result.Status, result.Description));
    }

    [Fact]
    public void A_node_without_a_block_yet_is_silent_since_its_start()
    {
        Assert.Equal(HealthStatus.Healthy, StatusAt(TimeSpan.FromSeconds(29)));
        Assert.Equal(HealthStatus.Degraded, StatusAt(TimeSpan.FromSeconds(30)));
        Assert.Equal(HealthStatus.Unhealthy, StatusAt(TimeSpan.FromSeconds(300)));

        static HealthStatus StatusAt(TimeSpan up) => HealthRules.Judge(Well with { Up = up, SinceBlock = null }).Status;
    }

    [Theory]
    [InlineData(Discv5Health.Deaf)]
    [InlineData(Discv5Health.Stopped)]
    [InlineData(null)]
    public void Dead_discovery_degrades_a_node_that_wants_it(Discv5Health? discovery)
    {
        HealthCheckResult result = HealthRules.Judge(Well with { Discovery = discovery });
        Assert.Equal((HealthStatus.Degraded, "discovery is dead"), (result.Status, result.Description));
        Assert.Equal(discovery?.ToString() ?? "Restarting", result.Data["discovery"]);
        Assert.Equal(HealthStatus.Healthy, HealthRules.Judge(Well with { Discovery = discovery, IsDiscoveryWanted = false }).Status);
    }

    [Theory]
    [InlineData(NetworkPart.Gossip, HealthStatus.Unhealthy)]
    [InlineData(NetworkPart.Discovery, HealthStatus.Degraded)]
    [InlineData(NetworkPart.Nat, HealthStatus.Degraded)]
    [InlineData(NetworkPart.Signer, HealthStatus.Degraded)]
    [InlineData(NetworkPart.SignerSource, HealthStatus.Degraded)]
    [InlineData(NetworkPart.Sync, HealthStatus.Degraded)]
    public void A_failing_part_is_told_with_its_reason(NetworkPart part, HealthStatus status)
    {
        HealthCheckResult result = HealthRules.Judge(Well with { Parts = [new PartStatus(part, PartState.Failing, 1, "it broke", default(DateTimeOffset))] });
        Assert.Equal((status, $"{part} fails: it broke"), (result.Status, result.Description));
        Assert.Equal("Failing", result.Data[$"part{part}"]);
    }

    [Fact]
    public async Task A_running_node_goes_down_with_the_silence_and_comes_back_with_a_block()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds((long)TestBlocks.Timestamp));
        using IHost host = TestHost.Build(services =>
        {
            services.AddSingleton<TimeProvider>(time);
            services.AddOpStackP2P("x", options =>
            {
                TestHost.Quiet(options);
                options.HealthDegradedAfter = 30;
            });
            services.AddHealthChecks().AddOpStackP2P("x", tags: ["p2p"]);
        });
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal((HealthStatus.Unhealthy, "not running"), await CheckAsync());

        await host.StartAsync();
        Assert.Equal((HealthStatus.Degraded, "no peers"), await CheckAsync());
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((HealthStatus.Unhealthy, "no peers; no block for 60 s"), await CheckAsync());

        NetworkHandler handler = await host.HandlerAsync("x");
        await handler.PostUnsafePayloadAsync(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4)));
        Assert.Equal((HealthStatus.Degraded, "no peers"), await CheckAsync());

        using Secp256k1PrivateKey key = TestBlocks.NewKey(9);
        await using Network other = Network.Builder(TheOther(handler)).Build();
        await other.StartAsync();
        await Until.TrueAsync(async () => (await CheckAsync()).Status == HealthStatus.Healthy);
        HealthReportEntry entry = (await health.CheckHealthAsync()).Entries["p2p-x"];
        Assert.Equal((1, 0L, 60L, "Off"), ((int)entry.Data["peers"], (long)entry.Data["blockAgeSeconds"], (long)entry.Data["upSeconds"], (string)entry.Data["discovery"]));
        Assert.Equal(["p2p"], entry.Tags);

        await host.StopAsync();
        Assert.Equal((HealthStatus.Unhealthy, "not running"), await CheckAsync());

        async Task<(HealthStatus Status, string? Description)> CheckAsync()
        {
            HealthReportEntry entry = (await health.CheckHealthAsync()).Entries["p2p-x"];
            return (entry.Status, entry.Description);
        }
    }

    [Fact]
    public async Task Who_registers_the_check_may_want_something_milder()
    {
        using IHost host = TestHost.Build(services =>
        {
            services.AddOpStackP2P(TestHost.Quiet);
            services.AddHealthChecks().AddOpStackP2P(name: "node", failureStatus: HealthStatus.Degraded);
        });
        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, report.Entries["node"].Status);
    }

    private static NetworkConfig TheOther(NetworkHandler handler) => new()
    {
        RollupConfig = TestChains.At(TestHost.ChainId, PayloadVersion.V4),
        ListenIp = System.Net.IPAddress.Loopback,
        ListenTcpPort = 0,
        Discovery = false,
        StaticPeers = [handler.Gossip.ListenAddresses[0].WithPeerId(handler.Gossip.LocalPeerId)],
    };
}
