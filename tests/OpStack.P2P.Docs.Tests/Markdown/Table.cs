namespace OpStack.P2P.Docs.Tests.Markdown;

/// <summary>A table of a page; cells are trimmed.</summary>
/// <param name="Heading">The text of the heading it stands under.</param>
/// <param name="Columns">Its first row.</param>
/// <param name="Rows">The rows below it.</param>
internal sealed record Table(string Heading, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The cells of a column, or nothing where there is none of this name; a row that is too short has an empty one.</summary>
    public IEnumerable<string> Cells(string column)
    {
        int index = Columns.ToList().IndexOf(column);
        return index < 0 ? [] : Rows.Select(row => index < row.Count ? row[index] : "");
    }
}
