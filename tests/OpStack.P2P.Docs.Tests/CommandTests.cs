using System.Text.RegularExpressions;
using OpStack.P2P.Docs.Tests.Markdown;

namespace OpStack.P2P.Docs.Tests;

/// <summary>The commands of the pages name what is there: projects, scripts, tests.</summary>
public sealed partial class CommandTests
{
    [Fact]
    public void Every_command_names_a_thing_that_exists()
    {
        string[] told = [.. Documentation.Pages.Select(Documentation.PageOf).SelectMany(Named).Distinct()];
        Assert.InRange(told.Length, 10, int.MaxValue);
        string[] missing = [.. told.Where(one => !IsThere(one))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_filter_of_a_test_command_names_a_test() =>
        Assert.Empty(Documentation.Pages.Select(Documentation.PageOf).SelectMany(page => Filter().Matches(page.Text))
            .Where(command => !NamesATest(command.Groups[1].Value, command.Groups[2].Value))
            .Select(command => command.Value));

    [Theory]
    [InlineData("dotnet run -c Release --project samples/Nothing -- --blocks 0", "samples/Nothing")]
    [InlineData("x=1 dotnet run --project samples/Devnet/Nothing.csproj", "samples/Devnet/Nothing.csproj")]
    [InlineData("dotnet test tests/Nothing --filter Row", "tests/Nothing")]
    [InlineData("dotnet publish samples -c Release", "samples")]
    [InlineData("bash tests/nothing.sh", "tests/nothing.sh")]
    public void A_command_that_names_nothing_is_found(string command, string name)
    {
        Assert.Equal([name], Named(new Page("p.md", $"```sh\n{command}\n```")));
        Assert.Equal([name], Named(new Page("p.md", $"Do `{command}`, and then `dotnet test`.")));
        Assert.False(IsThere(name));
    }

    private static IEnumerable<string> Named(Page page) =>
        Command().Matches(page.Text).Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value);

    /// <summary>A script or a project: a file, or a folder with one project.</summary>
    private static bool IsThere(string name) =>
        Documentation.IsFile(name) || (Documentation.Exists(name) && Documentation.FilesIn(name, "*.csproj", SearchOption.TopDirectoryOnly).Count() == 1);

    private static bool NamesATest(string project, string filter) =>
        Documentation.FilesIn(project, "*.cs").Any(file => Documentation.Read(file).Contains(filter, StringComparison.Ordinal));

    [GeneratedRegex(@"dotnet run [^\n`]*?--project (\S+?)(?=[\s`])|dotnet (?:test|build|pack|publish) ([^\s`-][^\s`]*)|\bbash ([^\s`-][^\s`]*)")]
    private static partial Regex Command();

    [GeneratedRegex(@"dotnet test ([^\s`-][^\s`]*)[^\n`]* --filter ([A-Za-z_]+)")]
    private static partial Regex Filter();
}
