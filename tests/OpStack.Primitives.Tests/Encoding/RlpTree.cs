using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Encoding;

/// <summary>An RLP item as a tree, read and written through the product's reader and writer: what the tests compare.</summary>
internal sealed record RlpTree(byte[]? Bytes, IReadOnlyList<RlpTree> Items)
{
    public static RlpTree Of(byte[] bytes) => new(bytes, []);

    public static RlpTree List(params RlpTree[] items) => new(null, items);

    /// <summary>Null unless the whole of <paramref name="source"/> is one canonical item.</summary>
    public static RlpTree? Read(ReadOnlySpan<byte> source)
    {
        RlpReader reader = new(source);
        RlpTree? tree = ReadItem(ref reader);
        return reader.IsAtEnd ? tree : null;
    }

    public byte[] Write()
    {
        byte[] encoded = new byte[Length];
        RlpWriter writer = new(encoded);
        WriteTo(ref writer);
        Assert.Equal(encoded.Length, writer.Written);
        return encoded;
    }

    private int PayloadLength => Items.Sum(i => i.Length);

    private int Length => Bytes is null ? RlpWriter.LengthOfList(PayloadLength) : RlpWriter.LengthOfBytes(Bytes);

    private void WriteTo(ref RlpWriter writer)
    {
        if (Bytes is not null)
        {
            writer.WriteBytes(Bytes);
            return;
        }

        writer.WriteListPrefix(PayloadLength);
        foreach (RlpTree item in Items)
            item.WriteTo(ref writer);
    }

    private static RlpTree? ReadItem(ref RlpReader reader)
    {
        if (!reader.IsNextList)
            return reader.TryReadBytes(out ReadOnlySpan<byte> bytes) ? Of(bytes.ToArray()) : null;

        if (!reader.TryReadList(out RlpReader inner))
            return null;

        List<RlpTree> items = [];
        while (!inner.IsAtEnd)
        {
            if (ReadItem(ref inner) is not { } item)
                return null;
            items.Add(item);
        }

        return List([.. items]);
    }
}
