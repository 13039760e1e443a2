using OpStack.P2P.TestKit;
using Xunit.Abstractions;

namespace OpStack.P2P.Package.Tests.Sizes;

/// <summary>The sizes of DESIGN section 6: files with a median under 100 lines, p95 under 400, none above 600; functions with p95 under 45, none above 100.</summary>
public sealed class SizeTests(ITestOutputHelper output)
{
    [Fact]
    public void Files_of_src_have_a_median_under_100_lines_a_p95_under_400_and_none_above_600()
    {
        (string Where, int Lines)[] files = [.. Sources().Select(file => (file.Path, file.Text.Count(c => c == '\n')))];
        (int median, int p95, int longest) = Measure("files", files);
        Assert.InRange(files.Length, 500, int.MaxValue);
        Assert.InRange(median, 1, 99);
        Assert.InRange(p95, 1, 399);
        Assert.InRange(longest, 1, 600);
    }

    [Fact]
    public void Functions_of_src_have_a_p95_under_45_lines_and_none_above_100()
    {
        (string Where, int Lines)[] functions =
            [.. Sources().SelectMany(file => SourceFunction.In(file.Path, file.Text)).Select(function => (function.Where, function.Lines))];
        (_, int p95, int longest) = Measure("functions", functions);
        Assert.InRange(functions.Length, 3_000, int.MaxValue);
        Assert.InRange(p95, 1, 44);
        Assert.InRange(longest, 1, 100);
    }

    [Fact]
    public void A_function_is_measured_from_its_first_word_to_its_last_brace()
    {
        const string Code = """
            class C
            {
                /// <summary>Not counted.</summary>
                [System.Obsolete]
                public void Four(
                    int x)
                {
                }

                public int One => 1;
                public int Auto { get; set; }
                public partial void None();
                public int Two { get { return 1; } set
                    { } }
            }
            """;
        Assert.Equal([4, 1, 1, 2], SourceFunction.In("C.cs", Code).Select(function => function.Lines));
    }

    private static IEnumerable<(string Path, string Text)> Sources() =>
        Repository.FilesIn("src", "*.cs").Select(file => (Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file)));

    private (int Median, int P95, int Longest) Measure(string what, (string Where, int Lines)[] all)
    {
        (string Where, int Lines)[] sorted = [.. all.OrderBy(one => one.Lines)];
        (int median, int p95) = (sorted[sorted.Length / 2].Lines, sorted[sorted.Length * 95 / 100].Lines);
        output.WriteLine($"{sorted.Length} {what}: median {median} lines, p95 {p95}, longest {sorted[^1].Lines}");
        foreach ((string where, int lines) in sorted.Reverse().Take(5))
        {
            output.WriteLine($"  {lines} {where}");
        }

        return (median, p95, sorted[^1].Lines);
    }
}
