using System.Reflection;

namespace OpStack.P2P.Docs.Tests.Options;

/// <summary>The pages of options tell every option, its default and its range as they are.</summary>
public sealed class OptionTests
{
    private static readonly IReadOnlyList<OptionRow> Rows = [.. OptionRow.In("docs/options.md"), .. OptionRow.In("docs/options-connections.md")];

    [Fact]
    public void The_tables_have_every_option_with_its_default()
    {
        Dictionary<string, string> units = Rows.ToDictionary(row => row.FullName, row => row.Unit);
        string[] actual = [.. DocumentedRecords.All.SelectMany(record => DocumentedRecords.OptionsOf(record).Select(option => TextOf(record, option, units))).Order()];
        Assert.Equal(actual, Rows.Select(row => $"{row.FullName} {row.Default}").Order());
    }

    [Fact]
    public async Task The_ends_of_every_range_are_taken_and_what_lies_beyond_is_refused()
    {
        int told = 0;
        foreach (OptionRow row in Rows)
        {
            object record = DocumentedRecords.All.Single(one => one.GetType().Name == row.Record);
            Type type = record.GetType().GetProperty(row.Name)!.PropertyType;
            if (Quantity.TryReadRange(row.Range, row.Unit, Nullable.GetUnderlyingType(type) ?? type, out (object Least, object Most, object Below, object Above) range))
            {
                told++;

                // Another option may not go with an end; then that one is named.
                Assert.False(await IsRefusedAsync(record, row, range.Least), $"{row.FullName} refuses {range.Least}.");
                Assert.False(await IsRefusedAsync(record, row, range.Most), $"{row.FullName} refuses {range.Most}.");
                Assert.True(range.Below.Equals(range.Least) || await IsRefusedAsync(record, row, range.Below), $"{row.FullName} takes {range.Below}.");
                Assert.True(await IsRefusedAsync(record, row, range.Above), $"{row.FullName} takes {range.Above}.");
            }
        }

        Assert.InRange(told, 60, int.MaxValue);
    }

    /// <summary>docs/hosting.md has all there are, and a test of OpStack.P2P.Hosting.Tests compares it with the flags themselves.</summary>
    [Fact]
    public void Every_flag_is_one_that_there_is()
    {
        string[] flags = [.. Rows.Select(row => row.Flag).Where(flag => flag.Length > 0)];
        Assert.InRange(flags.Length, 30, int.MaxValue);
        Assert.Empty(flags.Except(Documentation.PageOf("docs/hosting.md").Tables.SelectMany(table => table.Cells("flag")).Select(flag => flag.Trim('`'))));
    }

    private static string TextOf(object record, PropertyInfo option, Dictionary<string, string> units)
    {
        string name = $"{record.GetType().Name}.{option.Name}";
        return units.TryGetValue(name, out string? unit) ? $"{name} {DocumentedRecords.DefaultOf(record, option, unit)}" : $"{name} is not told";
    }

    /// <summary>Whether the library refuses the value for what it is. The name may have that of the record before it.</summary>
    private static async Task<bool> IsRefusedAsync(object record, OptionRow row, object value) =>
        (await DocumentedRecords.RefusedAsync(DocumentedRecords.With(record, row.Name, value)))?.Split('.')[^1] == row.Name;
}
