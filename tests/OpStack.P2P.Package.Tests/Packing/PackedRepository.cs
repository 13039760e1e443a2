using OpStack.P2P.TestKit;

namespace OpStack.P2P.Package.Tests.Packing;

/// <summary>
/// The repository copied to two places, committed there alike with a remote, and packed in each as docs/packages.md says. Copies, so that no build of
/// the repository itself is disturbed.
/// </summary>
public sealed class PackedRepository : IAsyncLifetime
{
    // One that no folder of packages on any machine has.
    public const string Version = "0.1.0-packed";
    public const string Remote = "https://github.com/example/packed";

    private static readonly string[] Copied = ["src", "samples"];

    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("opstack-packages-");

    /// <summary>The first copy.</summary>
    public string Sources => Path.Combine(_work.FullName, "one");

    /// <summary>The packages of the first copy.</summary>
    public string Feed => Path.Combine(_work.FullName, "feed");

    /// <summary>Those of the second, which stands elsewhere.</summary>
    public string SecondFeed => Path.Combine(_work.FullName, "feed2");

    /// <summary>The commit of both copies.</summary>
    public string Commit { get; private set; } = "";

    /// <summary>A new empty folder outside of every repository, which goes with this.</summary>
    public string NewFolder(string name) => _work.CreateSubdirectory(name).FullName;

    public async Task InitializeAsync()
    {
        Commit = await PackAsync(Sources, Feed);
        Assert.Equal(Commit, await PackAsync(Path.Combine(_work.FullName, "another", "place"), SecondFeed));
    }

    public Task DisposeAsync()
    {
        _work.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private static async Task<string> PackAsync(string sources, string feed)
    {
        Copy(sources);
        string commit = await CommitAsync(sources);

        // The analyzers have seen the same sources in the repository's own build, and write nothing into an assembly.
        await Command.RunAsync(sources, "dotnet", "pack", "src/Packages.slnf", "-c", "Release", "-o", feed, $"-p:Version={Version}", "-p:RunAnalyzers=false");
        return commit;
    }

    private static void Copy(string destination)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(Repository.Root).Concat(Copied.SelectMany(folder => Repository.FilesIn(folder)));
        foreach (string file in files.Where(file => Path.GetFileName(file) != ".git"))
        {
            string copy = Path.Combine(destination, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<string> CommitAsync(string directory)
    {
        string[] settings = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"];
        await Command.RunAsync(directory, "git", "init", "-q", "-b", "main");
        await Command.RunAsync(directory, "git", "remote", "add", "origin", Remote);
        await Command.RunAsync(directory, "git", [.. settings, "add", "-A"]);
        await Command.RunAsync(directory, "git", [.. settings, "commit", "-q", "--no-verify", "-m", "packed"]);
        return (await Command.RunAsync(directory, "git", "rev-parse", "HEAD")).Trim();
    }
}
