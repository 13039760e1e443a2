using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Records;

/// <summary>
/// Whether bytes are one canonical RLP item through and through; a record's values are kept raw, so nothing else reads them.
/// </summary>
internal static class CanonicalRlp
{
    /// <summary>
    /// True for exactly one item, itself and all items within it canonical. Lists are walked with a stack of their ends and not by
    /// recursion: a peer chooses the depth.
    /// </summary>
    internal static bool IsOneItem(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty || encoded.Length > Enr.MaxSize)
            return false;

        Span<int> ends = stackalloc int[EnrLimits.MaxDepth + 1];
        int depth = 0, position = 0;
        ends[0] = encoded.Length;
        while (true)
        {
            RlpReader reader = new(encoded[position..ends[depth]]);
            bool isList = reader.IsNextList;
            RlpReader items = default;
            if (!(isList ? reader.TryReadList(out items) : reader.TrySkip()))
                return false;

            int next = ends[depth] - reader.Remaining;
            if (depth == 0 && next != encoded.Length)
                return false;
            if (isList && items.Remaining != 0)
            {
                position = next - items.Remaining;
                ends[++depth] = next;
                continue;
            }

            position = next;
            while (depth > 0 && position == ends[depth])
                depth--;
            if (depth == 0)
                return true;
        }
    }
}
