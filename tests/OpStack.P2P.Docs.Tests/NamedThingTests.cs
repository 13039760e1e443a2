using System.Text.RegularExpressions;
using OpStack.P2P.Docs.Tests.Markdown;

namespace OpStack.P2P.Docs.Tests;

/// <summary>Sources, RPC methods, metrics and events that the pages name are there.</summary>
public sealed partial class NamedThingTests
{
    private static readonly Page[] Pages = [.. Documentation.Pages.Select(Documentation.PageOf)];

    /// <summary>In columns named "where": ends of paths under src, as <c>Gossip/BlockHandler.cs</c>, or <c>.Rules.cs</c> behind it.</summary>
    [Fact]
    public void Every_source_that_a_table_names_is_there()
    {
        string[] sources = [.. Documentation.FilesIn("src", "*.cs")];
        string[] named =
        [
            .. Pages.SelectMany(page => page.Tables).SelectMany(table => table.Cells("where"))
                .SelectMany(cell => Source().Matches(cell)).Select(name => name.Groups[1].Value),
        ];
        Assert.InRange(named.Length, 40, int.MaxValue);
        string[] missing =
        [
            .. named.Where(name => !sources.Any(source =>
                source.EndsWith($"/{name}", StringComparison.Ordinal) || source.EndsWith($".{name.TrimStart('.')}", StringComparison.Ordinal))),
        ];
        Assert.Empty(missing);
    }

    /// <summary>A test of OpStack.P2P.Tests holds docs/rpc.md to the code.</summary>
    [Fact]
    public void Every_method_that_a_page_names_is_in_the_table_of_methods() => Assert.Empty(Foreign(Method(), "docs/rpc.md"));

    /// <summary>A test of OpStack.P2P.Tests holds docs/metrics.md to the code.</summary>
    [Fact]
    public void Every_metric_that_a_page_names_is_in_the_table_of_metrics() => Assert.Empty(Foreign(Metric(), "docs/metrics.md"));

    [Fact]
    public void Every_event_that_a_page_names_is_logged()
    {
        string logs = string.Concat(Documentation.FilesIn("src", "*Log.cs").Select(Documentation.Read));
        string[] named =
        [
            .. Pages.SelectMany(page => Event().Matches(page.Text)).SelectMany(match => Number().Matches(match.Value))
                .Select(number => number.Value).Distinct(),
        ];
        Assert.InRange(named.Length, 15, int.MaxValue);
        string[] missing = [.. named.Where(id => !Regex.IsMatch(logs, $@"LoggerMessage\(\s*(EventId = )?{id},"))];
        Assert.Empty(missing);
    }

    /// <summary>Names of a kind that a page has in backticks and one page, which knows them all, has not in any table.</summary>
    private static IEnumerable<string> Foreign(Regex kind, string knowing)
    {
        HashSet<string> known =
        [
            .. Documentation.PageOf(knowing).Tables.SelectMany(table => table.Rows).SelectMany(row => kind.Matches(row[0])).Select(name => name.Groups[1].Value),
        ];
        string[] named = [.. Pages.SelectMany(page => kind.Matches(page.Text)).Select(name => name.Groups[1].Value).Distinct()];
        Assert.InRange(named.Length, 8, int.MaxValue);
        return named.Except(known);
    }

    [GeneratedRegex(@"`([\w./]+\.cs)`")]
    private static partial Regex Source();

    [GeneratedRegex(@"\b((?:opp2p|admin)_[a-zA-Z]{4,})\b")]
    private static partial Regex Method();

    [GeneratedRegex(@"`(opstack\.p2p\.[a-z_.]+)`")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\b[Ee]vents? \d{4}(?:(?:, | and |, and )\d{4})*")]
    private static partial Regex Event();

    [GeneratedRegex(@"\d{4}")]
    private static partial Regex Number();
}
