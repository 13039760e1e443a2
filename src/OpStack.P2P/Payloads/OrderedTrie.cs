using System.Buffers;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Payloads;

/// <summary>
/// The root of the Merkle-Patricia trie of a list, rlp(index) -> item (geth DeriveSha): the transactions and withdrawals roots of a header.
/// The trie is walked in key order and never built: a node is encoded and hashed when its last item has been, on the stack. The leaves, which hold
/// nearly all the bytes, are hashed some at a time (<see cref="OrderedTrieLeaves{TItems}"/>).
/// </summary>
internal static class OrderedTrie
{
    /// <summary>The root of a list without items: keccak256 of the empty RLP string.</summary>
    public static readonly Hash256 EmptyRoot = Hash256.Parse("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

    private const int BranchWidth = 16;
    private const byte EmptyString = 0x80;

    /// <summary>Before a hash in its parent: the RLP prefix of a string of 32 bytes.</summary>
    public const byte HashPrefix = EmptyString + Hash256.Size;

    // A node below 32 bytes stands in its parent itself, any other by its hash.
    private const int MaxReferenceLength = 1 + Hash256.Size;
    private const int MaxPathLength = TrieKey.MaxPathLength;
    private const int MaxRlpPrefixLength = 5;

    // 8 KiB on the stack: enough for the wide hashing to pay, also for its last few leaves.
    private const int LeavesAtATime = 256;

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
            OrderedTrieLeaves<TItems> leaves = new(items, order.AsSpan(0, count), stackalloc Hash256[LeavesAtATime]);
            WriteNode(ref leaves, 0..count, depth: 0, isRoot: true, reference);
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
    /// Writes what the parent holds of the node over these leaves, which share their key up to <paramref name="depth"/>; returns its length.
    /// </summary>
    private static int WriteNode<TItems>(
        ref OrderedTrieLeaves<TItems> leaves, Range range, int depth, bool isRoot, scoped Span<byte> reference)
        where TItems : IReadOnlyList<ReadOnlyMemory<byte>>
    {
        (int start, int end) = (range.Start.Value, range.End.Value);
        if (end - start == 1)
        {
            return leaves.WriteNext(reference);
        }

        TrieKey first = leaves.Key(start);
        int branchDepth = first.CommonPrefix(leaves.Key(end - 1));
        if (branchDepth == depth)
        {
            return WriteBranch(ref leaves, range, depth, isRoot, reference);
        }

        Span<byte> child = stackalloc byte[MaxReferenceLength];
        int childLength = WriteBranch(ref leaves, range, branchDepth, isRoot: false, child);
        Span<byte> path = stackalloc byte[MaxPathLength];
        path = path[..first.WritePath(depth, branchDepth, isLeaf: false, path)];

        Span<byte> node = stackalloc byte[MaxRlpPrefixLength + MaxRlpPrefixLength + MaxPathLength + MaxReferenceLength];
        RlpWriter writer = new(node);
        writer.WriteListPrefix(RlpWriter.LengthOfBytes(path) + childLength);
        writer.WriteBytes(path);
        writer.WriteEncoded(child[..childLength]);
        return WriteReference(node[..writer.Written], isRoot, reference);
    }

    private static int WriteBranch<TItems>(
        ref OrderedTrieLeaves<TItems> leaves, Range range, int depth, bool isRoot, scoped Span<byte> reference)
        where TItems : IReadOnlyList<ReadOnlyMemory<byte>>
    {
        // Sixteen children and the branch's own value, which is always empty: no rlp(index) is the beginning of another.
        Span<byte> children = stackalloc byte[(BranchWidth * MaxReferenceLength) + 1];
        int length = 0;
        (int start, int end) = (range.Start.Value, range.End.Value);
        for (int nibble = 0; nibble < BranchWidth; nibble++)
        {
            int next = start;
            while (next < end && leaves.Key(next)[depth] == nibble)
            {
                next++;
            }

            if (next == start)
            {
                children[length++] = EmptyString;
                continue;
            }

            length += WriteNode(ref leaves, start..next, depth + 1, isRoot: false, children[length..]);
            start = next;
        }

        children[length++] = EmptyString;

        Span<byte> node = stackalloc byte[MaxRlpPrefixLength + children.Length];
        RlpWriter writer = new(node);
        writer.WriteListPrefix(length);
        writer.WriteEncoded(children[..length]);
        return WriteReference(node[..writer.Written], isRoot, reference);
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
