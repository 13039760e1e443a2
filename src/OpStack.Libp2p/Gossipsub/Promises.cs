namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// What peers promised by IHAVE and we asked for: one id of every IWANT, to arrive within the follow-up time (wire.md 9.11). Held for connected
/// peers only; a promise that cannot be kept any more for a reason of ours is void and costs nothing.
/// </summary>
internal sealed class Promises(TimeSpan followUp, int maxPerPeer)
{
    // Peers without a promise have no entry: almost always there is none at all.
    private readonly Dictionary<RouterPeer, Dictionary<MessageId, Promise>> _peers = [];

    // Time we lost; deadlines are on a clock that stands still while we do.
    private TimeSpan _lost;

    /// <summary>Promises held.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a promise; false if the peer has made it already, or has as many as are kept.</summary>
    public bool TryAdd(RouterPeer peer, string topic, MessageId id, TimeSpan now)
    {
        if (!_peers.TryGetValue(peer, out Dictionary<MessageId, Promise>? promises))
        {
            _peers.Add(peer, promises = []);
        }

        bool added = promises.Count < maxPerPeer && promises.TryAdd(id, new Promise(topic, now - _lost + followUp));
        Count += added ? 1 : 0;
        return added;
    }

    /// <summary>The message came, from whomever: nobody can be expected to send it again. Returns the promises that end by it.</summary>
    public int Keep(MessageId id)
    {
        int before = Count;
        foreach ((RouterPeer peer, Dictionary<MessageId, Promise> promises) in _peers)
        {
            if (promises.Remove(id))
            {
                Ended(peer, promises, 1);
            }
        }

        return before - Count;
    }

    /// <summary>Ends all promises of a peer. Returns how many.</summary>
    public int Void(RouterPeer peer)
    {
        int count = _peers.Remove(peer, out Dictionary<MessageId, Promise>? promises) ? promises.Count : 0;
        Count -= count;
        return count;
    }

    /// <summary>Ends a peer's promises of these ids. Returns how many.</summary>
    public int Void(RouterPeer peer, List<MessageId> ids)
    {
        int count = 0;
        if (_peers.TryGetValue(peer, out Dictionary<MessageId, Promise>? promises))
        {
            foreach (MessageId id in ids)
            {
                count += promises.Remove(id) ? 1 : 0;
            }

            Ended(peer, promises, count);
        }

        return count;
    }

    /// <summary>Ends all promises of messages of a topic. Returns how many.</summary>
    public int Void(string topic)
    {
        int before = Count;
        foreach ((RouterPeer peer, Dictionary<MessageId, Promise> promises) in _peers)
        {
            foreach ((MessageId id, Promise promise) in promises)
            {
                if (promise.Topic == topic)
                {
                    promises.Remove(id);
                    Count--;
                }
            }

            Ended(peer, promises, 0);
        }

        return before - Count;
    }

    /// <summary>We did nothing for so long: every promise gets as much more time.</summary>
    public void Postpone(TimeSpan by) => _lost += by;

    /// <summary>Takes out the promises whose time is over, counted per peer; not those of peers that we hold up ourselves.</summary>
    public List<(RouterPeer Peer, int Count)> TakeBroken(TimeSpan now)
    {
        List<(RouterPeer, int)> broken = [];
        foreach ((RouterPeer peer, Dictionary<MessageId, Promise> promises) in _peers)
        {
            if (peer.IsHeldUp)
            {
                continue;
            }

            int count = 0;
            foreach ((MessageId id, Promise promise) in promises)
            {
                if (promise.Deadline < now - _lost)
                {
                    promises.Remove(id);
                    count++;
                }
            }

            if (count > 0)
            {
                Ended(peer, promises, count);
                broken.Add((peer, count));
            }
        }

        return broken;
    }

    /// <summary>Everything held, with the time left.</summary>
    public IEnumerable<(RouterPeer Peer, string Topic, MessageId Id, TimeSpan Remaining)> Entries(TimeSpan now) => _peers.SelectMany(
        peer => peer.Value.Select(entry => (peer.Key, entry.Value.Topic, entry.Key, entry.Value.Deadline - (now - _lost))));

    private void Ended(RouterPeer peer, Dictionary<MessageId, Promise> promises, int count)
    {
        Count -= count;
        if (promises.Count == 0)
        {
            _peers.Remove(peer);
        }
    }

    private readonly record struct Promise(string Topic, TimeSpan Deadline);
}
