using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OpStack.P2P.Package.Tests;

/// <summary>What the readme of a package shows compiles, in a program with the usual global usings.</summary>
public sealed partial class ReadmeTests
{
    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    [Theory]
    [MemberData(nameof(Repository.PackageNames), MemberType = typeof(Repository))]
    public void The_code_of_a_readme_compiles(string package)
    {
        string[] blocks = [.. Blocks().Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", package, "README.md"))).Select(block => block.Groups[1].Value)];
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Empty(Errors(block)));
    }

    [Fact]
    public void Code_that_does_not_compile_is_found() => Assert.Single(Errors("OpStack.P2P.Network.NoSuchMethod();"));

    private static IEnumerable<string> Errors(string code)
    {
        string[] assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return CSharpCompilation.Create(
                "Readme",
                [CSharpSyntaxTree.ParseText(GlobalUsings), CSharpSyntaxTree.ParseText(code)],
                assemblies.Select(path => MetadataReference.CreateFromFile(path)),
                new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics()
            .Where(one => one.Severity >= DiagnosticSeverity.Warning)
            .Select(one => one.ToString());
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
