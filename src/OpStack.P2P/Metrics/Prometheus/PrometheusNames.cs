using System.Text;

namespace OpStack.P2P.Metrics.Prometheus;

/// <summary>Names of instruments as Prometheus writes them; the same as those of the OpenTelemetry exporter.</summary>
internal static class PrometheusNames
{
    /// <summary>opstack.p2p.traffic, a counter in By, as opstack_p2p_traffic_bytes_total.</summary>
    public static string OfMetric(string instrument, string? unit, bool isCounter)
    {
        StringBuilder name = new(Sanitize(instrument));
        string suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return name.Append(suffix).Append(isCounter ? "_total" : "").ToString();
    }

    /// <summary>What is no letter, digit or underscore becomes an underscore; a digit in front gets one.</summary>
    public static string Sanitize(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? "_" + text : text.ToString();
    }

    /// <summary>The labels without braces, in order of their names; empty without any.</summary>
    public static string OfLabels(IEnumerable<KeyValuePair<string, object?>> tags)
    {
        StringBuilder text = new();
        foreach ((string name, object? value) in tags.DistinctBy(tag => Sanitize(tag.Key)).OrderBy(tag => Sanitize(tag.Key), StringComparer.Ordinal))
        {
            text.Append(text.Length > 0 ? "," : "").Append(Sanitize(name)).Append("=\"");
            foreach (char c in Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "")
            {
                _ = c switch
                {
                    '\\' => text.Append(@"\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append(@"\n"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
        }

        return text.ToString();
    }

    public static string EscapeHelp(string help) => help.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
}
