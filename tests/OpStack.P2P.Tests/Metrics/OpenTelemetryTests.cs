using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpStack.P2P.Metrics;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>
/// OpenTelemetry's own Prometheus exporter beside ours, over every metric there is: names, types, labels, buckets and values are the same, so that
/// one dashboard serves both. Alone: it reads the meters of the whole process, and takes only so many.
/// </summary>
[Collection(ProcessCountsCollection.Name)]
public sealed partial class OpenTelemetryTests
{
    private const ulong ChainId = 77_201;

    [Fact]
    public async Task Its_exporter_writes_what_ours_does()
    {
        await using WebApplication app = await StartExporterAsync();
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        using MetricSource source = new(factory, ChainId);
        int value = 0;
        foreach (MetricDefinition metric in MetricCatalog.All)
        {
            if (metric.Kind == MetricKind.Histogram)
            {
                Enumerable.Range(0, metric.SeriesCount).ToList().ForEach(series => source.Histogram(metric).Record(0.01 * ++value, series));
            }
            else
            {
                int first = value += 1_000;
                source.Observe(metric, values =>
                {
                    for (int i = 0; i < values.Length; i++)
                    {
                        values[i] = first + i;
                    }
                });
            }
        }

        using HttpClient http = new();
        Scraped theirs = Scraped.Parse(await http.GetStringAsync(new Uri($"{app.Urls.Single()}/metrics")));
        Scraped ours = Scraped.Parse(Scrape.TextOf(prometheus));
        Assert.InRange(ours.Samples.Count, 1_000, 10_000);
        Assert.Equal(ours.Types, theirs.Types);
        Assert.Equal(ours.Samples, theirs.Samples);
    }

    private static async Task<WebApplication> StartExporterAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(MetricCatalog.MeterName).AddPrometheusExporter());
        WebApplication app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
        await app.StartAsync();
        return app;
    }

    /// <summary>The series of our chain, by name and labels without those of its scope, and the types of their families.</summary>
    private sealed partial record Scraped(SortedDictionary<string, string> Types, SortedDictionary<string, double> Samples)
    {
        public static Scraped Parse(string text)
        {
            SortedDictionary<string, string> types = new(StringComparer.Ordinal);
            SortedDictionary<string, double> samples = new(StringComparer.Ordinal);
            foreach (string line in text.Split('\n'))
            {
                if (TypeLine().Match(line) is { Success: true } type && type.Groups["name"].Value.StartsWith("opstack_", StringComparison.Ordinal))
                {
                    types[type.Groups["name"].Value] = type.Groups["type"].Value;
                }
                else if (SampleLine().Match(line) is { Success: true } sample && line.Contains($"chain_id=\"{ChainId}\"", StringComparison.Ordinal))
                {
                    IEnumerable<string> labels = Label().Matches(sample.Groups["labels"].Value).Select(label => label.Value)
                        .Where(label => !label.StartsWith("otel_scope_", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
                    samples.Add(
                        $"{sample.Groups["name"].Value}{{{string.Join(',', labels)}}}",
                        Math.Round(double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture), 9));
                }
            }

            return new Scraped(types, samples);
        }

        [GeneratedRegex("^# TYPE (?<name>[a-z_0-9]+) (?<type>[a-z]+)$")]
        private static partial Regex TypeLine();

        [GeneratedRegex("""^(?<name>[a-z_0-9]+)\{(?<labels>.*)\} (?<value>[^ ]+)$""")]
        private static partial Regex SampleLine();

        [GeneratedRegex("[a-z_0-9]+=\"[^\"]*\"")]
        private static partial Regex Label();
    }
}
