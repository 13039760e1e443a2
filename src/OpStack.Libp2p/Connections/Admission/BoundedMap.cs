using System.Diagnostics.CodeAnalysis;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>A map of at most so many keys. When it is full, the key written or used longest ago makes room. Not thread-safe.</summary>
/// <param name="capacity">The most keys held, at least 1.</param>
internal sealed class BoundedMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> _nodes = [];
    private readonly LinkedList<KeyValuePair<TKey, TValue>> _byUse = [];

    public int Count => _nodes.Count;

    public IEnumerable<KeyValuePair<TKey, TValue>> All => _byUse;

    /// <summary>Looks a value up without making its key the newest.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        bool found = _nodes.TryGetValue(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node);
        value = found ? node!.Value.Value : default;
        return found;
    }

    /// <summary>Sets the value and makes the key the newest.</summary>
    public void Set(TKey key, TValue value)
    {
        if (_nodes.TryGetValue(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node))
        {
            _byUse.Remove(node);
            node.Value = new(key, value);
        }
        else
        {
            if (_nodes.Count >= capacity)
            {
                Remove(_byUse.First!.Value.Key);
            }

            node = new(new(key, value));
            _nodes.Add(key, node);
        }

        _byUse.AddLast(node);
    }

    public bool Remove(TKey key)
    {
        if (!_nodes.Remove(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node))
        {
            return false;
        }

        _byUse.Remove(node);
        return true;
    }
}
