namespace OpStack.Libp2p.Gossipsub;

/// <summary>One RPC to be sent: control, or a message's frame.</summary>
/// <param name="Control">Subscriptions and control; null for a message.</param>
/// <param name="Frame">The message, with one reference owned by the entry; null for control.</param>
/// <param name="Id">The message's id.</param>
/// <param name="Bytes">What it counts in the queue.</param>
internal readonly record struct SendEntry(GossipRpc? Control, GossipFrame? Frame, MessageId Id, int Bytes);

/// <summary>
/// What waits to be written to one peer: at most <see cref="RpcLimits.SendQueueEntries"/> entries and <see cref="RpcLimits.SendQueueBytes"/>, the entry
/// being written included. Control goes before messages. When full, messages are dropped: the new one, or old ones to make room for control.
/// </summary>
/// <remarks>Any thread adds; one writer takes. Closed while the peer has no outbound stream: nothing is kept for a stream that has yet to say hello.</remarks>
internal sealed class PeerSendQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<SendEntry> _control = [];
    private readonly Queue<SendEntry> _messages = [];
    private readonly SemaphoreSlim _available = new(0);
    private int _writing;
    private int _writingBytes;
    private long _bytes;
    private int _openFor;
    private int _closedUpTo;

    /// <summary>Entries held, the one being written included.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _control.Count + _messages.Count + _writing;
            }
        }
    }

    /// <summary>Bytes held, those being written included.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Empties the queue for the stream of this number, unless that stream has ended already. Numbers grow from 1.</summary>
    public void Open(int stream)
    {
        lock (_gate)
        {
            Clear();
            _openFor = stream;
        }
    }

    /// <summary>The stream of this number has ended: empties the queue and refuses entries until the next is open.</summary>
    public void Close(int stream)
    {
        lock (_gate)
        {
            _closedUpTo = stream;
            Clear();
        }
    }

    /// <summary>Adds control; false when it does not fit even without any message waiting, or the queue is closed.</summary>
    /// <param name="control">The RPC.</param>
    /// <param name="dropped">Messages that had to make room.</param>
    public bool TryEnqueue(GossipRpc control, out int dropped)
    {
        dropped = 0;
        SendEntry entry = new(control, null, default, RpcWriter.LengthOf(control));
        lock (_gate)
        {
            if (!IsOpen)
            {
                return false;
            }

            while (!Fits(entry) && _messages.TryDequeue(out SendEntry old))
            {
                _bytes -= old.Bytes;
                old.Frame!.Release();
                dropped++;
            }

            return Fits(entry) && Add(_control, entry);
        }
    }

    /// <summary>Adds a message; false when it was dropped.</summary>
    /// <param name="frame">The message; one reference is taken over in every case.</param>
    /// <param name="id">Its id.</param>
    /// <param name="isFull">It was dropped because the peer does not read fast enough, not because the queue is closed.</param>
    public bool TryEnqueue(GossipFrame frame, MessageId id, out bool isFull)
    {
        SendEntry entry = new(null, frame, id, frame.Length);
        lock (_gate)
        {
            isFull = IsOpen && !Fits(entry);
            if (IsOpen && !isFull)
            {
                return Add(_messages, entry);
            }

            frame.Release();
            return false;
        }
    }

    /// <summary>Drops the copies of a message that wait; one that is being written goes on. Returns how many.</summary>
    public int Cancel(MessageId id)
    {
        int cancelled = 0;
        lock (_gate)
        {
            for (int left = _messages.Count; left > 0; left--)
            {
                SendEntry entry = _messages.Dequeue();
                if (entry.Id == id)
                {
                    _bytes -= entry.Bytes;
                    entry.Frame!.Release();
                    cancelled++;
                }
                else
                {
                    _messages.Enqueue(entry);
                }
            }
        }

        return cancelled;
    }

    /// <summary>Takes the next entry, control first, waiting for one. <see cref="Complete"/> must follow.</summary>
    public async ValueTask<SendEntry> DequeueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // A permit may be left over from an entry that was dropped; then there is nothing to take.
            await _available.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                if (_control.TryDequeue(out SendEntry entry) || _messages.TryDequeue(out entry))
                {
                    _writing = 1;
                    _writingBytes = entry.Bytes;
                    return entry;
                }
            }
        }
    }

    /// <summary>The entry was written, or will not be: releases it and its room.</summary>
    public void Complete(SendEntry entry)
    {
        lock (_gate)
        {
            _bytes -= _writingBytes;
            _writing = _writingBytes = 0;
        }

        entry.Frame?.Release();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close(int.MaxValue);
        _available.Dispose();
    }

    private bool IsOpen => _openFor > _closedUpTo;

    private bool Fits(SendEntry entry) =>
        _control.Count + _messages.Count + _writing < RpcLimits.SendQueueEntries && _bytes + entry.Bytes <= RpcLimits.SendQueueBytes;

    private bool Add(Queue<SendEntry> queue, SendEntry entry)
    {
        queue.Enqueue(entry);
        _bytes += entry.Bytes;
        _available.Release();
        return true;
    }

    private void Clear()
    {
        _control.Clear();
        while (_messages.TryDequeue(out SendEntry entry))
        {
            entry.Frame!.Release();
        }

        _bytes = _writingBytes;
    }
}
