namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Recognises a frame that was received before and is still held by someone (the router's message cache, a validation, a queue): same topic, same
/// length, same first 64 bytes, and then byte-equal. Such a copy costs one comparison, and neither decoding nor hashing. The index holds no
/// reference of its own, so what the router drops can be received anew. Any thread may call.
/// </summary>
internal sealed class RetainedFrames
{
    private const int PrefixLength = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Entry[]> _buckets = [];
    private readonly Queue<(int Key, Entry Entry)> _order = [];

    /// <summary>Finds the entry of an equal frame; null when there is none. Allocates nothing.</summary>
    /// <param name="topic">The frame's topic.</param>
    /// <param name="bytes">All of the frame.</param>
    /// <param name="dataOffset">Where its message's data begins.</param>
    /// <param name="dataLength">The data's length.</param>
    public Entry? Find(string topic, ReadOnlySpan<byte> bytes, int dataOffset, int dataLength)
    {
        Entry[]? bucket;
        int key = KeyOf(topic, bytes.Length, bytes.Slice(dataOffset, dataLength));
        lock (_gate)
        {
            _buckets.TryGetValue(key, out bucket);
        }

        return Find(bucket ?? [], topic, bytes);
    }

    /// <summary>
    /// Finds the entry of an equal frame, or adds one for this frame. Who added it (<paramref name="added"/>) must call <see cref="Entry.Complete"/>.
    /// </summary>
    public Entry FindOrAdd(GossipFrame frame, out bool added)
    {
        int key = KeyOf(frame.Topic, frame.Length, frame.Data.Span);
        Entry[]? compared = null;
        while (true)
        {
            Entry[]? bucket;
            lock (_gate)
            {
                _buckets.TryGetValue(key, out bucket);
                if (ReferenceEquals(bucket, compared))
                {
                    added = true;
                    return Add(key, bucket ?? [], frame);
                }
            }

            // Compared outside the lock: it may be 10 MiB. If the bucket changed meanwhile the new one is compared too.
            if (Find(bucket!, frame.Topic, frame.Bytes.Span) is { } entry)
            {
                added = false;
                return entry;
            }

            compared = bucket;
        }
    }

    private static Entry? Find(Entry[] bucket, string topic, ReadOnlySpan<byte> bytes)
    {
        foreach (Entry entry in bucket)
        {
            if (entry.Holds(topic, bytes))
            {
                return entry;
            }
        }

        return null;
    }

    private Entry Add(int key, Entry[] bucket, GossipFrame frame)
    {
        Entry added = new(frame);
        int keep = Math.Min(bucket.Length, RpcLimits.DuplicateCandidates - 1);
        _buckets[key] = [.. bucket[^keep..], added];
        _order.Enqueue((key, added));
        if (_order.Count > RpcLimits.RetainedFrames)
        {
            (int oldKey, Entry old) = _order.Dequeue();
            Remove(oldKey, old);
        }

        return added;
    }

    private void Remove(int key, Entry entry)
    {
        if (!_buckets.TryGetValue(key, out Entry[]? bucket))
        {
            return;
        }

        Entry[] rest = Array.FindAll(bucket, e => e != entry);
        if (rest.Length == 0)
        {
            _buckets.Remove(key);
        }
        else
        {
            _buckets[key] = rest;
        }
    }

    private static int KeyOf(string topic, int length, ReadOnlySpan<byte> data)
    {
        // Randomised per process: a peer cannot choose frames that share a bucket, other than by sharing all that counts.
        HashCode hash = default;
        hash.Add(topic);
        hash.Add(length);
        hash.AddBytes(data[..Math.Min(data.Length, PrefixLength)]);
        return hash.ToHashCode();
    }

    /// <summary>A frame received once and the id its message got.</summary>
    internal sealed class Entry(GossipFrame frame)
    {
        private readonly TaskCompletionSource<MessageId?> _id = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The id, once the router has the message; null when it came to nothing before, or by the router.</summary>
        public Task<MessageId?> Id => _id.Task;

        /// <summary>The first copy is with the router under this id, or came to nothing.</summary>
        public void Complete(MessageId? id) => _id.TrySetResult(id);

        /// <summary>True when the retained frame equals this one byte for byte; false when it is not retained any more, or came to nothing.</summary>
        public bool Holds(string topic, ReadOnlySpan<byte> bytes)
        {
            if (_id.Task is { IsCompletedSuccessfully: true, Result: null } || frame.Length != bytes.Length || frame.Topic != topic || !frame.TryRetain())
            {
                return false;
            }

            try
            {
                return frame.Bytes.Span.SequenceEqual(bytes);
            }
            finally
            {
                frame.Release();
            }
        }
    }
}
