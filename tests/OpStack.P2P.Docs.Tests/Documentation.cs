using OpStack.P2P.Docs.Tests.Markdown;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Docs.Tests;

/// <summary>The pages of the repository and the files they speak of, by paths with slashes from its root.</summary>
internal static class Documentation
{
    public static string Root => Repository.Root;

    /// <summary>What a reader of the repository reads.</summary>
    public static IReadOnlyList<string> Pages { get; } =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", .. FilesIn("docs", "*.md", SearchOption.TopDirectoryOnly)];

    /// <summary>The readmes of the packages.</summary>
    public static IReadOnlyList<string> PackagePages { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(folder => $"src/{Path.GetFileName(folder)}/README.md").Where(IsFile).Order()];

    public static Page PageOf(string path) => new(path, Read(path));

    public static string Read(string path) => Repository.Read(path);

    public static bool IsFile(string path) => File.Exists(Path.Combine(Root, path));

    /// <summary>A file or a folder.</summary>
    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Files in a folder, but nothing that a build or an installation left there.</summary>
    public static IEnumerable<string> FilesIn(string folder, string pattern, SearchOption option = SearchOption.AllDirectories) =>
        Repository.FilesIn(folder, pattern, option).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal);
}
