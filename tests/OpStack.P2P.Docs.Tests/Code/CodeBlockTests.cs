using OpStack.P2P.Docs.Tests.Markdown;

namespace OpStack.P2P.Docs.Tests.Code;

/// <summary>The C# that the pages and the packages' readmes show compiles, without a warning.</summary>
public sealed class CodeBlockTests
{
    public static TheoryData<string> PagesWithCode => [.. Documentation.Pages.Concat(Documentation.PackagePages).Where(page => CodeOf(page).Count > 0)];

    [Theory]
    [MemberData(nameof(PagesWithCode))]
    public void The_code_of_a_page_compiles(string page) => Assert.Empty(CodeOf(page).SelectMany(DocumentCompiler.Errors));

    // A block of "cs" or of "c#" would be compiled by nobody.
    [Fact]
    public void Every_block_is_in_a_language_that_the_pages_use()
    {
        string[] used = ["", "csharp", "ini", "json", "sh", "xml"];
        CodeBlock[] blocks = [.. Documentation.Pages.Concat(Documentation.PackagePages).SelectMany(page => Documentation.PageOf(page).Blocks)];
        Assert.Empty(blocks.Where(block => !used.Contains(block.Language)).Select(block => $"{block.Where}: {block.Language}"));
        Assert.Empty(used.Except(blocks.Select(block => block.Language)));
    }

    [Fact]
    public void Every_package_shows_code()
    {
        Assert.Equal(6, Documentation.PackagePages.Count);
        Assert.All(Documentation.PackagePages, page => Assert.NotEmpty(CodeOf(page)));
    }

    [Theory]
    [InlineData("OpStack.P2P.Network.NoSuchMethod();", "CS0117")]
    [InlineData("Console.WriteLine(…);", "CS1056")]
    [InlineData("string text = null;\nConsole.WriteLine(text);", "CS8600")]
    [InlineData("class Reader { }\n}", "CS1022")]
    public void Code_that_does_not_compile_is_found(string code, string error) =>
        Assert.Contains(error, string.Join('\n', DocumentCompiler.Errors(Block(code, ""))), StringComparison.Ordinal);

    [Fact]
    public void A_fragment_compiles_with_what_it_stands_on_and_not_without()
    {
        const string Fragment = "using OpStack.P2P;\nRead(one);\nclass Reader(Network network) { public Network Network => network; }";
        const string StandsOn = "using OpStack.P2P;\nint one = 1;\nstatic void Read(int number) => Console.WriteLine(number);";
        Assert.Empty(DocumentCompiler.Errors(Block(Fragment, StandsOn)));
        Assert.Equal(2, DocumentCompiler.Errors(Block(Fragment, "")).Count);
    }

    private static IReadOnlyList<CodeBlock> CodeOf(string page) => [.. Documentation.PageOf(page).Blocks.Where(block => block.Language == "csharp")];

    private static CodeBlock Block(string code, string standsOn) => new("here", "csharp", code, standsOn);
}
