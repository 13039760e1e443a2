using System.Text.RegularExpressions;
using OpStack.P2P.Docs.Tests.Markdown;

namespace OpStack.P2P.Docs.Tests;

/// <summary>
/// The tests that the threat model and the conformance page name are there. They stand in backticks in tables, in a column named "Test", as
/// <c>ClassName.Method_name</c> or <c>ClassName</c>.
/// </summary>
public sealed partial class NamedTestTests
{
    /// <summary>All classes of the tests by name, with the text of every file that has a part of one.</summary>
    private static readonly Lazy<ILookup<string, string>> Classes = new(() => Documentation.FilesIn("tests", "*.cs")
        .Select(Documentation.Read)
        .SelectMany(text => Class().Matches(text).Select(match => (Name: match.Groups[1].Value, Text: text)).Distinct())
        .ToLookup(one => one.Name, one => one.Text));

    [Theory]
    [InlineData("docs/threat-model.md")]
    [InlineData("docs/conformance.md")]
    public void Every_test_that_a_page_names_is_there(string path)
    {
        if (!Documentation.IsFile(path))
        {
            Assert.True(Documentation.Exists(path), $"{path} is missing, and the pages that came with it are not.");
            return;
        }

        string[] names = [.. Names(Documentation.PageOf(path))];
        Assert.InRange(names.Length, 10, int.MaxValue);
        string[] missing = [.. names.Where(name => !IsThere(name))];
        Assert.Empty(missing);
    }

    [Fact]
    public void A_test_that_is_not_there_is_found()
    {
        const string Text = """
            | Rule | Test |
            |---|---|
            | a | `LinkTests`, `LinkTests.A_link_that_leads_nowhere_is_found` and `NoTests` |
            | `b` | `LinkTests.No_such_test`; `LinkTests.Broken`; `NoTests.Every_link` |
            """;
        Assert.Equal(["NoTests", "LinkTests.No_such_test", "LinkTests.Broken", "NoTests.Every_link"], Names(new Page("p.md", Text)).Where(name => !IsThere(name)));
    }

    private static IEnumerable<string> Names(Page page) =>
        page.Tables.SelectMany(table => table.Cells("Test")).SelectMany(cell => Quoted().Matches(cell)).Select(name => name.Groups[1].Value);

    [Theory]
    [InlineData("[Fact]", true)]
    [InlineData("[Theory]\n    [InlineData(1)]", true)]
    [InlineData("[Trait(\"Row\", \"1\")]\n    [LongFact(Timeout = 1)]", true)]
    [InlineData("/// <summary>[Fact]</summary>", false)]
    [InlineData("[Trait(\"Row\", \"Fact\")]", false)]
    [InlineData("[InlineData(1)]", false)]
    public void A_method_is_a_test_by_its_attribute(string above, bool isTest) =>
        Assert.Equal(isTest, HasTest($"class One\n{{\n    [Fact]\n    public void Another() => Do();\n\n    {above}\n    public void It() => Do();\n}}", "It"));

    private static bool IsThere(string name)
    {
        string[] parts = name.Split('.');
        return parts.Length <= 2 && Classes.Value[parts[0]].Any(text => parts.Length == 1 || HasTest(text, parts[1]));
    }

    /// <summary>A Fact or a Theory, or an attribute derived from one and named so, on a method of this name. Tests are internal where their parameters are.</summary>
    private static bool HasTest(string text, string method) =>
        Regex.Matches(text, $@"\b(?:public|internal) (?:async )?(?:void|(?:Value)?Task) {Regex.Escape(method)}\(").Any(match => IsTest(text[..match.Index]));

    /// <summary>Members have an empty line between them: what stands behind the last one is the method's.</summary>
    private static bool IsTest(string before) => TestAttribute().IsMatch(before.ReplaceLineEndings("\n").Split("\n\n")[^1]);

    [GeneratedRegex(@"^[a-z ]*\b(?:class|record|struct) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex(@"^ *\[(?:\w+, )*\w*(?:Fact|Theory)\b[\](,]", RegexOptions.Multiline)]
    private static partial Regex TestAttribute();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
