namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Ids of messages seen, each for a fixed time from when it was first seen, and at most so many in all. When it is full the oldest id of a
/// message that was not accepted goes first: garbage cannot make us forget blocks.
/// </summary>
internal sealed class SeenCache(TimeSpan ttl, int capacity)
{
    private readonly Dictionary<MessageId, Entry> _ids = [];

    // In order of expiry. An entry counts only while the dictionary agrees with it; accepted ids leave a stale one behind.
    private readonly Queue<(MessageId Id, TimeSpan Expiry)> _unaccepted = [];
    private readonly Queue<(MessageId Id, TimeSpan Expiry)> _accepted = [];

    /// <summary>Ids held, those expired since the last <see cref="Sweep(TimeSpan)"/> included.</summary>
    public int Count => _ids.Count;

    /// <summary>True when the id was seen less than the time-to-live ago.</summary>
    public bool Contains(MessageId id, TimeSpan now) => _ids.TryGetValue(id, out Entry entry) && entry.Expiry > now;

    /// <summary>Remembers an id; one that is remembered already keeps its time. False in that case.</summary>
    public bool Add(MessageId id, TimeSpan now)
    {
        if (Contains(id, now))
        {
            return false;
        }

        if (_ids.Count >= capacity && !_ids.ContainsKey(id) && !EvictOldest(_unaccepted, accepted: false))
        {
            EvictOldest(_accepted, accepted: true);
        }

        TimeSpan expiry = now + ttl;
        _ids[id] = new Entry(expiry, Accepted: false);
        _unaccepted.Enqueue((id, expiry));
        return true;
    }

    /// <summary>The message was accepted: its id is kept before others. Remembers it if it was forgotten meanwhile.</summary>
    public void Accept(MessageId id, TimeSpan now)
    {
        Add(id, now);
        TimeSpan expiry = _ids[id].Expiry;
        _ids[id] = new Entry(expiry, Accepted: true);
        _accepted.Enqueue((id, expiry));
    }

    /// <summary>Drops what has expired.</summary>
    public void Sweep(TimeSpan now)
    {
        Sweep(_unaccepted, now, accepted: false);
        Sweep(_accepted, now, accepted: true);
    }

    private void Sweep(Queue<(MessageId Id, TimeSpan Expiry)> queue, TimeSpan now, bool accepted)
    {
        while (queue.TryPeek(out (MessageId Id, TimeSpan Expiry) oldest) && oldest.Expiry <= now)
        {
            queue.Dequeue();
            RemoveIfCurrent(oldest, accepted);
        }
    }

    private bool EvictOldest(Queue<(MessageId Id, TimeSpan Expiry)> queue, bool accepted)
    {
        while (queue.TryDequeue(out (MessageId Id, TimeSpan Expiry) oldest))
        {
            if (RemoveIfCurrent(oldest, accepted))
            {
                return true;
            }
        }

        return false;
    }

    private bool RemoveIfCurrent((MessageId Id, TimeSpan Expiry) queued, bool accepted) =>
        _ids.TryGetValue(queued.Id, out Entry entry) && entry == new Entry(queued.Expiry, accepted) && _ids.Remove(queued.Id);

    private readonly record struct Entry(TimeSpan Expiry, bool Accepted);
}
