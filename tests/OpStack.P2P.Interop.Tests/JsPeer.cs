using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OpStack.P2P.Interop.Tests;

/// <summary>A foreign node in a child process, js-libp2p's unless launched by another entry file, driven over JSON lines (js/commands.mjs). Closing its standard input ends it.</summary>
public sealed class JsPeer : IAsyncDisposable
{
    /// <summary>A hang guard, far above what any command takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _pending = new();
    private readonly Channel<JsonNode> _events = Channel.CreateUnbounded<JsonNode>();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Task _reading;
    private int _nextId;

    private JsPeer(Process process)
    {
        _process = process;
        _reading = ReadAsync();
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) { _errors.Enqueue(line.Data); } };
        process.BeginErrorReadLine();
    }

    public string PeerId { get; private set; } = "";

    /// <summary>Its listen address with /p2p.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts a peer; <paramref name="options"/> are the fields of the start command of js/peer.mjs.</summary>
    public static async Task<JsPeer> StartAsync(object options)
    {
        JsPeer peer = Launch("main.mjs");
        try
        {
            JsonNode answer = (await peer.CallAsync("start", options))!;
            peer.PeerId = (string)answer["peerId"]!;
            peer.Address = (string)answer["addrs"]![0]!;
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a process that serves commands; none has been given yet.</summary>
    /// <param name="entry">Its file in js/.</param>
    public static JsPeer Launch(string entry)
    {
        Interop.EnsureAvailable();
        ProcessStartInfo start = new("node", entry)
        {
            WorkingDirectory = Interop.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new JsPeer(Process.Start(start)!);
    }

    /// <summary>Runs one command and returns its answer; throws what the js side threw.</summary>
    public async Task<JsonNode?> CallAsync(string command, object? options = null)
    {
        int id = Interlocked.Increment(ref _nextId);
        JsonObject request = JsonSerializer.SerializeToNode(options ?? new { })!.AsObject();
        request["id"] = id;
        request["cmd"] = command;
        TaskCompletionSource<JsonNode?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        await _process.StandardInput.WriteLineAsync(request.ToJsonString());
        await _process.StandardInput.FlushAsync();
        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>The next event of a kind, others of that kind in order; events of other kinds are passed over.</summary>
    public async Task<JsonNode> NextEventAsync(string kind)
    {
        using CancellationTokenSource guard = new(Patience);
        while (true)
        {
            JsonNode next = await _events.Reader.ReadAsync(guard.Token);
            if ((string?)next["event"] == kind)
            {
                return next;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            _process.Kill(); // Ours, by its handle.
        }

        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            JsonNode message = JsonNode.Parse(line)!;
            if (message["event"] is not null)
            {
                _events.Writer.TryWrite(message);
            }
            else if (_pending.TryRemove((int)message["id"]!, out TaskCompletionSource<JsonNode?>? answer))
            {
                if (message["error"] is { } error)
                {
                    answer.TrySetException(new InvalidOperationException($"js peer: {error}"));
                }
                else
                {
                    answer.TrySetResult(message["ok"]);
                }
            }
        }

        InvalidOperationException ended = new($"The js peer ended. {string.Join(Environment.NewLine, _errors)}");
        _events.Writer.TryComplete(ended);
        foreach (TaskCompletionSource<JsonNode?> answer in _pending.Values)
        {
            answer.TrySetException(ended);
        }
    }
}
