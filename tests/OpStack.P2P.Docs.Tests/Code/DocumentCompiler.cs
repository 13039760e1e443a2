using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using OpStack.P2P.Docs.Tests.Markdown;

namespace OpStack.P2P.Docs.Tests.Code;

/// <summary>
/// Compiles a block as a program of its own, or as a library where it has no statements, with the SDK's implicit usings. A fragment says what else it
/// needs in a comment directly above it, which no reader sees: usings, then declarations, all of them C#.
/// <code>
/// &lt;!-- stands on:
/// using OpStack.P2P;
/// NetworkHandler node = null!;
/// --&gt;
/// </code>
/// </summary>
internal static class DocumentCompiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Errors and warnings; none for what compiles.</summary>
    public static IReadOnlyList<string> Errors(CodeBlock block)
    {
        CompilationUnitSyntax standsOn = SyntaxFactory.ParseCompilationUnit(block.StandsOn);
        CompilationUnitSyntax code = SyntaxFactory.ParseCompilationUnit(block.Code);
        Diagnostic[] syntax = [.. standsOn.GetDiagnostics(), .. code.GetDiagnostics()];
        IEnumerable<Diagnostic> all = syntax.Length > 0 ? syntax : Compile(standsOn, code);
        return [.. all.Where(one => one.Severity >= DiagnosticSeverity.Warning).Select(one => $"{block.Where}: {one.Id} {one.GetMessage()}")];
    }

    private static IEnumerable<Diagnostic> Compile(CompilationUnitSyntax standsOn, CompilationUnitSyntax code)
    {
        MemberDeclarationSyntax[] members = [.. standsOn.Members, .. code.Members];
        bool isProgram = members.Any(IsStatement);
        CompilationUnitSyntax whole = SyntaxFactory.CompilationUnit()
            .WithUsings(SyntaxFactory.List(standsOn.Usings.Concat(code.Usings).DistinctBy(line => line.ToString())))
            .WithMembers(SyntaxFactory.List(members.OrderBy(member => !IsStatement(member)))); // C# wants statements before types.
        return CSharpCompilation.Create(
                "Block",
                [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.Create(whole)],
                References,
                new CSharpCompilationOptions(
                    isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics();
    }

    private static bool IsStatement(MemberDeclarationSyntax member) => member is GlobalStatementSyntax;
}
