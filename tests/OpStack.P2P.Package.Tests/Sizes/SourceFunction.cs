using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OpStack.P2P.Package.Tests.Sizes;

/// <summary>A method, constructor, operator, accessor or local function with a body, and its lines from its first word to its closing brace.</summary>
internal sealed record SourceFunction(string Where, int Lines)
{
    public static IEnumerable<SourceFunction> In(string path, string text) =>
        CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot().DescendantNodes()
            .Where(HasBody)
            .Select(node => new SourceFunction($"{path}: {NameOf(node)}", LinesOf(node)));

    private static bool HasBody(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,
        LocalFunctionStatementSyntax local => local.Body is not null || local.ExpressionBody is not null,
        PropertyDeclarationSyntax property => property.ExpressionBody is not null,
        IndexerDeclarationSyntax indexer => indexer.ExpressionBody is not null,
        _ => false,
    };

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } => property.Identifier.Text,
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        _ => node.Kind().ToString(),
    };

    private static int LinesOf(SyntaxNode node)
    {
        // Span leaves out the documentation before it, but not its attributes.
        SyntaxToken first = node is MemberDeclarationSyntax { AttributeLists: [.., AttributeListSyntax last] }
            ? last.GetLastToken().GetNextToken()
            : node.GetFirstToken();
        FileLinePositionSpan lines = node.SyntaxTree.GetLineSpan(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(first.SpanStart, node.Span.End));
        return lines.EndLinePosition.Line - lines.StartLinePosition.Line + 1;
    }
}
