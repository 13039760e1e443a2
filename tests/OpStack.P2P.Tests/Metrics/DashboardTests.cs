using System.Text.Json;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Prometheus;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>docs/grafana/opstack-p2p.json asks for nothing that PrometheusText does not write.</summary>
public sealed class DashboardTests
{
    private static readonly Dictionary<string, MetricDefinition> Written = MetricCatalog.All
        .SelectMany(metric => NamesOf(metric).Select(name => KeyValuePair.Create(name, metric)))
        .ToDictionary();

    public static TheoryData<string, string> Expressions
    {
        get
        {
            TheoryData<string, string> expressions = [];
            foreach (JsonElement panel in Dashboard().GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _)))
            {
                foreach (JsonElement target in panel.GetProperty("targets").EnumerateArray())
                {
                    expressions.Add(panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!);
                }
            }

            return expressions;
        }
    }

    [Theory]
    [MemberData(nameof(Expressions))]
    public void An_expression_asks_for_metrics_labels_and_values_that_there_are(string title, string expression)
    {
        PromQuery query = PromQuery.Parse(expression);
        foreach (PromSelector selector in query.Selectors)
        {
            Assert.True(Written.ContainsKey(selector.Metric), $"{title}: there is no {selector.Metric}");
            Assert.Contains(("chain_id", "=~", "$chain_id"), selector.Matchers);
            foreach ((string label, string _, string value) in selector.Matchers.Where(matcher => matcher.Label != "chain_id"))
            {
                Assert.Contains(value, Written[selector.Metric].Labels.Single(l => l.Name == label).Values);
            }
        }

        foreach ((IReadOnlyList<string> labels, IReadOnlyList<PromSelector> of) in query.Groupings)
        {
            Assert.All(of, selector => Assert.Empty(labels.Except(LabelsOf(selector.Metric))));
        }
    }

    [Fact]
    public void Rates_are_of_counters_and_sizes_are_of_gauges()
    {
        foreach (object[] row in Expressions)
        {
            string expression = (string)row[1];
            foreach (PromSelector selector in PromQuery.Parse(expression).Selectors)
            {
                bool isCounted = Written[selector.Metric].Kind is MetricKind.Counter or MetricKind.Histogram;
                Assert.Equal(isCounted, expression.Contains($"rate({selector.Metric}{{") || expression.Contains($"increase({selector.Metric}{{"));
            }
        }
    }

    [Fact]
    public void It_has_a_panel_for_every_room_and_its_places_do_not_overlap()
    {
        JsonElement[] panels = [.. Dashboard().GetProperty("panels").EnumerateArray()];
        string[] rows = [.. panels.Where(p => p.GetProperty("type").GetString() == "row").Select(p => p.GetProperty("title").GetString()!)];
        Assert.Equal(["Overview", "Blocks", "Gossip", "Connections", "Bans", "Discovery", "Sync by number", "Node"], rows);
        Assert.Equal(panels.Length, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        HashSet<(int X, int Y)> taken = [];
        foreach (JsonElement place in panels.Select(panel => panel.GetProperty("gridPos")))
        {
            (int x, int y, int w, int h) = (Int(place, "x"), Int(place, "y"), Int(place, "w"), Int(place, "h"));
            Assert.True(x + w <= 24);
            Assert.All(
                Enumerable.Range(x, w).SelectMany(column => Enumerable.Range(y, h).Select(row => (column, row))), cell => Assert.True(taken.Add(cell)));
        }

        static int Int(JsonElement place, string name) => place.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("sum by (reason) (rate(a_total[5m])")]
    [InlineData("rate(a_total)")]
    [InlineData("sum(a) b")]
    [InlineData("a{x=1}")]
    [InlineData("a; b")]
    public void What_is_no_expression_is_found(string expression) => Assert.Throws<FormatException>(() => PromQuery.Parse(expression));

    private static JsonElement Dashboard() =>
        JsonDocument.Parse(Repository.Read("docs", "grafana", "opstack-p2p.json")).RootElement;

    private static IEnumerable<string> LabelsOf(string metric) =>
        Written[metric].Labels.Select(label => label.Name).Append("chain_id").Concat(metric.EndsWith("_bucket", StringComparison.Ordinal) ? ["le"] : []);

    private static string[] NamesOf(MetricDefinition metric)
    {
        string name = PrometheusNames.OfMetric(metric.Name, metric.Unit, metric.Kind == MetricKind.Counter);
        return metric.Kind == MetricKind.Histogram ? [name + "_bucket", name + "_sum", name + "_count"] : [name];
    }
}
