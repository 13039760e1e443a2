using OpStack.P2P.Docs.Tests.Markdown;

namespace OpStack.P2P.Docs.Tests.Options;

/// <summary>A row of the tables of options, without backticks.</summary>
/// <param name="Record">The record, which the heading begins with.</param>
/// <param name="Name">Its property.</param>
/// <param name="Default">Its default, in units; empty for nothing.</param>
/// <param name="Unit">The unit of default and range.</param>
/// <param name="Range">What it may be.</param>
/// <param name="Flag">op-node's or kona's; empty for none.</param>
internal sealed record OptionRow(string Record, string Name, string Default, string Unit, string Range, string Flag)
{
    /// <summary>The option with its record.</summary>
    public string FullName => $"{Record}.{Name}";

    public static IReadOnlyList<OptionRow> In(string page) => [.. Documentation.PageOf(page).Tables.SelectMany(RowsOf)];

    private static IEnumerable<OptionRow> RowsOf(Table table)
    {
        string[] names = [.. table.Cells("option")];
        string[][] columns = [.. new[] { "default", "unit", "range", "flag" }.Select(column => table.Cells(column).Select(Plain).ToArray())];
        return names.Select((name, i) => new OptionRow(
            Plain(table.Heading.Split(' ')[0]), Plain(name), columns[0][i], columns[1][i], columns[2][i], columns[3][i]));
    }

    private static string Plain(string cell) => cell.Replace("`", "", StringComparison.Ordinal);
}
