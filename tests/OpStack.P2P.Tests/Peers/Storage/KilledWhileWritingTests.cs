using System.Diagnostics;
using System.Globalization;

namespace OpStack.P2P.Tests.Peers.Storage;

/// <summary>kill -9 while the files are written: each is whole, and of the last save that was told or a later one.</summary>
public sealed class KilledWhileWritingTests : IDisposable
{
    private readonly StateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_process_killed_while_it_saves_leaves_whole_files_of_its_last_save()
    {
        const int Kills = 12;
        Random random = new(9);
        for (int kill = 0; kill < Kills; kill++)
        {
            int told = await SaveUntilKilledAsync(generations: 2 + random.Next(6), delay: TimeSpan.FromMilliseconds(random.NextDouble() * 30));

            StateFixture.State state = _files.Restart();
            Assert.Empty(_files.Log.Warnings);
            Assert.Equal(StateWriter.Peers, state.Store.Count);
            double[] latencies = [.. state.Store.GetAll().Select(peer => peer.Latency!.Value.TotalMilliseconds).Distinct()];
            Assert.True(Assert.Single(latencies) >= told, $"Generation {told} was saved, {latencies[0]} was read.");
            int banned = int.Parse(Assert.Single(state.Gater.ListBans()).Reason, CultureInfo.InvariantCulture);
            Assert.True(banned >= told, $"Generation {told} was saved, the bans of {banned} were read.");
        }
    }

    /// <summary>
    /// Starts the writer, waits for so many generations and a little, and kills it; returns the last generation it told of.
    /// </summary>
    private async Task<int> SaveUntilKilledAsync(int generations, TimeSpan delay)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(StateWriter).Assembly.Location);
        start.ArgumentList.Add(StateWriter.Name);
        start.ArgumentList.Add(_files.Options.Directory!);
        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        int told = 0;
        try
        {
            while (told < generations && await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                told = int.Parse(line, CultureInfo.InvariantCulture);
            }

            // Somewhere in the middle of the next save; where, the clock of the machine decides.
            await Task.Delay(delay);
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync(patience.Token);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            told = int.TryParse(line, CultureInfo.InvariantCulture, out int later) ? Math.Max(told, later) : told;
        }

        return told;
    }
}
