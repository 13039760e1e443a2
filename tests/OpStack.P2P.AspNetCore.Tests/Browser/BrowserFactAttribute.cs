using System.Runtime.CompilerServices;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.AspNetCore.Tests.Browser;

/// <summary>
/// A test in a headless browser. Skipped with the reason where Node.js, its packages or Chromium are missing, unless INTEROP_REQUIRED=1: then
/// it runs, and fails for that reason.
/// </summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Environment.GetEnvironmentVariable("INTEROP_REQUIRED") == "1" ? null : Chromium.Missing;
}

/// <summary>Where the browser and its driver are.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly Lazy<string?> Reason = new(Prepare);

    /// <summary>The folder of the driver.</summary>
    public static string Directory { get; } = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "js");

    /// <summary>Where pictures are kept: artifacts/ of the repository, which git ignores.</summary>
    public static string Pictures { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "artifacts"));

    /// <summary>The program, of CHROMIUM_PATH or of PATH; null without one.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } path
        ? path
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>Null when a browser can be driven here; else why not.</summary>
    public static string? Missing => Reason.Value;

    private static string? Prepare() =>
        Program is null ? "Chromium is needed for the test of the dashboard (Debian: apt-get install chromium)." : NodePackages.Prepare(Directory);

    private static string ThisFile([CallerFilePath] string here = "") => here;
}
