using System.Buffers;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Payloads;

/// <summary>
/// The root of the Merkle-Patricia trie of a list, rlp(index) -> item (geth DeriveSha): the transactions and withdrawals roots of a header.
/// The trie is walked in key order and never built: a node is encoded and hashed when its last item has been, on the stack.
/// </summary>
internal static class OrderedTrie
{
    /// <summary>The root of a list without items: keccak256 of the empty RLP string.</summary>
    public static readonly Hash256 EmptyRoot = Hash256.Parse("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

    private const int BranchWidth = 16;
    private const byte EmptyString = 0x80;
    private const byte HashPrefix = EmptyString + Hash256.Size;

    // A node below 32 bytes stands in its parent itself, any other by its hash.
    private const int MaxReferenceLength = 1 + Hash256.Size;
    private const int MaxPathLength = 5;
    private const int MaxRlpPrefixLength = 5;

    // In RLP the prefix of a string is that of a list of the same length, less this.
    private const byte ListMinusString = 0x40;

    /// <summary>Computes the root. Empty items are left out, as geth's StackTrie does: in a trie an empty value is an absent one.</summary>
    public static Hash256 Root<TItems>(TItems items)
        where TItems : IReadOnlyList<ReadOnlyMemory<byte>>
    {
        int[] order = ArrayPool<int>.Shared.Rent(items.Count);
        try
        {
            int count = FillKeyOrder(items, order);
            if (count == 0)
            {
                return EmptyRoot;
            }

            Span<byte> reference = stackalloc byte[MaxReferenceLength];
            WriteNode(items, order.AsSpan(0, count), depth: 0, isRoot: true, reference);
            return new Hash256(reference[1..]);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(order);
        }
    }

    // As bytes, rlp(1)..rlp(127) come first, then rlp(0) = 0x80, then the rest in order.
    private static int FillKeyOrder<TItems>(TItems items, Span<int> order)
        where TItems : IReadOnlyList<ReadOnlyMemory<byte>>
    {
        int written = 0;
        int last = Math.Min(items.Count - 1, 0x7F);
        for (int position = 0; position < items.Count; position++)
        {
            int index = position < last ? position + 1 : position == last ? 0 : position;
            if (!items[index].IsEmpty)
            {
                order[written++] = index;
            }
        }

        return written;
    }

    /// <summary>
    /// Writes what the parent holds of the node over these items, which share their key up to <paramref name="depth"/>; returns its length.
    /// </summary>
    private static int WriteNode<TItems>(TItems items, ReadOnlySpan<int> order, int depth, bool isRoot, Span<byte> reference)
        where TItems : IReadOnlyList<ReadOnlyMemory<byte>>
    {
        TrieKey first = new(order[0]);
        if (order.Length == 1)
        {
            return WriteLeaf(first, depth, items[order[0]].Span, isRoot, reference);
        }

        int branchDepth = first.CommonPrefix(new TrieKey(order[^1]));
        if (branchDepth == depth)
        {
            return WriteBranch(items, order, depth, isRoot, reference);
        }

        Span<byte> child = stackalloc byte[MaxReferenceLength];
        int childLength = WriteBranch(items, order, branchDepth, isRoot: false, child);
        Span<byte> path = stackalloc byte[MaxPathLength];
        path = path[..first.WritePath(depth, branchDepth, isLeaf: false, path)];

        Span<byte> node = stackalloc byte[MaxRlpPrefixLength + MaxRlpPrefixLength + MaxPathLength + MaxReferenceLength];
        RlpWriter writer = new(node);
        writer.WriteListPrefix(RlpWriter.LengthOfBytes(path) + childLength);
        writer.WriteBytes(path);
        writer.WriteEncoded(child[..childLength]);
        return WriteReference(node[..writer.Written], isRoot, reference);
    }

    private static int WriteBranch<TItems>(TItems items, ReadOnlySpan<int> order, int depth, bool isRoot, Span<byte> reference)
        where TItems : IReadOnlyList<ReadOnlyMemory<byte>>
    {
        // Sixteen children and the branch's own value, which is always empty: no rlp(index) is the beginning of another.
        Span<byte> children = stackalloc byte[(BranchWidth * MaxReferenceLength) + 1];
        int length = 0;
        for (int nibble = 0; nibble < BranchWidth; nibble++)
        {
            int taken = 0;
            while (taken < order.Length && new TrieKey(order[taken])[depth] == nibble)
            {
                taken++;
            }

            if (taken == 0)
            {
                children[length++] = EmptyString;
                continue;
            }

            length += WriteNode(items, order[..taken], depth + 1, isRoot: false, children[length..]);
            order = order[taken..];
        }

        children[length++] = EmptyString;

        Span<byte> node = stackalloc byte[MaxRlpPrefixLength + children.Length];
        RlpWriter writer = new(node);
        writer.WriteListPrefix(length);
        writer.WriteEncoded(children[..length]);
        return WriteReference(node[..writer.Written], isRoot, reference);
    }

    private static int WriteLeaf(TrieKey key, int depth, ReadOnlySpan<byte> value, bool isRoot, Span<byte> reference)
    {
        Span<byte> path = stackalloc byte[MaxPathLength];
        path = path[..key.WritePath(depth, key.Length, isLeaf: true, path)];
        int payloadLength = checked(RlpWriter.LengthOfBytes(path) + RlpWriter.LengthOfBytes(value));

        Span<byte> head = stackalloc byte[(3 * MaxRlpPrefixLength) + MaxPathLength];
        RlpWriter writer = new(head);
        writer.WriteListPrefix(payloadLength);
        writer.WriteBytes(path);
        if (RlpWriter.LengthOfBytes(value) > value.Length)
        {
            int prefix = writer.Written;
            writer.WriteListPrefix(value.Length);
            head[prefix] -= ListMinusString;
        }

        if (!isRoot && writer.Written + value.Length < Hash256.Size)
        {
            head[..writer.Written].CopyTo(reference);
            value.CopyTo(reference[writer.Written..]);
            return writer.Written + value.Length;
        }

        Keccak256Hasher hasher = default;
        hasher.Append(head[..writer.Written]);
        hasher.Append(value);
        reference[0] = HashPrefix;
        hasher.GetHashAndReset(reference.Slice(1, Hash256.Size));
        return MaxReferenceLength;
    }

    private static int WriteReference(ReadOnlySpan<byte> node, bool isRoot, Span<byte> reference)
    {
        if (!isRoot && node.Length < Hash256.Size)
        {
            node.CopyTo(reference);
            return node.Length;
        }

        reference[0] = HashPrefix;
        Keccak256.Hash(node, reference.Slice(1, Hash256.Size));
        return MaxReferenceLength;
    }
}
