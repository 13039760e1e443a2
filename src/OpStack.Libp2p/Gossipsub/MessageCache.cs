using System.Diagnostics.CodeAnalysis;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Accepted and published messages of the last heartbeats, to serve IWANT and to advertise by IHAVE. Holds one reference to each frame.
/// Bounded in heartbeats, in messages and in bytes; past these the oldest goes.
/// </summary>
internal sealed class MessageCache(int historyLength, int historyGossip, int maxMessages, long maxBytes)
{
    private readonly Dictionary<MessageId, Entry> _entries = [];
    private readonly Queue<Entry> _oldestFirst = [];
    private long _heartbeat;

    /// <summary>Messages held.</summary>
    public int Count => _entries.Count;

    /// <summary>Bytes of memory of their frames, plus <see cref="GossipsubLimits.CachedEntryOverhead"/> each.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a message, taking a reference of its own to the frame. One that is held already stays as it is.</summary>
    public void Put(MessageId id, string topic, GossipFrame frame)
    {
        long cost = frame.MemorySize + (long)GossipsubLimits.CachedEntryOverhead;
        if (cost > maxBytes || _entries.ContainsKey(id))
        {
            return;
        }

        while (_entries.Count >= maxMessages || Bytes + cost > maxBytes)
        {
            RemoveOldest();
        }

        frame.Retain();
        Entry entry = new(id, topic, frame, cost, _heartbeat);
        _entries.Add(id, entry);
        _oldestFirst.Enqueue(entry);
        Bytes += cost;
    }

    /// <summary>True for a message that is held.</summary>
    public bool Contains(MessageId id) => _entries.ContainsKey(id);

    /// <summary>
    /// The frame of a message the peer asks for, unless it was given to this peer <paramref name="most"/> times, or has more bytes than
    /// <paramref name="room"/>. The caller retains it before it passes it on.
    /// </summary>
    public bool TryGive(MessageId id, PeerId peer, int most, long room, [NotNullWhen(true)] out GossipFrame? frame)
    {
        frame = null;
        if (!_entries.TryGetValue(id, out Entry? entry) || entry.Frame.Length > room)
        {
            return false;
        }

        entry.Given ??= [];
        int given = entry.Given.GetValueOrDefault(peer);
        if (given >= most || (given == 0 && entry.Given.Count >= GossipsubLimits.MaxPeersPerMessage))
        {
            return false;
        }

        entry.Given[peer] = given + 1;
        frame = entry.Frame;
        return true;
    }

    /// <summary>Adds the ids of the topic's messages of the last heartbeats, as many as are gossiped about.</summary>
    public void AddGossipIds(string topic, List<MessageId> ids)
    {
        foreach (Entry entry in _oldestFirst)
        {
            if (_heartbeat - entry.Heartbeat < historyGossip && entry.Topic == topic)
            {
                ids.Add(entry.Id);
            }
        }
    }

    /// <summary>A heartbeat passed: messages that have been held for the history length go.</summary>
    public void Shift()
    {
        _heartbeat++;
        while (_oldestFirst.TryPeek(out Entry? oldest) && _heartbeat - oldest.Heartbeat >= historyLength)
        {
            RemoveOldest();
        }
    }

    /// <summary>Releases everything.</summary>
    public void Clear()
    {
        while (_oldestFirst.Count > 0)
        {
            RemoveOldest();
        }
    }

    private void RemoveOldest()
    {
        Entry oldest = _oldestFirst.Dequeue();
        _entries.Remove(oldest.Id);
        Bytes -= oldest.Cost;
        oldest.Frame.Release();
    }

    private sealed record Entry(MessageId Id, string Topic, GossipFrame Frame, long Cost, long Heartbeat)
    {
        /// <summary>Copies given by IWANT. By id of the peer, so that a new connection does not begin anew.</summary>
        public Dictionary<PeerId, int>? Given { get; set; }
    }
}
