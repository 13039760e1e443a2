using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Adversarial.Fuzzing.Edits;

/// <summary>Damage to RLP that leaves it canonical: items dropped, doubled, moved, nested, changed inside, with prefixes that fit.</summary>
internal static class RlpEdits
{
    private const int MaxNesting = 60;

    public static byte[] Mutate(Random random, byte[] encoded)
    {
        RlpReader reader = new(encoded);
        List<byte[]> items = [];
        while (reader.TryReadItem(out ReadOnlySpan<byte> item))
        {
            items.Add(item.ToArray());
        }

        return items.Count == 0 ? Mutations.Mutate(random, [encoded]) : [.. MutateItems(random, items).SelectMany(item => item)];
    }

    private static List<byte[]> MutateItems(Random random, List<byte[]> items)
    {
        int at = random.Next(items.Count);
        byte[] item = items[at];
        bool isList = item[0] >= 0xc0;
        switch (random.Next(8))
        {
            case 0 when items.Count > 1:
                items.RemoveAt(at);
                break;
            case 1:
                items.InsertRange(at, Enumerable.Repeat(item, random.Next(1, 20)));
                break;
            case 2:
                items.RemoveAt(at);
                items.Insert(random.Next(items.Count + 1), item);
                break;
            case 3:
                items[at] = Nest(item, random.Next(1, MaxNesting));
                break;
            case 4:
                items[at] = isList ? OfString(PayloadOf(item)) : OfList(PayloadOf(item));
                break;
            default:
                items[at] = isList ? OfList(Mutate(random, PayloadOf(item))) : OfString(Mutations.Mutate(random, [PayloadOf(item)]));
                break;
        }

        return items;
    }

    private static byte[] PayloadOf(byte[] item)
    {
        RlpReader reader = new(item);
        return reader.TryReadBytes(out ReadOnlySpan<byte> payload) ? payload.ToArray()
            : reader.TryReadList(out RlpReader items) ? item[^items.Remaining..]
            : item;
    }

    private static byte[] Nest(byte[] item, int times)
    {
        for (int i = 0; i < times; i++)
        {
            item = OfList(item);
        }

        return item;
    }

    private static byte[] OfString(byte[] payload)
    {
        byte[] encoded = new byte[RlpWriter.LengthOfBytes(payload)];
        new RlpWriter(encoded).WriteBytes(payload);
        return encoded;
    }

    /// <summary>A list of what <paramref name="payload"/> holds.</summary>
    public static byte[] OfList(byte[] payload)
    {
        byte[] encoded = new byte[RlpWriter.LengthOfList(payload.Length)];
        RlpWriter writer = new(encoded);
        writer.WriteListPrefix(payload.Length);
        writer.WriteEncoded(payload);
        return encoded;
    }
}
