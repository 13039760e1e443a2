namespace OpStack.Libp2p.Gossipsub;

/// <summary>The tasks a service has running, so that disposal can wait for all of them. Any thread may call.</summary>
internal sealed class TaskTracker
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>Tasks that have not ended.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Keeps the task until it ends, and returns it.</summary>
    public Task Track(Task task)
    {
        lock (_gate)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }

    /// <summary>Ends when every task tracked so far has; never fails, whatever they ended with.</summary>
    public async Task WhenAllAsync()
    {
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        foreach (Task task in running)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }
}
