using System.Diagnostics;

namespace OpStack.P2P.TestKit;

/// <summary>Programs in JavaScript beside a test project: whether they can run here.</summary>
public static class NodePackages
{
    /// <summary>Installs the packages of a folder's lock file if they are not there; null when all is well, else what is missing.</summary>
    public static string? Prepare(string directory)
    {
        if (Run(directory, "node", "--version") is { } noNode)
        {
            return $"Node.js 20 or newer is needed: {noNode}";
        }

        // npm writes this file last, so a broken installation is not taken for a whole one.
        string marker = Path.Combine(directory, "node_modules", ".package-lock.json");
        if (File.Exists(marker) && File.GetLastWriteTimeUtc(marker) >= File.GetLastWriteTimeUtc(Path.Combine(directory, "package-lock.json")))
        {
            return null;
        }

        return Run(directory, "npm", "ci --no-audit --no-fund --loglevel=error") is { } noPackages
            ? $"The packages could not be installed: {noPackages}"
            : null;
    }

    private static string? Run(string directory, string program, string arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments)
            {
                WorkingDirectory = directory,
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
}
