using System.Globalization;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>
/// Reads the text format 0.0.4 of Prometheus, strictly and from its grammar alone: throws <see cref="FormatException"/> with the line for whatever
/// a scrape could take amiss.
/// </summary>
internal sealed class Exposition
{
    private readonly HashSet<string> _ended = [];
    private readonly HashSet<string> _keys = [];
    private string? _family;
    private string? _type;

    private Exposition()
    {
    }

    /// <summary>The type of every family.</summary>
    public Dictionary<string, string> Types { get; } = [];

    /// <summary>The help of every family.</summary>
    public Dictionary<string, string> Help { get; } = [];

    public List<ExpositionSample> Samples { get; } = [];

    public static Exposition Parse(string text)
    {
        Exposition read = new();
        Check(text.Length == 0 || text.EndsWith('\n'), "the end", "does not end in a line feed");
        Check(!text.Contains('\r'), "somewhere", "there is a carriage return");
        foreach (string line in text.Split('\n')[..^1])
        {
            read.Line(line);
        }

        read.EndFamily();
        foreach (string family in read.Types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            read.CheckHistogram(family);
        }

        return read;
    }

    /// <summary>The value of the only series with these labels besides chain_id.</summary>
    public double Value(string name, params (string Name, string Value)[] labels) => Samples.Single(sample =>
        sample.Name == name
        && sample.Labels.Where(label => label.Key != "chain_id").Select(label => (label.Key, label.Value)).Order().SequenceEqual(labels.Order())).Value;

    private void Line(string line)
    {
        Check(line.Length > 0, line, "is empty");
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            OnHelp(line, line["# HELP ".Length..]);
        }
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            OnType(line, line["# TYPE ".Length..]);
        }
        else
        {
            Check(line[0] != '#', line, "is a comment of no known kind");
            OnSample(line);
        }
    }

    private void OnHelp(string line, string rest)
    {
        EndFamily();
        int space = rest.IndexOf(' ', StringComparison.Ordinal);
        Check(space > 0, line, "has no text");
        _family = rest[..space];
        Check(IsName(_family), line, "names no metric");
        Check(_ended.Add(_family), line, "begins a family again");
        string text = rest[(space + 1)..];
        for (int i = 0; i < text.Length; i++)
        {
            Check(text[i] != '\\' || (i + 1 < text.Length && text[++i] is '\\' or 'n'), line, "has a backslash that escapes nothing");
        }

        Help.Add(_family, text);
    }

    private void OnType(string line, string rest)
    {
        string[] words = rest.Split(' ');
        Check(words.Length == 2 && words[0] == _family, line, "does not follow the HELP of its family");
        Check(_type is null, line, "is the second of its family");
        Check(words[1] is "counter" or "gauge" or "histogram", line, "is of a type we do not have");
        _type = words[1];
        Types.Add(_family!, _type);
    }

    private void OnSample(string line)
    {
        int at = 0;
        while (at < line.Length && line[at] is not ('{' or ' '))
        {
            at++;
        }

        string name = line[..at];
        Check(_type is not null, line, "comes before the TYPE of a family");
        string[] allowed = _type == "histogram" ? [_family + "_bucket", _family + "_sum", _family + "_count"] : [_family!];
        Check(allowed.Contains(name), line, $"is not of the family {_family}");
        Dictionary<string, string> labels = at < line.Length && line[at] == '{' ? ReadLabels(line, ref at) : [];
        Check(at < line.Length && line[at] == ' ', line, "has no space before its value");
        double value = ReadValue(line, line[(at + 1)..]);
        Check(_type == "gauge" || value >= 0 || name.EndsWith("_sum", StringComparison.Ordinal), line, "counts below zero");
        Check(_keys.Add(name + "|" + string.Join("|", labels.OrderBy(l => l.Key, StringComparer.Ordinal))), line, "is a second one of the same series");
        Samples.Add(new ExpositionSample(_family!, name, labels, value));
    }

    private static Dictionary<string, string> ReadLabels(string line, ref int at)
    {
        Dictionary<string, string> labels = [];
        do
        {
            int begin = ++at;
            while (at < line.Length && line[at] != '=')
            {
                at++;
            }

            string name = line[begin..at];
            Check(IsName(name) && !name.Contains(':') && !name.StartsWith("__", StringComparison.Ordinal), line, "has a label without a name");
            Check(at + 1 < line.Length && line[++at] == '"', line, "has a label whose value is not quoted");
            Check(labels.TryAdd(name, ReadQuoted(line, ref at)), line, "has a label twice");
        }
        while (at < line.Length && line[at] == ',');

        Check(at < line.Length && line[at] == '}', line, "has labels without an end");
        at++;
        return labels;
    }

    private static string ReadQuoted(string line, ref int at)
    {
        System.Text.StringBuilder value = new();
        for (at++; at < line.Length && line[at] != '"'; at++)
        {
            if (line[at] != '\\')
            {
                value.Append(line[at]);
                continue;
            }

            Check(at + 1 < line.Length && line[at + 1] is '\\' or '"' or 'n', line, "has a backslash that escapes nothing");
            at++;
            value.Append(line[at] == 'n' ? '\n' : line[at]);
        }

        Check(at < line.Length, line, "has a quote without an end");
        at++;
        return value.ToString();
    }

    private static double ReadValue(string line, string text)
    {
        double value = text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && double.IsFinite(parsed)
                ? parsed
                : throw new FormatException($"{line}: the value is no number"),
        };
        return value;
    }

    private void EndFamily()
    {
        if (_family is { } family)
        {
            Check(_type is not null, family, "has no TYPE");
            Check(Samples.Exists(sample => sample.Family == family), family, "has no series");
        }

        _family = _type = null;
    }

    /// <summary>Of every series of a histogram: bounds that grow, counts that do not shrink, +Inf last and equal to the count, and a sum.</summary>
    private void CheckHistogram(string family)
    {
        foreach (IGrouping<string, ExpositionSample> series in Samples.Where(sample => sample.Family == family).GroupBy(sample => sample.KeyWithoutBound))
        {
            ExpositionSample[] buckets = [.. series.Where(sample => sample.Name == family + "_bucket")];
            double[] bounds = [.. buckets.Select(bucket => ReadValue(bucket.Name, bucket.Labels["le"]))];
            Check(bounds.Length > 0 && double.IsPositiveInfinity(bounds[^1]), series.Key, "does not end with +Inf");
            Check(bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second), series.Key, "has bounds that do not grow");
            Check(buckets.Zip(buckets.Skip(1)).All(pair => pair.First.Value <= pair.Second.Value), series.Key, "has buckets that are not cumulative");
            ExpositionSample? count = series.SingleOrDefault(sample => sample.Name == family + "_count");
            Check(count is not null && buckets[^1].Value == count.Value, series.Key, "has a count that is not that of +Inf");
            Check(series.Count(sample => sample.Name == family + "_sum") == 1, series.Key, "has no sum");
        }
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');

    private static void Check(bool holds, string where, string fault)
    {
        if (!holds)
        {
            throw new FormatException($"{where}: {fault}");
        }
    }
}

/// <summary>One line with a value.</summary>
internal sealed record ExpositionSample(string Family, string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public string KeyWithoutBound => Family + "|" + string.Join("|", Labels.Where(l => l.Key != "le").OrderBy(l => l.Key, StringComparer.Ordinal));
}
