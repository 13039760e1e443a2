using System.Text.RegularExpressions;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>What a selector of an expression asks for.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Matchers">Labels it is narrowed by, with their values.</param>
internal sealed record PromSelector(string Metric, IReadOnlyList<(string Label, string Operator, string Value)> Matchers);

/// <summary>
/// Parses the part of PromQL that our dashboard uses, the whole expression or not at all: numbers, selectors, ranges, functions, aggregations by
/// labels, and arithmetic.
/// </summary>
internal sealed partial class PromQuery
{
    private static readonly string[] Aggregations = ["sum", "max", "min", "avg"];
    private static readonly string[] RangeFunctions = ["rate", "increase"];

    private readonly string[] _tokens;
    private int _at;

    private PromQuery(string expression) => _tokens = Tokenize(expression);

    public List<PromSelector> Selectors { get; } = [];

    /// <summary>What is aggregated by, with the metrics under it.</summary>
    public List<(IReadOnlyList<string> Labels, IReadOnlyList<PromSelector> Of)> Groupings { get; } = [];

    public static PromQuery Parse(string expression)
    {
        PromQuery query = new(expression);
        query.Expression();
        return query._at == query._tokens.Length ? query : throw query.Fault("an end");
    }

    private string? Next => _at < _tokens.Length ? _tokens[_at] : null;

    private void Expression()
    {
        Term();
        while (Next is "+" or "-" or "*" or "/")
        {
            _at++;
            Term();
        }
    }

    private void Term()
    {
        string token = Take();
        if (token == "(")
        {
            Expression();
            Expect(")");
        }
        else if (Aggregations.Contains(token))
        {
            Aggregation();
        }
        else if (RangeFunctions.Contains(token))
        {
            Expect("(");
            Selector(Take(), isRange: true);
            Expect(")");
        }
        else if (token == "histogram_quantile")
        {
            Expect("(");
            Number(Take());
            Expect(",");
            Expression();
            Expect(")");
        }
        else if (token == "time")
        {
            Expect("(");
            Expect(")");
        }
        else if (char.IsAsciiDigit(token[0]))
        {
            Number(token);
        }
        else
        {
            Selector(token, isRange: false);
        }
    }

    private void Aggregation()
    {
        List<string> labels = [];
        if (Next == "by")
        {
            _at++;
            Expect("(");
            do
            {
                labels.Add(Name(Take()));
            }
            while (TakeIf(","));
            Expect(")");
        }

        int before = Selectors.Count;
        Expect("(");
        Expression();
        Expect(")");
        Groupings.Add((labels, Selectors[before..]));
    }

    private void Selector(string metric, bool isRange)
    {
        List<(string, string, string)> matchers = [];
        Name(metric);
        if (TakeIf("{"))
        {
            do
            {
                string label = Name(Take());
                string comparison = Take();
                string value = Take();
                if (comparison is not ("=" or "!=" or "=~" or "!~") || value[0] != '"')
                {
                    throw Fault("a matcher");
                }

                matchers.Add((label, comparison, value[1..^1]));
            }
            while (TakeIf(","));
            Expect("}");
        }

        if (isRange)
        {
            Expect("[");
            Expect("$__rate_interval");
            Expect("]");
        }

        Selectors.Add(new PromSelector(metric, matchers));
    }

    private string Name(string token) => NameText().IsMatch(token) ? token : throw Fault("a name");

    private void Number(string token)
    {
        if (!double.TryParse(token, System.Globalization.CultureInfo.InvariantCulture, out _))
        {
            throw Fault("a number");
        }
    }

    private string Take() => Next is { } token ? _tokens[_at++] : throw Fault("more");

    private bool TakeIf(string token)
    {
        bool isThere = Next == token;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void Expect(string token)
    {
        if (!TakeIf(token))
        {
            throw Fault(token);
        }
    }

    private FormatException Fault(string wanted) => new($"{string.Join(' ', _tokens)}: {wanted} is wanted at token {_at}");

    private static string[] Tokenize(string expression)
    {
        MatchCollection matches = Token().Matches(expression);
        string read = string.Concat(matches.Select(match => match.Value));
        return read.Length == expression.Count(c => c != ' ') + matches.Sum(m => m.Value.Count(c => c == ' '))
            ? [.. matches.Select(match => match.Value)]
            : throw new FormatException($"{expression}: there is what is no token");
    }

    [GeneratedRegex("""[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9]+([.][0-9]+)?|"[^"]*"|[$]__rate_interval|!=|=~|!~|[=(){}\[\],+*/-]""")]
    private static partial Regex Token();

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex NameText();
}
