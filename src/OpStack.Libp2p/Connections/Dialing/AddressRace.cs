namespace OpStack.Libp2p.Connections.Dialing;

/// <summary>
/// Happy eyeballs (RFC 8305): attempts begin one after the other, <see cref="SwarmLimits.AttemptStagger"/> apart or at once when one has
/// failed, and run on until one of them wins. The caller holds one slot, which is the first attempt's.
/// </summary>
internal sealed class AddressRace<TTarget, TResult>(AsyncSlots slots, TimeProvider time, Func<TTarget, CancellationToken, Task<TResult?>> attempt)
    where TResult : class
{
    private readonly List<Task<TResult?>> _running = [];
    private Task _stagger = Task.CompletedTask;
    private int _extraSlots;

    /// <summary>
    /// The first result; null when every attempt gave null. Whatever its end, all attempts have ended when it returns.
    /// Results that came too late are given to <paramref name="discard"/>.
    /// </summary>
    public async Task<TResult?> RunAsync(IAsyncEnumerable<TTarget> targets, Action<TResult> discard, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IAsyncEnumerator<TTarget> next = targets.GetAsyncEnumerator(over.Token);
        Task<bool> found = next.MoveNextAsync().AsTask();
        TResult? winner = null;
        try
        {
            while (winner is null)
            {
                if (found.IsCompleted && !await found.ConfigureAwait(false))
                {
                    if (_running.Count == 0)
                    {
                        return null;
                    }

                    await Task.WhenAny(_running).ConfigureAwait(false);
                }
                else if (found.IsCompleted && MayStart())
                {
                    TTarget target = next.Current;
                    _running.Add(Task.Run(() => attempt(target, over.Token), CancellationToken.None));
                    _stagger = Task.Delay(SwarmLimits.AttemptStagger, time, over.Token);
                    found = next.MoveNextAsync().AsTask();
                }
                else
                {
                    await Task.WhenAny([.. _running, found.IsCompleted ? _stagger : found]).ConfigureAwait(false);
                }

                winner = await HarvestAsync().ConfigureAwait(false);
            }

            return winner;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await EndAsync(discard).ConfigureAwait(false);
            await ((Task)found).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await next.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The first attempt has its slot; another one waits for its time and for a free slot.</summary>
    private bool MayStart()
    {
        if (_running.Count == 0)
        {
            return true;
        }

        if (!_stagger.IsCompleted)
        {
            return false;
        }

        if (slots.TryEnter())
        {
            _extraSlots++;
            return true;
        }

        _stagger = Task.Delay(SwarmLimits.AttemptStagger, time);
        return false;
    }

    private async ValueTask<TResult?> HarvestAsync()
    {
        TResult? winner = null;
        while (winner is null && _running.Find(t => t.IsCompleted) is { } ended)
        {
            _running.Remove(ended);
            ReturnSlots(_running.Count - 1);
            _stagger = Task.CompletedTask;
            winner = await ended.ConfigureAwait(false);
        }

        return winner;
    }

    private async Task EndAsync(Action<TResult> discard)
    {
        foreach (Task<TResult?> attempt in _running)
        {
            await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (attempt.IsCompletedSuccessfully && await attempt.ConfigureAwait(false) is { } late)
            {
                discard(late);
            }
        }

        ReturnSlots(0);
    }

    private void ReturnSlots(int needed)
    {
        for (; _extraSlots > Math.Max(needed, 0); _extraSlots--)
        {
            slots.Leave();
        }
    }
}
