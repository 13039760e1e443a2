namespace OpStack.P2P.Docs.Tests.Markdown;

/// <summary>A fenced block of a page.</summary>
/// <param name="Where">Page and line, for a person.</param>
/// <param name="Language">What follows the fence; empty for nothing.</param>
/// <param name="Code">Its lines, without the indentation of the fence.</param>
/// <param name="StandsOn">The C# that the comment "stands on:" directly above it holds; empty for none.</param>
internal sealed record CodeBlock(string Where, string Language, string Code, string StandsOn);
