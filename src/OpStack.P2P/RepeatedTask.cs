namespace OpStack.P2P;

/// <summary>Does something again and again, one run at a time, until it is disposed.</summary>
internal sealed class RepeatedTask : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<CancellationToken, Task> _run;
    private readonly Task _loop;
    private int _isDisposed;

    private RepeatedTask(PeriodicTimer timer, Func<CancellationToken, Task> run)
    {
        _run = run;
        CancellationToken stopped = _stopping.Token;
        _loop = Task.Run(() => RunAsync(timer, stopped), CancellationToken.None);
    }

    /// <summary>Begins: the first run comes after one interval.</summary>
    /// <param name="interval">Between the starts of two runs; one that takes longer lets the next wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="run">Deals with its own failures; its token ends with the disposal.</param>
    public static RepeatedTask Start(TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> run) =>
        new(new PeriodicTimer(interval, time), run);

    /// <summary>Cancels the run under way and waits for its end. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _loop.ConfigureAwait(false);
            _stopping.Dispose();
        }
    }

    private async Task RunAsync(PeriodicTimer timer, CancellationToken stopped)
    {
        using (timer)
        {
            try
            {
                while (await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false))
                {
                    await _run(stopped).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                // The way it ends.
            }
        }
    }
}
