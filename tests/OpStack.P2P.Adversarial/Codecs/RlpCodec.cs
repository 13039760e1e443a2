using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>RLP items to any depth, as a decoder of unknown content would walk them.</summary>
internal sealed class RlpCodec : FuzzCodec
{
    /// <summary>The walk here is the caller's, with a bound of its own (attack-cases.md row 7).</summary>
    private const int MaxDepth = 16;

    public override string Name => "rlp";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        [0x80], [0xc0], [0x01], [0x83, 1, 2, 3], [0xc8, 0x83, (byte)'c', (byte)'a', (byte)'t', 0x83, (byte)'d', (byte)'o', (byte)'g'],
        [0xc7, 0xc0, 0xc1, 0xc0, 0xc3, 0xc0, 0xc1, 0xc0], [0xb8, 56, .. new byte[56]], RlpEdits.OfList([0xb8, 200, .. new byte[200], 0x84, 0xff, 0, 1, 2]),
    ];

    public override long AllocationBudget(int length) => 0;

    public override bool TryDecode(byte[] input) => TryWalk(new RlpReader(input), 0);

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] written = new byte[input.Length];
        RlpWriter writer = new(written);
        return TryCopy(new RlpReader(input), ref writer) && writer.Written == input.Length && written.AsSpan().SequenceEqual(input)
            ? null
            : "written again it is not the same";
    }

    public override byte[] Generate(Random random) => Generate(random, random.Next(5));

    public override string? FindLoss(byte[] generated) => FindBrokenProperty(generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => RlpEdits.Mutate(random, valid);

    private static byte[] Generate(Random random, int depth)
    {
        if (depth == 0)
        {
            byte[] text = new byte[random.Next(4) == 0 ? random.Next(300) : random.Next(60)];
            random.NextBytes(text);
            byte[] encoded = new byte[RlpWriter.LengthOfBytes(text)];
            new RlpWriter(encoded).WriteBytes(text);
            return encoded;
        }

        return RlpEdits.OfList([.. Enumerable.Range(0, random.Next(5)).SelectMany(_ => Generate(random, random.Next(depth)))]);
    }

    private static bool TryWalk(RlpReader reader, int depth)
    {
        while (!reader.IsAtEnd)
        {
            if (reader.IsNextList ? depth == MaxDepth || !reader.TryReadList(out RlpReader items) || !TryWalk(items, depth + 1) : !reader.TryReadBytes(out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryCopy(RlpReader reader, ref RlpWriter writer)
    {
        while (!reader.IsAtEnd)
        {
            if (reader.TryReadList(out RlpReader items))
            {
                writer.WriteListPrefix(items.Remaining);
                if (!TryCopy(items, ref writer))
                {
                    return false;
                }
            }
            else if (reader.TryReadBytes(out ReadOnlySpan<byte> bytes))
            {
                writer.WriteBytes(bytes);
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
