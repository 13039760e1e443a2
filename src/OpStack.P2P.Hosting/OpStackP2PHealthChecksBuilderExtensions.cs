using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpStack.P2P.Hosting;
using OpStack.P2P.Hosting.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The health check of a P2P node.</summary>
public static class OpStackP2PHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds the health check of a node: Unhealthy when it does not run, has neither peers nor blocks, has had no block for
    /// <see cref="P2POptions.HealthUnhealthyAfter"/> block times, or gossip fails; Degraded when it has no peers, no block for
    /// <see cref="P2POptions.HealthDegradedAfter"/> block times, discovery is dead, or another part fails.
    /// </summary>
    /// <param name="builder">Where to.</param>
    /// <param name="serviceKey">The node's key; null for the one without.</param>
    /// <param name="name">The check's name. Default "p2p", with the key after a dash.</param>
    /// <param name="failureStatus">Told instead of Unhealthy. Default null: Unhealthy.</param>
    /// <param name="tags">Of the check. Default none.</param>
    public static IHealthChecksBuilder AddOpStackP2P(
        this IHealthChecksBuilder builder, object? serviceKey = null, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name ?? (serviceKey is null ? "p2p" : $"p2p-{serviceKey}"),
            provider => new P2PHealthCheck(provider.GetRequiredKeyedService<P2PNode>(serviceKey)),
            failureStatus,
            tags));
    }
}
