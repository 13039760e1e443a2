namespace OpStack.P2P.Docs.Tests.Markdown;

/// <summary>What the other tests see of a page is what stands there.</summary>
public sealed class PageTests
{
    private const string Text = """
        # A page: `of` [ours](x.md#y)

        See [there](docs/a.md) and `[not](there)`.

        <!-- new-user -->
        <!-- stands on:
        int one = 1;
        -->
          ```csharp
          int two = one + 1;
          [no](link.md)
          ```

        ## A page: of ours

        | Row | Test |
        |---|---|
        | 1 | `A.B` \| `C` |
        | 2 |
        """;

    [Fact]
    public void A_page_has_blocks_links_anchors_and_tables()
    {
        Page page = new("p.md", Text);
        CodeBlock block = Assert.Single(page.Blocks);
        Assert.Equal(("p.md:9", "csharp", "int two = one + 1;\n[no](link.md)", "int one = 1;"), (block.Where, block.Language, block.Code, block.StandsOn.Trim()));
        Assert.Equal(["x.md#y", "docs/a.md"], page.Links);
        Assert.Equal(["a-page-of-ours", "a-page-of-ours-1"], page.Anchors);
        Table table = Assert.Single(page.Tables);
        Assert.Equal("A page: of ours", table.Heading);
        Assert.Equal(["`A.B` | `C`", ""], table.Cells("Test"));
        Assert.Empty(table.Cells("test"));
    }

    [Fact]
    public void A_block_has_the_language_that_is_written_whatever_it_is() =>
        Assert.Equal(["c#", "csharp title", ""], new Page("p.md", "```c#\n```\n```csharp title\n```\n```\n```").Blocks.Select(block => block.Language));

    [Fact]
    public void What_a_block_stands_on_is_directly_above_it() =>
        Assert.Equal("", new Page("p.md", "<!-- stands on: int one; -->\nA line between.\n```csharp\n```").Blocks[0].StandsOn);
}
