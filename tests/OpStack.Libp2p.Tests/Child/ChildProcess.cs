using System.Diagnostics;
using System.Globalization;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Tests.Child;

/// <summary>A <see cref="ChildNode"/> in a process of its own, with a limit of file descriptors. Disposing ends it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>A hang guard.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ChildProcess(Process process, Task<string> errors, Multiaddr address)
    {
        _process = process;
        _errors = errors;
        Address = address;
    }

    /// <summary>Where the node listens, with /p2p.</summary>
    public Multiaddr Address { get; }

    /// <summary>Whether the process lives.</summary>
    public bool IsAlive => !_process.HasExited;

    public static async Task<ChildProcess> StartAsync(int descriptors)
    {
        string assembly = typeof(ChildProcess).Assembly.Location;
        ProcessStartInfo start = new("bash", ["-c", $"ulimit -n {descriptors} && exec \"${{DOTNET_HOST_PATH:-dotnet}}\" exec '{assembly}'"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string? address = await process.StandardOutput.ReadLineAsync().WaitAsync(Guard);
        return new ChildProcess(process, errors, Multiaddr.Parse(address ?? throw new InvalidOperationException($"The child ended at once: {await errors}")));
    }

    /// <summary>Gives a command and returns the answer.</summary>
    public async Task<string> CallAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        return await _process.StandardOutput.ReadLineAsync().WaitAsync(Guard)
            ?? throw new InvalidOperationException($"The child has ended: {await _errors.WaitAsync(Guard)}");
    }

    public async Task<ChildFigures> MeasureAsync()
    {
        long[] f = [.. (await CallAsync("measure")).Split(' ').Select(t => long.Parse(t, CultureInfo.InvariantCulture))];
        return new ChildFigures(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]);
    }

    /// <summary>Measures until the figures fit.</summary>
    public async Task<ChildFigures> MeasureUntilAsync(Func<ChildFigures, bool> fits)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            ChildFigures figures = await MeasureAsync();
            if (fits(figures))
            {
                return figures;
            }

            Assert.True(waited.Elapsed < Guard, $"{figures}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Guard);
        }
        finally
        {
            _process.Kill();
            _process.Dispose();
        }
    }
}
