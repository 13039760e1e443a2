using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Benchmarks.Children;

/// <summary>Whose nodes a child process has.</summary>
internal enum Side
{
    /// <summary>This program again, with the verb of <see cref="ChildProgram"/>.</summary>
    Ours,

    /// <summary>The packages of the interop tests, with the programs in js/.</summary>
    Js,
}

/// <summary>
/// A child process driven over JSON lines, as the peers of the interop tests are. It ends when its standard input closes, hence with this process however that
/// ends.
/// </summary>
internal sealed class Child : IAsyncDisposable
{
    /// <summary>For any answer or event: far above what one takes on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private static readonly Lazy<string?> MissingPackages = new(() => NodePackages.Prepare(FolderOf("../../OpStack.P2P.Interop.Tests/js")));
    private readonly Process _process;
    private readonly Channel<JsonNode> _answers = Channel.CreateUnbounded<JsonNode>();
    private readonly Channel<JsonNode> _events = Channel.CreateUnbounded<JsonNode>();
    private readonly List<string> _errors = [];
    private readonly Task _reading;
    private int _nextId;

    private Child(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.Add(line.Data ?? "");
            }
        };
        process.BeginErrorReadLine();
        _reading = ReadAsync();
    }

    /// <summary>The clock that the children's times are of: CLOCK_MONOTONIC in nanoseconds, which is one for all processes.</summary>
    public static long Now => Clocks.Wall();

    /// <summary>Starts a child.</summary>
    /// <param name="side">Whose.</param>
    /// <param name="kind">What nodes it has: a name that <see cref="ChildProgram"/> and js/main.mjs know.</param>
    /// <exception cref="ReferenceMissingException">Node.js or its packages are not there.</exception>
    public static Child Start(Side side, string kind)
    {
        if (side == Side.Js && MissingPackages.Value is { } missing)
        {
            throw new ReferenceMissingException(missing);
        }

        ProcessStartInfo start = new()
        {
            FileName = side == Side.Js ? "node" : Environment.ProcessPath!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (side == Side.Ours)
        {
            start.Environment["DOTNET_TieredPGO"] = "1"; // As the runtime has it by itself; the rows within this process are to do without.
        }

        string[] program = side == Side.Js
            ? [Path.Combine(FolderOf("../js"), "main.mjs")]
            : Path.GetFileNameWithoutExtension(start.FileName) == "dotnet" ? [typeof(Child).Assembly.Location, ChildProgram.Verb] : [ChildProgram.Verb];
        foreach (string argument in program.Append(kind))
        {
            start.ArgumentList.Add(argument);
        }

        return new Child(Process.Start(start)!);
    }

    /// <summary>Runs one command and returns its answer; throws what the child threw. One at a time.</summary>
    public async Task<JsonNode?> CallAsync(string command, object? options = null)
    {
        JsonObject request = JsonSerializer.SerializeToNode(options ?? new { })!.AsObject();
        request["id"] = ++_nextId;
        request["cmd"] = command;
        await _process.StandardInput.WriteLineAsync(request.ToJsonString()).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        JsonNode answer = await _answers.Reader.ReadAsync().AsTask().WaitAsync(Patience).ConfigureAwait(false);
        return answer["error"] is { } error ? throw new InvalidOperationException($"{command}: {error}") : answer["ok"];
    }

    /// <summary>The next event of this kind; others are passed over.</summary>
    public async Task<JsonNode> NextEventAsync(string kind = "delivered")
    {
        using CancellationTokenSource guard = new(Patience);
        JsonNode next;
        do
        {
            next = await _events.Reader.ReadAsync(guard.Token).ConfigureAwait(false);
        }
        while ((string)next["event"]! != kind);

        return next;
    }

    /// <summary>Calls until the answer is true.</summary>
    public async Task UntilAsync(string command, object options)
    {
        using CancellationTokenSource guard = new(Patience);
        while (!(bool)(await CallAsync(command, options).ConfigureAwait(false))!)
        {
            await Task.Delay(50, guard.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Processor time so far, and memory: what is resident now and the most that was.</summary>
    public (TimeSpan Processor, long Resident, long PeakResident) Usage()
    {
        _process.Refresh();
        return (_process.TotalProcessorTime, _process.WorkingSet64, _process.PeakWorkingSet64);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill(); // Ours, by its handle.
        }

        await _reading.ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            JsonNode message = JsonNode.Parse(line)!;
            (message["event"] is null ? _answers : _events).Writer.TryWrite(message);
        }

        InvalidOperationException ended;
        lock (_errors)
        {
            ended = new($"A child ended. {string.Join(Environment.NewLine, _errors)}");
        }

        _answers.Writer.TryComplete(ended);
        _events.Writer.TryComplete(ended);
    }

    private static string FolderOf(string relative, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, relative));
}
