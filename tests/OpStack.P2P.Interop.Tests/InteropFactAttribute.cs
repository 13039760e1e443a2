using System.Runtime.CompilerServices;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Interop.Tests;

/// <summary>
/// A test against the js peer. Skipped with the reason where Node.js or its packages are missing, unless INTEROP_REQUIRED=1:
/// then it runs, and fails for that reason.
/// </summary>
public sealed class InteropFactAttribute : FactAttribute
{
    public InteropFactAttribute() => Skip = Interop.SkipReason;
}

/// <summary>The same for a theory.</summary>
public sealed class InteropTheoryAttribute : TheoryAttribute
{
    public InteropTheoryAttribute() => Skip = Interop.SkipReason;
}

/// <summary>Whether the foreign peer can run here, and where it lies.</summary>
public static class Interop
{
    private static readonly Lazy<string?> Missing = new(() => NodePackages.Prepare(FindDirectory()));

    public static string Directory { get; } = FindDirectory();

    public static bool Required => Environment.GetEnvironmentVariable("INTEROP_REQUIRED") == "1";

    public static string? SkipReason => Required ? null : Missing.Value;

    /// <summary>Throws the reason why the js peer cannot run, if there is one.</summary>
    public static void EnsureAvailable()
    {
        if (Missing.Value is { } reason)
        {
            throw new InvalidOperationException(reason);
        }
    }

    private static string FindDirectory([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "js");
}
