using OpenTelemetry;

namespace OpStack.P2P.TelemetryNode;

/// <summary>What OpenTelemetry has to know of the library: one meter and three activity sources.</summary>
internal static class NodeTelemetry
{
    public static OpenTelemetryBuilder AddNodeTelemetry(this IServiceCollection services) => services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics.AddMeter("OpStack.P2P"))
        .WithTracing(tracing => tracing.AddSource("OpStack.P2P", "OpStack.Libp2p", "OpStack.Discv5"));
}
