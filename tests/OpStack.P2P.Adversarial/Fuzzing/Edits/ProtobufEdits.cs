using OpStack.Libp2p.Protobuf;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Adversarial.Fuzzing.Edits;

/// <summary>Damage to a protobuf message that leaves it one: fields dropped, doubled, moved, renumbered, changed inside, with lengths that fit.</summary>
internal static class ProtobufEdits
{
    private const int MaxDepth = 4;
    private const int MaxCopies = 40;

    public static byte[] Mutate(Random random, byte[] message) => Mutate(random, message, MaxDepth);

    private static byte[] Mutate(Random random, byte[] message, int depth)
    {
        List<Field> fields = Read(message);
        if (fields.Count == 0)
        {
            return Mutations.Mutate(random, [message]);
        }

        int at = random.Next(fields.Count);
        Field field = fields[at];
        switch (random.Next(8))
        {
            case 0:
                fields.RemoveAt(at);
                break;
            case 1:
                fields.InsertRange(at, Enumerable.Repeat(field, random.Next(1, MaxCopies)));
                break;
            case 2:
                fields.RemoveAt(at);
                fields.Insert(random.Next(fields.Count + 1), field);
                break;
            case 3:
                fields[at] = field with { Tag = (ulong)((random.Next(1, 20) << 3) | random.Next(8)) };
                break;
            case 4 when field.Value is null:
                fields[at] = field with { Number = NumberEdits.ValueAtAnEdge(random, message.Length) };
                break;
            case 5 when field.Value is not null:
                fields[at] = field with { Value = Mutations.Mutate(random, [field.Value]) };
                break;
            default:
                if (field.Value is { } inner && depth > 0)
                {
                    fields[at] = field with { Value = Mutate(random, inner, depth - 1) };
                }
                else
                {
                    fields[at] = field with { Number = NumberEdits.ValueAtAnEdge(random, message.Length) };
                }

                break;
        }

        return Write(fields);
    }

    // What cannot be read any more is left out.
    private static List<Field> Read(byte[] message)
    {
        List<Field> fields = [];
        ProtobufReader reader = new(message);
        while (!reader.AtEnd && reader.TryReadTag(out int number, out ProtobufWireType type))
        {
            ulong tag = ((ulong)number << 3) | (ulong)type;
            if (type == ProtobufWireType.Bytes && reader.TryReadBytes(out ReadOnlySpan<byte> value))
            {
                fields.Add(new Field(tag, 0, value.ToArray()));
            }
            else if (type == ProtobufWireType.Varint && reader.TryReadVarint(out ulong varint))
            {
                fields.Add(new Field(tag, varint, null));
            }
            else if (!reader.TrySkip(type))
            {
                break;
            }
        }

        return fields;
    }

    private static byte[] Write(List<Field> fields)
    {
        List<byte> bytes = [];
        Span<byte> varint = stackalloc byte[10];
        foreach (Field field in fields)
        {
            bytes.AddRange(varint[..Varint.Write(varint, field.Tag)]);
            bytes.AddRange(varint[..Varint.Write(varint, field.Value is null ? field.Number : (ulong)field.Value.Length)]);
            bytes.AddRange(field.Value ?? []);
        }

        return [.. bytes];
    }

    private readonly record struct Field(ulong Tag, ulong Number, byte[]? Value);
}
