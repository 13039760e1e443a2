namespace OpStack.P2P.Docs.Tests;

/// <summary>No page waits for something that was to be written later.</summary>
public sealed class UnfinishedTests
{
    private const string Mark = "Not filled in yet";

    public static TheoryData<string> Pages => [.. Documentation.Pages.Concat(Documentation.PackagePages)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void No_place_of_a_page_is_left_to_be_filled_in(string page) => Assert.DoesNotContain(Mark, Documentation.Read(page), StringComparison.OrdinalIgnoreCase);
}
