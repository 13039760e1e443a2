namespace OpStack.P2P.Package.Tests.Packing;

/// <summary>How a program is published trimmed, and what that says.</summary>
internal static class Trimming
{
    /// <summary>Arguments of dotnet. Every warning is told, not only the first of an assembly, and ends it.</summary>
    public static readonly string[] Publish =
    [
        "publish", "-c", "Release", "--use-current-runtime", "--self-contained", "-p:PublishTrimmed=true", "-p:TrimmerSingleWarn=false",
        "-p:TreatWarningsAsErrors=true", "-p:RunAnalyzers=false",
    ];

    public static int Warnings(string output) => output.Split('\n').Count(line => line.Contains(" warning ", StringComparison.OrdinalIgnoreCase));
}
