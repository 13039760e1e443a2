using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>A <see cref="VictimChild"/> with 256 MB of heap and no more, seen from the attackers' process. Disposing ends it.</summary>
internal sealed class VictimProcess : IAsyncDisposable
{
    /// <summary>A hang guard.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromMinutes(2);

    private const string HeapLimit = "0x10000000";

    /// <summary>
    /// Threads of an attacked victim's pool: those it begins with and twice the cores (attack-cases.md section 4). It gets no more, so that whatever
    /// blocks threads does not hide behind new ones but shows in what is delivered.
    /// </summary>
    public static readonly int MaxPoolThreads = 3 * Environment.ProcessorCount;

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly SemaphoreSlim _calling = new(1);

    private VictimProcess(Process process, Task<string> errors, VictimDoors doors)
    {
        _process = process;
        _errors = errors;
        Address = Multiaddr.Parse(doors.Address);
        Record = Enr.TryParse(doors.Record, out Enr? record) ? record : throw new InvalidOperationException(doors.Record);
        Rpc = new Uri(doors.Rpc);
        EndPoint = Address.TryGetTcpEndPoint(out IPEndPoint? endPoint) ? endPoint : throw new InvalidOperationException(doors.Address);
    }

    /// <summary>Where it listens, with /p2p.</summary>
    public Multiaddr Address { get; }

    /// <summary>The same as an endpoint.</summary>
    public IPEndPoint EndPoint { get; }

    public Enr Record { get; }

    public Uri Rpc { get; }

    public int ProcessId => _process.Id;

    /// <summary>Whether the process lives.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <param name="boundPool">Whether its pool has <see cref="MaxPoolThreads"/> threads and no more.</param>
    public static async Task<VictimProcess> StartAsync(bool boundPool)
    {
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        ProcessStartInfo start = new(host, ["exec", typeof(VictimProcess).Assembly.Location, VictimChild.Verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        start.Environment["DOTNET_gcServer"] = "0";
        if (boundPool)
        {
            start.Environment["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = MaxPoolThreads.ToString("x", CultureInfo.InvariantCulture);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string? doors = await process.StandardOutput.ReadLineAsync().WaitAsync(Guard);
        return new VictimProcess(
            process, errors, JsonSerializer.Deserialize<VictimDoors>(doors ?? throw new InvalidOperationException($"The victim ended at once: {await errors}"))!);
    }

    /// <summary>Gives a command and returns the answer. Throws <see cref="InvalidOperationException"/> with its last words when it is dead.</summary>
    public async Task<string> CallAsync(string command)
    {
        await _calling.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            return await _process.StandardOutput.ReadLineAsync().WaitAsync(Guard)
                ?? throw new InvalidOperationException($"The victim has ended: {await _errors.WaitAsync(Guard)}");
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"The victim has ended: {await _errors.WaitAsync(Guard)}", e);
        }
        finally
        {
            _calling.Release();
        }
    }

    /// <summary>Begins new peaks and deliveries.</summary>
    public Task ResetAsync() => CallAsync("reset");

    /// <summary>Figures as they are.</summary>
    public Task<VictimFigures> PeekAsync() => FiguresAsync("peek");

    /// <summary>Figures after full collections.</summary>
    public Task<VictimFigures> MeasureAsync() => FiguresAsync("measure");

    /// <summary>Figures after full collections; no delivery is lost between them and the new peaks and deliveries that begin.</summary>
    public Task<VictimFigures> TurnAsync() => FiguresAsync("turn");

    /// <summary>Looks until the figures fit or <paramref name="patience"/> is over, and returns the last.</summary>
    public async Task<VictimFigures> LookUntilAsync(Func<VictimFigures, bool> fits, TimeSpan patience, bool collect = false)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            VictimFigures figures = await FiguresAsync(collect ? "measure" : "peek");
            if (fits(figures) || waited.Elapsed > patience)
            {
                return figures;
            }

            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(Guard);
        }
        finally
        {
            _process.Kill();
            _process.Dispose();
            _calling.Dispose();
        }
    }

    private async Task<VictimFigures> FiguresAsync(string command) => JsonSerializer.Deserialize<VictimFigures>(await CallAsync(command))!;
}
