using System.Text.RegularExpressions;

namespace OpStack.P2P.Docs.Tests.Markdown;

/// <summary>A page in Markdown, as far as the tests ask about it.</summary>
internal sealed partial class Page
{
    private const string StandsOn = "stands on:";

    private readonly List<CodeBlock> _blocks = [];
    private readonly List<string> _prose = [];

    /// <param name="path">From the root of the repository, with slashes.</param>
    /// <param name="text">What it says.</param>
    public Page(string path, string text)
    {
        Path = path;
        Text = text;
        Read(text.ReplaceLineEndings("\n").Split('\n'));
    }

    public string Path { get; }

    public string Text { get; }

    public IReadOnlyList<CodeBlock> Blocks => _blocks;

    /// <summary>Where its links lead, as written.</summary>
    public IEnumerable<string> Links => _prose.SelectMany(line => Link().Matches(InlineCode().Replace(line, ""))).Select(link => link.Groups[1].Value);

    /// <summary>The names that a link to a place of this page may end in: GitHub's of each heading.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            HashSet<string> anchors = [];
            foreach (string heading in _prose.Select(line => Heading().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value))
            {
                string anchor = AnchorOf(heading);
                string unique = anchor;
                for (int i = 1; !anchors.Add(unique); i++)
                {
                    unique = FormattableString.Invariant($"{anchor}-{i}");
                }
            }

            return anchors;
        }
    }

    public IEnumerable<Table> Tables
    {
        get
        {
            string heading = "";
            for (int i = 0; i < _prose.Count; i++)
            {
                if (Heading().Match(_prose[i]) is { Success: true } match)
                {
                    heading = match.Groups[1].Value;
                }

                if (_prose[i].StartsWith('|') && i + 1 < _prose.Count && TableRule().IsMatch(_prose[i + 1]))
                {
                    IReadOnlyList<string>[] rows = [.. _prose.Skip(i).TakeWhile(line => line.StartsWith('|')).Select(CellsOf)];
                    yield return new Table(heading, rows[0], rows[2..]);
                    i += rows.Length - 1;
                }
            }
        }
    }

    private void Read(string[] lines)
    {
        string standsOn = "";
        for (int i = 0; i < lines.Length; i++)
        {
            if (Fence().Match(lines[i]) is { Success: true } fence)
            {
                string indent = fence.Groups[1].Value;
                int end = Array.FindIndex(lines, i + 1, line => line == indent + "```");
                Assert.True(end > 0, $"{Path}:{i + 1}: the block has no end.");
                string code = string.Join('\n', lines[(i + 1)..end].Select(line => line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line));
                _blocks.Add(new CodeBlock($"{Path}:{i + 1}", fence.Groups[2].Value, code, standsOn));
                (i, standsOn) = (end, "");
            }
            else if (lines[i].TrimStart().StartsWith("<!--", StringComparison.Ordinal))
            {
                int end = Array.FindIndex(lines, i, line => line.TrimEnd().EndsWith("-->", StringComparison.Ordinal));
                Assert.True(end >= 0, $"{Path}:{i + 1}: the comment has no end.");
                string comment = string.Join('\n', lines[i..(end + 1)]).Trim()[4..^3].Trim();
                standsOn = comment.StartsWith(StandsOn, StringComparison.Ordinal) ? comment[StandsOn.Length..] : standsOn;
                i = end;
            }
            else
            {
                _prose.Add(lines[i]);
                standsOn = lines[i].Trim().Length == 0 ? standsOn : "";
            }
        }
    }

    private static string[] CellsOf(string row) => [.. CellEnd().Split(row.Trim().Trim('|')).Select(cell => cell.Trim().Replace("\\|", "|", StringComparison.Ordinal))];

    private static string AnchorOf(string heading) =>
        NoAnchor().Replace(LinkText().Replace(heading, "$1").ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"^( *)```(.*)$")]
    private static partial Regex Fence();

    [GeneratedRegex("^#{1,6} +(.*?)[ #]*$")]
    private static partial Regex Heading();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"^\|[ :|-]+$")]
    private static partial Regex TableRule();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();
}
