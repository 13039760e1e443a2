using System.Diagnostics;
using System.Text;

namespace OpStack.P2P.Package.Tests.Packing;

/// <summary>A program that runs to its end.</summary>
internal static class Command
{
    // Only a guard against a hang: the longest of them takes about a minute on an idle machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(14);

    /// <summary>Runs it, and gives what it wrote. Throws with that when it ends with anything but 0.</summary>
    public static async Task<string> RunAsync(string directory, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // Servers that stay would keep our pipes open, and we would wait for them.
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["GIT_AUTHOR_DATE"] = start.Environment["GIT_COMMITTER_DATE"] = "2026-01-01T00:00:00Z"; // The same files make the same commit.

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        StringBuilder output = new();
        Task reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, output));
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            await reading.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} hangs:\n{Text(output)}");
        }

        return process.ExitCode == 0
            ? Text(output)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{Text(output)}");
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder output)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder output)
    {
        lock (output)
        {
            return output.ToString();
        }
    }
}
