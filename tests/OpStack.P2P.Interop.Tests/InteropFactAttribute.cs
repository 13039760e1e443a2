using System.Diagnostics;
using System.Runtime.CompilerServices;

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
    private static readonly Lazy<string?> Missing = new(Prepare);

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

    /// <summary>Installs the packages of the lock file if they are not there; null when all is well.</summary>
    private static string? Prepare()
    {
        if (Run("node", "--version") is { } noNode)
        {
            return $"Node.js 20 or newer is needed for the interop tests: {noNode}";
        }

        // npm writes this file last, so a broken installation is not taken for a whole one.
        string marker = Path.Combine(Directory, "node_modules", ".package-lock.json");
        if (File.Exists(marker) && File.GetLastWriteTimeUtc(marker) >= File.GetLastWriteTimeUtc(Path.Combine(Directory, "package-lock.json")))
        {
            return null;
        }

        return Run("npm", "ci --no-audit --no-fund --loglevel=error") is { } noPackages
            ? $"The packages of the js peer could not be installed: {noPackages}"
            : null;
    }

    private static string? Run(string program, string arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments)
            {
                WorkingDirectory = Directory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{program} {arguments}: {errors.Result}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }

    private static string FindDirectory([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "js");
}
