using System.Runtime.CompilerServices;

namespace OpStack.P2P.TestKit;

/// <summary>The repository's own files, for tests of what they say.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <param name="path">From the root.</param>
    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    /// <summary>Whole paths of files in a folder, but of nothing that a build or an installation left there.</summary>
    public static IEnumerable<string> FilesIn(string folder, string pattern = "*", SearchOption option = SearchOption.AllDirectories) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, option)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"));

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
