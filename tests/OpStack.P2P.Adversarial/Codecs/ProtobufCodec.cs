using OpStack.Libp2p.Protobuf;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The fields of any protobuf message, as all readers of one walk them.</summary>
internal sealed class ProtobufCodec : FuzzCodec
{
    /// <summary>The fields generated last; without bytes a number.</summary>
    private readonly List<(int Number, ulong Varint, byte[]? Bytes)> _fields = [];

    public override string Name => "protobuf";

    public override IReadOnlyList<byte[]> Seeds { get; } = [[0x08, 0x96, 0x01], [0x12, 0x03, 1, 2, 3], [0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0x01, 0x00]];

    public override long AllocationBudget(int length) => 0;

    public override bool TryDecode(byte[] input)
    {
        ProtobufReader reader = new(input);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out _, out ProtobufWireType type) || !reader.TrySkip(type))
            {
                return false;
            }
        }

        return true;
    }

    // Every slice that is given out lies in the message, and the walk ends at its end: what a reader relies on.
    public override string? FindBrokenProperty(byte[] input)
    {
        ProtobufReader reader = new(input);
        while (!reader.AtEnd)
        {
            bool read = reader.TryReadTag(out int field, out ProtobufWireType type);
            if (!read || field < 1)
            {
                return "a tag that was skipped cannot be read";
            }

            if (type == ProtobufWireType.Bytes)
            {
                if (!reader.TryReadBytes(out ReadOnlySpan<byte> value, out int offset) || !value.SequenceEqual(input.AsSpan(offset, value.Length)))
                {
                    return "a value does not lie where it is said to lie";
                }
            }
            else if (!reader.TrySkip(type))
            {
                return "a field that was skipped cannot be skipped";
            }
        }

        return null;
    }

    public override byte[] Generate(Random random)
    {
        byte[] message = new byte[512];
        ProtobufWriter writer = new(message);
        _fields.Clear();
        for (int fields = random.Next(6); fields > 0; fields--)
        {
            (int number, ulong varint, byte[]? bytes) = (random.Next(1, 1_000), (ulong)random.NextInt64(), random.Next(2) == 0 ? null : random.Bytes(random.Next(60)));
            _fields.Add((number, varint, bytes));
            if (bytes is null)
            {
                writer.WriteVarint(number, varint);
            }
            else
            {
                writer.WriteBytes(number, bytes);
            }
        }

        return message[..writer.Written];
    }

    public override string? FindLoss(byte[] generated)
    {
        ProtobufReader reader = new(generated);
        foreach ((int number, ulong varint, byte[]? bytes) in _fields)
        {
            bool isSame = reader.TryReadTag(out int field, out ProtobufWireType type) && field == number
                && (bytes is null
                    ? type == ProtobufWireType.Varint && reader.TryReadVarint(out ulong value) && value == varint
                    : type == ProtobufWireType.Bytes && reader.TryReadBytes(out ReadOnlySpan<byte> content) && content.SequenceEqual(bytes));
            if (!isSame)
            {
                return $"field {number} is another";
            }
        }

        return reader.AtEnd ? null : "there is more in it";
    }

    protected override byte[] MutateStructure(Random random, byte[] valid) => ProtobufEdits.Mutate(random, valid);
}
