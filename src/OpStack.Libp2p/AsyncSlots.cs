namespace OpStack.Libp2p;

/// <summary>So many at once, others wait for their turn, first come first served. Any thread.</summary>
/// <param name="slots">How many at once.</param>
/// <param name="queue">How many may wait.</param>
internal sealed class AsyncSlots(int slots, int queue = int.MaxValue)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private int _taken;

    /// <summary>Slots taken now.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Callers waiting now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Waits for a slot. Throws <see cref="Libp2pException"/> (LimitReached) when too many wait already.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<TaskCompletionSource> turn = new(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_taken < slots)
            {
                _taken++;
                return;
            }

            if (_waiting.Count >= queue)
            {
                throw new Libp2pException(Libp2pError.LimitReached, $"{queue} wait for their turn already.");
            }

            _waiting.AddLast(turn);
        }

        try
        {
            await turn.Value.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (!TryGiveUp(turn))
            {
                Leave(); // Its turn came in the same moment.
            }

            throw;
        }
    }

    /// <summary>Takes a slot if one is free, which means that nobody waits.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_taken == slots)
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    /// <summary>Gives a slot back, to the one who has waited longest.</summary>
    public void Leave()
    {
        LinkedListNode<TaskCompletionSource>? next;
        lock (_gate)
        {
            next = _waiting.First;
            if (next is null)
            {
                _taken--;
            }
            else
            {
                _waiting.RemoveFirst();
            }
        }

        next?.Value.SetResult();
    }

    private bool TryGiveUp(LinkedListNode<TaskCompletionSource> turn)
    {
        lock (_gate)
        {
            bool waits = turn.List is not null;
            if (waits)
            {
                _waiting.Remove(turn);
            }

            return waits;
        }
    }
}
