using System.Globalization;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>The tables of docs/metrics.md.</summary>
internal static class MetricsDocument
{
    /// <summary>The rows of the table of metrics, by name.</summary>
    public static IReadOnlyDictionary<string, DocumentedMetric> Read()
    {
        string[] lines = Repository.Read("docs", "metrics.md").Split('\n');
        Dictionary<string, double[]> buckets = Rows(lines, "| Name | Bounds |")
            .ToDictionary(cells => Name(cells[0]), cells => cells[1].Split(", ").Select(b => double.Parse(b, CultureInfo.InvariantCulture)).ToArray());
        return Rows(lines, "| Name | Kind | Unit | Labels | Meaning | op-node, kona |")
            .Select(cells => new DocumentedMetric(
                Name(cells[0]), cells[1], cells[2], Labels(cells[3]), cells[4], buckets.GetValueOrDefault(Name(cells[0]), [])))
            .ToDictionary(metric => metric.Name);
    }

    private static IEnumerable<string[]> Rows(string[] lines, string head) => lines
        .SkipWhile(line => line != head)
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    private static string Name(string cell) => cell.Trim('`');

    private static IReadOnlyDictionary<string, string[]> Labels(string cell) => cell.Length == 0
        ? new Dictionary<string, string[]>()
        : cell.Split("; ").Select(label => label.Split(": ")).ToDictionary(label => label[0], label => label[1].Split(", "));
}

/// <summary>A row.</summary>
internal sealed record DocumentedMetric(
    string Name, string Kind, string Unit, IReadOnlyDictionary<string, string[]> Labels, string Meaning, double[] Buckets);
