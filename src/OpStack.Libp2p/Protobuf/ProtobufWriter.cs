using System.Text;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Protobuf;

/// <summary>
/// Writes the fields of one protobuf message into the caller's memory, whose length comes from <see cref="ProtobufSize"/>.
/// The caller writes fields in ascending number, which makes the encoding deterministic (wire.md 0.1).
/// </summary>
internal ref struct ProtobufWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _position;

    /// <summary>Bytes written so far.</summary>
    public readonly int Written => _position;

    /// <summary>Writes a varint field.</summary>
    public void WriteVarint(int field, ulong value)
    {
        WriteTag(field, ProtobufWireType.Varint);
        WriteRaw(value);
    }

    /// <summary>Writes a bytes field; an empty value is written as present and empty.</summary>
    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteHeader(field, value.Length);
        value.CopyTo(_destination[_position..]);
        _position += value.Length;
    }

    /// <summary>Writes a string field as UTF-8.</summary>
    public void WriteString(int field, string value)
    {
        WriteHeader(field, Encoding.UTF8.GetByteCount(value));
        _position += Encoding.UTF8.GetBytes(value, _destination[_position..]);
    }

    /// <summary>Opens an embedded message of <paramref name="length"/> bytes; the caller writes its fields next.</summary>
    public void WriteHeader(int field, int length)
    {
        WriteTag(field, ProtobufWireType.Bytes);
        WriteRaw((ulong)length);
    }

    private void WriteTag(int field, ProtobufWireType wireType) => WriteRaw(((ulong)field << 3) | (ulong)wireType);

    private void WriteRaw(ulong value) => _position += Varint.Write(_destination[_position..], value);
}
