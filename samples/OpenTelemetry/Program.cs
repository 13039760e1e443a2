using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OpStack.P2P.TelemetryNode;

// Prints what the node measures every ten seconds, and every dial, handshake, lookup and validation. For a collector, use the OTLP exporter instead.
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddOpStackP2P(builder.Configuration.GetSection("P2P"));
builder.Services.AddNodeTelemetry()
    .WithMetrics(metrics => metrics.AddConsoleExporter((_, reader) => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 10_000))
    .WithTracing(tracing => tracing.AddConsoleExporter());
await builder.Build().RunAsync();
