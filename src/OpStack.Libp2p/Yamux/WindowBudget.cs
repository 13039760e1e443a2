namespace OpStack.Libp2p.Yamux;

/// <summary>
/// How much the receive windows of one or several connections may add up to: what is granted, a peer can make us hold. New windows take up to the whole,
/// growth only up to a half, so that a few fast streams leave room for others. Thread-safe: the connections of one peer share one.
/// </summary>
/// <param name="limit">In bytes.</param>
internal sealed class WindowBudget(long limit)
{
    private long _granted;

    /// <summary>Bytes granted now.</summary>
    public long Granted => Volatile.Read(ref _granted);

    /// <summary>Takes a new stream's window.</summary>
    public bool TryOpen(uint window) => TryTake(window, limit);

    /// <summary>Takes what a window grows by.</summary>
    public bool TryGrow(uint delta) => TryTake(delta, limit / YamuxLimits.GrowthShare);

    /// <summary>Gives back a stream's window.</summary>
    public void Return(uint window) => Interlocked.Add(ref _granted, -window);

    private bool TryTake(uint count, long most)
    {
        long granted = Granted;
        while (granted + count <= most)
        {
            long seen = Interlocked.CompareExchange(ref _granted, granted + count, granted);
            if (seen == granted)
            {
                return true;
            }

            granted = seen;
        }

        return false;
    }
}
