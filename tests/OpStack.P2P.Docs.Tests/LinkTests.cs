using System.Text.RegularExpressions;
using OpStack.P2P.Docs.Tests.Markdown;

namespace OpStack.P2P.Docs.Tests;

/// <summary>What a page points at is there.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Documentation.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_somewhere(string page) => Assert.Empty(Broken(Documentation.PageOf(page)));

    [Fact]
    public void Every_page_of_docs_can_be_reached_from_the_readme()
    {
        HashSet<string> reached = ["README.md"];
        Queue<string> left = new(reached);
        while (left.TryDequeue(out string? page))
        {
            foreach (string target in Documentation.PageOf(page).Links.Select(link => TargetOf(page, link)).Where(target => target.EndsWith(".md", StringComparison.Ordinal)))
            {
                if (Documentation.IsFile(target) && reached.Add(target))
                {
                    left.Enqueue(target);
                }
            }
        }

        Assert.Empty(Documentation.Pages.Except(reached));
    }

    [Theory]
    [InlineData("docs/nothing.md")]
    [InlineData("README.md#nothing")]
    [InlineData("#nothing")]
    [InlineData("src#nothing")]
    [InlineData("../README.md")]
    public void A_link_that_leads_nowhere_is_found(string link) =>
        Assert.Equal([$"README.md: {link}"], Broken(new Page("README.md", $"# Here\n[a](#here) [b](docs) [c](https://example.org/nothing) [d]({link})")));

    private static IEnumerable<string> Broken(Page page) =>
        page.Links.Where(link => !Absolute().IsMatch(link) && !Leads(page, link)).Select(link => $"{page.Path}: {link}");

    private static bool Leads(Page page, string link)
    {
        string target = TargetOf(page.Path, link);
        string anchor = link.Contains('#', StringComparison.Ordinal) ? link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..] : "";
        Page? there = target == page.Path ? page : target.EndsWith(".md", StringComparison.Ordinal) && Documentation.IsFile(target) ? Documentation.PageOf(target) : null;
        return there is not null
            ? anchor.Length == 0 || there.Anchors.Contains(anchor)
            : anchor.Length == 0 && !target.StartsWith("..", StringComparison.Ordinal) && Documentation.Exists(target);
    }

    private static string TargetOf(string page, string link)
    {
        string path = link.Split('#')[0];
        return path.Length == 0
            ? page
            : Path.GetRelativePath(Documentation.Root, Path.Combine(Documentation.Root, Path.GetDirectoryName(page)!, path)).Replace('\\', '/');
    }

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:")]
    private static partial Regex Absolute();
}
