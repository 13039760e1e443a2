using System.Text;

namespace OpStack.Libp2p.Protobuf;

/// <summary>How many bytes a field takes, key included. Sizes are summed first, so that a message is written once into memory of its length.</summary>
internal static class ProtobufSize
{
    /// <summary>A varint field.</summary>
    public static int Varint(int field, ulong value) => Tag(field) + Primitives.Encoding.Varint.LengthOf(value);

    /// <summary>A bytes field, or an embedded message, of <paramref name="length"/> bytes.</summary>
    public static int Bytes(int field, int length) => checked(Tag(field) + Primitives.Encoding.Varint.LengthOf((ulong)length) + length);

    /// <summary>A string field.</summary>
    public static int String(int field, string value) => Bytes(field, Encoding.UTF8.GetByteCount(value));

    private static int Tag(int field) => Primitives.Encoding.Varint.LengthOf((ulong)field << 3);
}
