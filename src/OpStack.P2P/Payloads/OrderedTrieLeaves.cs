using OpStack.Primitives;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Payloads;

/// <summary>
/// The leaves of an ordered trie in key order. They depend on nothing but their item and the depth they stand at, so a window of them is hashed at
/// once, before the walk asks for the first.
/// </summary>
/// <param name="items">The items of the list.</param>
/// <param name="order">Their indices in key order.</param>
/// <param name="window">Room for the hashes of one window.</param>
internal ref struct OrderedTrieLeaves<TItems>(TItems items, ReadOnlySpan<int> order, Span<Hash256> window) : IKeccakInputs
    where TItems : IReadOnlyList<ReadOnlyMemory<byte>>
{
    // In RLP the prefix of a string is that of a list of the same length, less this.
    private const byte ListMinusString = 0x40;

    private readonly TItems _items = items;
    private readonly ReadOnlySpan<int> _order = order;
    private readonly Span<Hash256> _window = window;
    private int _start;
    private int _end;
    private int _next;

    /// <summary>Leaves in the window.</summary>
    public readonly int Count => _end - _start;

    /// <summary>The key of a leaf.</summary>
    public readonly TrieKey Key(int position) => new(_order[position]);

    /// <summary>Writes what the parent holds of the next leaf, at most 33 bytes; returns its length.</summary>
    public int WriteNext(scoped Span<byte> reference)
    {
        if (_next == _end)
        {
            _start = _end;
            _end = Math.Min(_start + _window.Length, _order.Length);
            Keccak256.HashAll(this, _window);
        }

        int index = _next++ - _start;
        Span<byte> head = stackalloc byte[IKeccakInputs.MaxHeadLength];
        head = head[..WriteHead(index, head)];
        ReadOnlySpan<byte> value = Body(index).Span;
        if (_order.Length > 1 && head.Length + value.Length < Hash256.Size)
        {
            head.CopyTo(reference);
            value.CopyTo(reference[head.Length..]);
            return head.Length + value.Length;
        }

        reference[0] = OrderedTrie.HashPrefix;
        _window[index].CopyTo(reference[1..]);
        return 1 + Hash256.Size;
    }

    /// <summary>What precedes the value in a leaf: the list's prefix, the path, and the value's own prefix.</summary>
    public readonly int WriteHead(int index, scoped Span<byte> head)
    {
        TrieKey key = Key(_start + index);
        Span<byte> path = stackalloc byte[TrieKey.MaxPathLength];
        path = path[..key.WritePath(Depth(_start + index), key.Length, isLeaf: true, path)];
        ReadOnlySpan<byte> value = Body(index).Span;

        RlpWriter writer = new(head);
        writer.WriteListPrefix(checked(RlpWriter.LengthOfBytes(path) + RlpWriter.LengthOfBytes(value)));
        writer.WriteBytes(path);
        if (RlpWriter.LengthOfBytes(value) > value.Length)
        {
            int prefix = writer.Written;
            writer.WriteListPrefix(value.Length);
            head[prefix] -= ListMinusString;
        }

        return writer.Written;
    }

    /// <summary>The item itself.</summary>
    public readonly ReadOnlyMemory<byte> Body(int index) => _items[_order[_start + index]];

    /// <summary>Where the path of a leaf begins: below the deepest branch that it shares with a neighbour.</summary>
    private readonly int Depth(int position)
    {
        TrieKey key = Key(position);
        int before = position == 0 ? -1 : key.CommonPrefix(Key(position - 1));
        int after = position == _order.Length - 1 ? -1 : key.CommonPrefix(Key(position + 1));
        return Math.Max(before, after) + 1;
    }
}
