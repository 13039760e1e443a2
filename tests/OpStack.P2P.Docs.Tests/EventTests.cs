using System.Text.RegularExpressions;
using OpStack.P2P.Docs.Tests.Markdown;

namespace OpStack.P2P.Docs.Tests;

/// <summary>The page of events has every one that is logged at Information and above, with its level and its text.</summary>
public sealed partial class EventTests
{
    private static readonly string[] Told = ["Information", "Warning", "Error", "Critical"];

    [Fact]
    public void The_page_of_events_is_that_of_the_code()
    {
        string[] told = [.. Documentation.PageOf("docs/events.md").Tables.SelectMany(Rows).Order(StringComparer.Ordinal)];
        string[] actual = [.. Documentation.FilesIn("src", "*Log.cs").SelectMany(Logged).Order(StringComparer.Ordinal)];
        Assert.InRange(actual.Length, 60, int.MaxValue);
        Assert.Equal(actual, told);
    }

    [Fact]
    public void Events_are_logged_in_files_of_their_own() =>
        Assert.All(
            Documentation.FilesIn("src", "*.cs").Where(file => !file.EndsWith("Log.cs", StringComparison.Ordinal)),
            file => Assert.DoesNotContain("[LoggerMessage", Documentation.Read(file), StringComparison.Ordinal));

    private static IEnumerable<string> Rows(Table table) => table.Cells("event").Zip(table.Cells("level"), table.Cells("text"))
        .Select(row => $"{row.First} {row.Second} {row.Third.Trim('`')}");

    private static IEnumerable<string> Logged(string file) => Message().Matches(Documentation.Read(file))
        .Where(message => Told.Contains(message.Groups[2].Value))
        .Select(message => $"{message.Groups[1].Value} {message.Groups[2].Value} {message.Groups[3].Value}");

    [GeneratedRegex("""\[LoggerMessage\(\s*(?:EventId = )?(\d+),\s*(?:Level = )?LogLevel\.(\w+),\s*(?:Message = )?"([^"]*)"\s*\)\]""")]
    private static partial Regex Message();
}
