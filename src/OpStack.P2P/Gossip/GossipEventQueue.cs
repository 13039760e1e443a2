using System.Diagnostics.CodeAnalysis;

namespace OpStack.P2P.Gossip;

/// <summary>
/// Events on their way to the host, in arrival order. Bounded: 64 blocks or 64 MiB of them, and 1,024 other
/// events; over that the oldest of the same kind is dropped and counted, so a host that does not read costs bounded memory
/// and the newest block is always there. Any thread adds; one waits.
/// </summary>
internal sealed class GossipEventQueue
{
    /// <summary>Most blocks held.</summary>
    public const int MaxBlocks = 64;

    /// <summary>Most bytes of blocks held; one larger block alone is still held.</summary>
    public const long MaxBlockBytes = 64L << 20;

    /// <summary>Most other events held.</summary>
    public const int MaxOthers = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Entry> _blocks = new();
    private readonly Queue<Entry> _others = new();
    private long _sequence;
    private long _blockBytes;
    private bool _completed;
    private TaskCompletionSource? _waiter;

    /// <summary>Blocks dropped because the host did not read them in time.</summary>
    public long DroppedBlocks { get; private set; }

    /// <summary>Other events dropped for the same reason.</summary>
    public long DroppedEvents { get; private set; }

    /// <summary>Told of every block as it comes, read or not; by the thread that adds it, so it must be short. Set before the first.</summary>
    public Action<BlockReceived>? OnBlock { get; set; }

    /// <summary>Adds an event; after <see cref="Complete"/> it is discarded.</summary>
    public void Add(GossipEvent value)
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            if (value is BlockReceived block)
            {
                AddBlock(value, block.Envelope.Body.Length);
            }
            else
            {
                AddOther(value);
            }

            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
        if (value is BlockReceived received)
        {
            OnBlock?.Invoke(received);
        }
    }

    /// <summary>No more events: waiters drain what is left, then get null.</summary>
    public void Complete()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _completed = true;
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>
    /// The next event, or null once complete and drained. Cancelling loses nothing.
    /// Throws <see cref="InvalidOperationException"/> while another call waits.
    /// </summary>
    public async ValueTask<GossipEvent?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TaskCompletionSource waiter;
            lock (_gate)
            {
                if (_waiter is not null)
                {
                    throw new InvalidOperationException("Another call is waiting for the next event already.");
                }

                if (TryTake(out GossipEvent? next) || _completed)
                {
                    return next;
                }

                _waiter = waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            try
            {
                await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                lock (_gate)
                {
                    if (_waiter == waiter)
                    {
                        _waiter = null;
                    }
                }
            }
        }
    }

    private void AddBlock(GossipEvent value, int size)
    {
        while (_blocks.Count > 0 && (_blocks.Count >= MaxBlocks || _blockBytes + size > MaxBlockBytes))
        {
            _blockBytes -= _blocks.Dequeue().Size;
            DroppedBlocks++;
        }

        _blocks.Enqueue(new Entry(_sequence++, value, size));
        _blockBytes += size;
    }

    private void AddOther(GossipEvent value)
    {
        if (_others.Count >= MaxOthers)
        {
            _others.Dequeue();
            DroppedEvents++;
        }

        _others.Enqueue(new Entry(_sequence++, value, 0));
    }

    private bool TryTake([NotNullWhen(true)] out GossipEvent? value)
    {
        bool hasBlock = _blocks.TryPeek(out Entry block), hasOther = _others.TryPeek(out Entry other);
        if (!hasBlock && !hasOther)
        {
            value = null;
            return false;
        }

        if (hasBlock && (!hasOther || block.Sequence < other.Sequence))
        {
            _blocks.Dequeue();
            _blockBytes -= block.Size;
            value = block.Value;
        }
        else
        {
            _others.Dequeue();
            value = other.Value;
        }

        return true;
    }

    private readonly record struct Entry(long Sequence, GossipEvent Value, int Size);
}
