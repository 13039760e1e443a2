using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using OpStack.P2P.FollowChain.Flags;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Hosting.Tests;

/// <summary>What the documents promise is so.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void The_table_of_options_is_that_of_the_code()
    {
        string[] told = [.. Rows().Matches(Repository.Read("docs", "hosting.md")).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value} {row.Groups[3].Value}").Order()];
        string[] actual = [.. typeof(P2POptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(RowOf).Order()];
        Assert.Equal(actual, told);
    }

    [Fact]
    public void A_new_user_writes_at_most_15_lines_of_code()
    {
        string readme = Repository.Read("README.md");
        string code = readme[readme.IndexOf("<!-- new-user -->", StringComparison.Ordinal)..].Split("```")[1];
        Assert.InRange(code.Split('\n').Skip(1).Count(line => line.Trim().Length > 0), 1, 15);
    }

    [Fact]
    public void HostedNode_is_the_whole_of_it_in_under_100_lines()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "samples", "HostedNode"), "*.cs");
        int lines = files.Sum(file => File.ReadAllLines(file).Length);
        Assert.InRange(lines, 1, 99);
        Assert.Contains($"page at http://127.0.0.1:7545 in {lines} lines", Repository.Read("README.md").ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private static string RowOf(PropertyInfo property)
    {
        string flag = FlagTable.All.Select(flag => flag.Name)
            .FirstOrDefault(flag => string.Concat(flag.Split('-', '.').Where(word => word is not ("" or "p2p"))).Equals(property.Name, StringComparison.OrdinalIgnoreCase))
            ?? (property.Name == nameof(P2POptions.RpcEnableAdmin) ? "--rpc.enable-admin" : "");
        string value = property.GetValue(new P2POptions()) switch
        {
            null => "",
            bool on => on ? "true" : "false",
            string text => text,
            IEnumerable items => string.Join(',', items.Cast<object>()),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            object other => throw new InvalidOperationException($"{property.Name} is a {other.GetType()}."),
        };
        return $"{property.Name} {flag} {value}";
    }

    /// <summary>| `Option` | `--flag` | `default` | …, the latter two may be empty.</summary>
    [GeneratedRegex(@"^\| `([A-Z]\w+)` \| (?:`(--[^`]+)`)? \| (?:`([^`]+)`)? \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
