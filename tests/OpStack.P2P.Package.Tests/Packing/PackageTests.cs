using System.Reflection;
using System.Security.Cryptography;
using System.Xml.Linq;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Package.Tests.Packing;

/// <summary>What a package has to have.</summary>
[Collection(PackagesCollection.Name)]
public sealed class PackageTests(PackedRepository packed)
{
    /// <summary>All that the packages need of others. Whoever adds one must mean it.</summary>
    private static readonly Dictionary<string, string[]> Dependencies = new()
    {
        ["OpStack.Primitives"] = [],
        ["OpStack.Libp2p"] = ["Microsoft.Extensions.Logging.Abstractions", "OpStack.Primitives"],
        ["OpStack.Discv5"] = ["Microsoft.Extensions.Logging.Abstractions", "OpStack.Primitives"],
        ["OpStack.P2P"] = ["OpStack.Discv5", "OpStack.Libp2p", "OpStack.Primitives"],
        ["OpStack.P2P.Hosting"] =
        [
            "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Options.ConfigurationExtensions",
            "OpStack.P2P",
        ],
        ["OpStack.P2P.AspNetCore"] = ["OpStack.P2P", "OpStack.P2P.Hosting"],
    };

    [Fact]
    public void Every_project_of_src_is_a_package_with_one_of_symbols_and_nothing_else_is()
    {
        string[] projects = [.. Repository.FilesIn("src", "*.csproj").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];
        Assert.Equal(projects, PackageList.All.Order());
        Assert.Equal(
            projects.SelectMany(project => new[] { $"{project}.{PackedRepository.Version}.nupkg", $"{project}.{PackedRepository.Version}.snupkg" }).Order(),
            Directory.GetFiles(packed.Feed).Select(file => Path.GetFileName(file)).Order());
    }

    [Theory]
    [MemberData(nameof(PackageList.Names), MemberType = typeof(PackageList))]
    public void A_package_has_its_assembly_documentation_readme_and_licence_and_names_its_dependencies(string name)
    {
        PackageFile package = new(packed.Feed, name);
        string[] files = [.. package.Files.Where(file => !file.StartsWith("_rels/", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal))];
        Assert.Equal(
            new[] { $"{name}.nuspec", "LICENSE", "README.md", "[Content_Types].xml", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" }.Order(),
            files.Order());
        Assert.StartsWith($"# {name}\n", package.Text("README.md"), StringComparison.Ordinal);
        Assert.StartsWith("MIT License", package.Text("LICENSE"), StringComparison.Ordinal);

        XElement metadata = package.Metadata();
        Assert.Equal(("MIT", "expression"), (metadata.Element("license")!.Value, metadata.Element("license")!.Attribute("type")!.Value));
        Assert.Equal("README.md", metadata.Element("readme")!.Value);
        Assert.Equal("The OpStack.P2P authors", metadata.Element("authors")!.Value);
        Assert.InRange(metadata.Element("description")!.Value.Length, 60, 400);
        XElement[] dependencies = [.. metadata.Descendants("dependency")];
        Assert.Equal(Dependencies[name].Order(), dependencies.Select(one => one.Attribute("id")!.Value).Order());
        Assert.All(
            dependencies.Where(one => one.Attribute("id")!.Value.StartsWith("OpStack.", StringComparison.Ordinal)),
            one => Assert.Equal(PackedRepository.Version, one.Attribute("version")!.Value));
    }

    [Theory]
    [MemberData(nameof(PackageList.Names), MemberType = typeof(PackageList))]
    public void Every_public_type_is_documented(string name)
    {
        using MemoryStream documentation = new(new PackageFile(packed.Feed, name).Documentation);
        HashSet<string> documented = [.. XDocument.Load(documentation).Descendants("member").Where(HasSummary).Select(member => member.Attribute("name")!.Value)];
        string[] types = [.. Assembly.Load(name).GetExportedTypes().Select(type => "T:" + type.FullName!.Replace('+', '.'))];
        Assert.Empty(types.Except(documented));
        Assert.NotEmpty(types);
    }

    [Theory]
    [MemberData(nameof(PackageList.Names), MemberType = typeof(PackageList))]
    public void Symbols_are_those_of_the_assembly_and_lead_to_the_sources_of_its_commit(string name)
    {
        PackageFile package = new(packed.Feed, name);
        (Guid assembly, Guid symbols) = package.SymbolIds();
        Assert.Equal(assembly, symbols);

        // No path of the machine that built it; what a generator wrote is in the symbols themselves.
        string[] documents = package.Documents();
        Assert.NotEmpty(documents);
        Assert.All(documents, document => Assert.StartsWith("/_", document, StringComparison.Ordinal));
        Assert.Contains(documents, document => document.StartsWith($"/_/src/{name}/", StringComparison.Ordinal));
        Assert.Contains($"/example/packed/{packed.Commit}/*", package.SourceLinks(), StringComparison.Ordinal);

        XElement repository = package.Metadata().Element("repository")!;
        Assert.Equal(
            ("git", PackedRepository.Remote, packed.Commit),
            (repository.Attribute("type")!.Value, repository.Attribute("url")!.Value, repository.Attribute("commit")!.Value));
    }

    [Theory]
    [MemberData(nameof(PackageList.Names), MemberType = typeof(PackageList))]
    public void Packed_twice_from_two_places_the_bytes_are_the_same(string name)
    {
        PackageFile one = new(packed.Feed, name);
        PackageFile other = new(packed.SecondFeed, name);
        Assert.Equal(Hashes(one), Hashes(other));
    }

    private static string[] Hashes(PackageFile package) =>
        [.. new[] { package.Assembly, package.Symbols, package.Documentation }.Select(bytes => Convert.ToHexStringLower(SHA256.HashData(bytes)))];

    private static bool HasSummary(XElement member) => member.Element("summary") is { } summary && summary.Value.Trim().Length > 0 || member.Element("inheritdoc") is not null;
}
