using System.Diagnostics;
using System.Text.Json;

namespace OpStack.P2P.AspNetCore.Tests.Browser;

/// <summary>One visit to a dashboard (js/visit.mjs), and what was seen.</summary>
internal static class Visit
{
    /// <summary>A hang guard, far above what a visit takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <param name="page">The dashboard.</param>
    /// <param name="expected">What the page must show before it is looked at.</param>
    public static async Task<JsonElement> RunAsync(Uri page, object expected)
    {
        if (Chromium.Missing is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        Directory.CreateDirectory(Chromium.Pictures);
        ProcessStartInfo start = new("node", ["visit.mjs", Chromium.Program!, page.ToString(), Chromium.Pictures, JsonSerializer.Serialize(expected)])
        {
            WorkingDirectory = Chromium.Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true); // Ours, by its handle.
            throw;
        }

        return process.ExitCode == 0 ? JsonElement.Parse(await output) : throw new InvalidOperationException(await errors);
    }
}
