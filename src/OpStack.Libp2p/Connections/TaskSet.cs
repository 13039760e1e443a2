using System.Collections.Concurrent;

namespace OpStack.Libp2p.Connections;

/// <summary>The running tasks of an owner, so that disposing can wait for every one of them.</summary>
internal sealed class TaskSet
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    public int Count => _running.Count;

    /// <summary>Starts <paramref name="work"/> and holds it until it ends. The work must handle its own exceptions.</summary>
    public void Run(Func<Task> work)
    {
        Task task = Task.Run(work);
        _running.TryAdd(task, 0);
        _ = task.ContinueWith(
            static (done, set) => ((ConcurrentDictionary<Task, byte>)set!).TryRemove(done, out _),
            _running,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Waits until no task is left, also those started meanwhile.</summary>
    public async Task WhenEmptyAsync()
    {
        while (!_running.IsEmpty)
        {
            await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
