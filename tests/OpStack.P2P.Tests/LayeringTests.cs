using System.Text.RegularExpressions;
using System.Xml.Linq;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests;

/// <summary>The floors of DESIGN section 2: which assembly may reference which, and which folder of an assembly may use which.</summary>
public sealed partial class LayeringTests
{
    private static readonly string Root = Repository.Root;

    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["OpStack.Primitives"] = [],
        ["OpStack.Libp2p"] = ["OpStack.Primitives"],
        ["OpStack.Discv5"] = ["OpStack.Primitives"],
        ["OpStack.P2P"] = ["OpStack.Primitives", "OpStack.Libp2p", "OpStack.Discv5"],
        ["OpStack.P2P.Hosting"] = ["OpStack.P2P"],
        ["OpStack.P2P.AspNetCore"] = ["OpStack.P2P", "OpStack.P2P.Hosting"],
    };

    // A folder may use itself and what is listed. "" is the assembly's root folder, open to all.
    private static readonly Dictionary<string, Dictionary<string, string[]>> AllowedFolders = new()
    {
        ["OpStack.Primitives"] = new()
        {
            ["Encoding"] = [],
            ["Crypto"] = ["Encoding"],
        },
        ["OpStack.Libp2p"] = new()
        {
            ["Protobuf"] = [],
            ["Identity"] = ["Protobuf", "Multiformats"],
            ["Multiformats"] = ["Identity"],
            ["Transport"] = ["Multiformats"],
            ["Negotiation"] = ["Transport"],
            ["Noise"] = ["Transport", "Identity", "Protobuf"],
            ["Yamux"] = ["Transport"],
            ["Identify"] = ["Connections", "Transport", "Identity", "Multiformats", "Protobuf"],
            ["Ping"] = ["Connections", "Transport", "Identity"],
            ["Connections"] = ["Transport", "Negotiation", "Noise", "Yamux", "Identify", "Ping", "Identity", "Multiformats"],
            ["Nat"] = ["Connections", "Transport", "Identity", "Multiformats", "Protobuf"],
            ["Gossipsub"] = ["Connections", "Identify", "Transport", "Identity", "Multiformats", "Protobuf"],
        },
        ["OpStack.Discv5"] = new()
        {
            ["Records"] = [],
            ["Filter"] = [],
            ["Udp"] = [],
            ["Packets"] = ["Records"],
            ["Messages"] = ["Records"],
            ["Sessions"] = ["Packets", "Records"],
            ["Routing"] = ["Filter"],
            ["Lookups"] = ["Routing", "Filter"],
            ["Protocol"] = ["Lookups", "Routing", "Sessions", "Messages", "Packets", "Filter", "Records"],
        },
        ["OpStack.P2P"] = new()
        {
            ["Metrics"] = [],
            ["Rollup"] = ["Metrics"],
            ["Payloads"] = ["Rollup", "Metrics"],
            ["Peers"] = ["Rollup", "Metrics"],
            ["Gossip"] = ["Payloads", "Peers", "Rollup", "Metrics"],
            ["Discovery"] = ["Peers", "Payloads", "Rollup", "Metrics"],
            ["Sync"] = ["Peers", "Payloads", "Rollup", "Metrics"],
            ["Signing"] = ["Peers", "Payloads", "Rollup", "Metrics"],
            ["Rpc"] = ["Gossip", "Discovery", "Sync", "Signing", "Peers", "Payloads", "Rollup", "Metrics"],
            ["Node"] = ["Rpc", "Gossip", "Discovery", "Sync", "Signing", "Peers", "Payloads", "Rollup", "Metrics"],
        },
        ["OpStack.P2P.AspNetCore"] = new()
        {
            ["Access"] = [],
            ["Prometheus"] = [],
            ["Dashboard"] = ["Access"],
            ["Rpc"] = ["Access"],
        },
        ["OpStack.P2P.Hosting"] = new()
        {
            ["Settings"] = [],
            ["Health"] = [],
        },
    };

    public static TheoryData<string> Projects =>
        [.. Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_references_only_lower_floors(string project)
    {
        string[] allowed = AllowedReferences[project];
        XDocument file = XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj"));
        string[] references = [.. file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value))];

        Assert.Empty(references.Except(allowed));
    }

    [Fact]
    public void Primitives_uses_the_BCL_alone()
    {
        XDocument file = XDocument.Load(Path.Combine(Root, "src", "OpStack.Primitives", "OpStack.Primitives.csproj"));
        Assert.Empty(file.Descendants("PackageReference"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_folder_uses_only_the_folders_below_it(string project)
    {
        Dictionary<string, string[]> rules = AllowedFolders[project];
        Source[] sources = [.. ReadSources(project)];
        Assert.NotEmpty(sources);

        // What stands in the assembly's root namespace needs no using: its uses are found by name.
        Dictionary<string, HashSet<string>> rootTypesByFolder = sources
            .GroupBy(s => s.Folder)
            .ToDictionary(g => g.Key, g => g.Where(s => s.Code.Contains($"namespace {project};"))
                .SelectMany(s => DeclaredTypes().Matches(s.Code).Select(m => m.Groups[1].Value)).ToHashSet());

        List<string> violations = [];
        foreach (Source source in sources.Where(s => s.Folder != ""))
        {
            Assert.True(rules.ContainsKey(source.Folder), $"{project}/{source.Folder} has no rule here.");
            HashSet<string> words = [.. Words().Matches(source.Code).Select(m => m.Value)];
            foreach ((string folder, HashSet<string> rootTypes) in rootTypesByFolder)
            {
                if (folder == source.Folder || folder == "" || rules[source.Folder].Contains(folder))
                {
                    continue;
                }

                violations.AddRange(rootTypes.Where(words.Contains).Select(t => $"{source.Path} uses {folder}.{t}"));
                if (Regex.IsMatch(source.Code, $@"\busing (static )?{Regex.Escape(project)}\.{folder}\b|(?<![\w.]){folder}\.[A-Z]\w*\."))
                {
                    violations.Add($"{source.Path} uses the namespace {folder}");
                }
            }
        }

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void No_type_bears_the_name_of_a_namespace()
    {
        List<string> clashes = [];
        HashSet<string> everywhere = FoldersBelow(Path.Combine(Root, "src"));
        foreach (string project in AllowedReferences.Keys.Where(p => Directory.Exists(Path.Combine(Root, "src", p))))
        {
            HashSet<string> own = FoldersBelow(Path.Combine(Root, "src", project));
            IEnumerable<Match> types = ReadSources(project).SelectMany(s => DeclaredTypes().Matches(s.Code));

            // What is internal meets only the namespaces of its own assembly.
            clashes.AddRange(types
                .Where(t => (t.Value.StartsWith("public", StringComparison.Ordinal) ? everywhere : own).Contains(t.Groups[1].Value))
                .Select(t => $"{project}: {t.Groups[1].Value}"));
        }

        Assert.Empty(clashes);
    }

    private static IEnumerable<Source> ReadSources(string project)
    {
        string root = Path.Combine(Root, "src", project);
        foreach (string path in Repository.FilesIn(root, "*.cs"))
        {
            string[] parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar);
            yield return new Source(path, parts.Length > 1 ? parts[0] : "", CommentsAndStrings().Replace(File.ReadAllText(path), " "));
        }
    }

    private static HashSet<string> FoldersBelow(string root) =>
        [.. Directory.GetDirectories(root, "*", SearchOption.AllDirectories).Where(d => !IsBuildOutput(d)).Select(d => Path.GetFileName(d)!)];

    private static bool IsBuildOutput(string path) =>
        path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin");

    private sealed record Source(string Path, string Folder, string Code);

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""(?:\\.|[^""\\\n])*""", RegexOptions.Singleline)]
    private static partial Regex CommentsAndStrings();

    // Nested private types count as well: their names are unlikely to be another folder's, and then the word match only errs on the safe side.
    [GeneratedRegex(@"^(?:public|internal)\s[\w\s]*?\b(?:record struct|record class|record|class|struct|interface|enum|delegate\s+[\w<>?,\[\] ]+?)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex DeclaredTypes();

    [GeneratedRegex(@"\b[A-Za-z_]\w*\b")]
    private static partial Regex Words();
}
