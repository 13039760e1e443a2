using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OpStack.P2P.Hosting.Health;

/// <summary>Asks the node; no I/O, no waiting.</summary>
internal sealed class P2PHealthCheck(P2PNode node) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HealthCheckResult result = node.Handler is { } handler ? HealthRules.Judge(FactsOf(handler)) : HealthCheckResult.Unhealthy("not running");

        // The one who registered the check may want something milder than Unhealthy.
        HealthStatus status = result.Status == HealthStatus.Unhealthy ? context.Registration.FailureStatus : result.Status;
        return Task.FromResult(new HealthCheckResult(status, result.Description, data: result.Data));
    }

    private HealthFacts FactsOf(NetworkHandler handler)
    {
        DateTimeOffset now = node.Time.GetUtcNow();
        return new HealthFacts(
            TimeSpan.FromSeconds(node.Config!.RollupConfig.BlockTime),
            node.Options.HealthDegradedAfter,
            node.Options.HealthUnhealthyAfter,
            now - node.StartedAt,
            handler.Gossip.ConnectedPeers.Count,
            now - handler.RecentBlocks.LastOrDefault()?.ReceivedAt,
            node.Config.Discovery,
            handler.Discovery?.Health,
            handler.Parts);
    }
}
