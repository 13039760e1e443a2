using System.Runtime.CompilerServices;

namespace OpStack.P2P.Package.Tests;

/// <summary>The files of the repository.</summary>
internal static class Repository
{
    /// <summary>What is packed, in the order of the floors.</summary>
    public static readonly string[] Packages =
    [
        "OpStack.Primitives", "OpStack.Libp2p", "OpStack.Discv5", "OpStack.P2P", "OpStack.P2P.Hosting", "OpStack.P2P.AspNetCore",
    ];

    public static string Root { get; } = FindRoot();

    public static TheoryData<string> PackageNames => [.. Packages];

    /// <summary>Files below a folder, but nothing that a build or an installation left there.</summary>
    public static IEnumerable<string> FilesUnder(string folder, string pattern = "*") =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"));

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
