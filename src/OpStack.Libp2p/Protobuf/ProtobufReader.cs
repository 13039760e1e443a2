using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Protobuf;

/// <summary>
/// Walks the fields of one protobuf message in place: nothing is allocated, copied or recursed into. An embedded message is read by
/// a second reader over the bytes of its field. Every method returns false on malformed input and the reader is then of no further use.
/// </summary>
/// <remarks>
/// A known field with a foreign wire type is the caller's to <see cref="TrySkip"/>, as protobuf parsers do with unknown fields.
/// </remarks>
internal ref struct ProtobufReader
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly int _origin;
    private int _position;

    /// <param name="message">The whole message.</param>
    /// <param name="origin">Where the message begins in the frame that the offsets handed out should count from.</param>
    public ProtobufReader(ReadOnlySpan<byte> message, int origin = 0)
    {
        _message = message;
        _origin = origin;
    }

    /// <summary>True once every field has been read.</summary>
    public readonly bool AtEnd => _position == _message.Length;

    /// <summary>Reads the key of the next field: number 1..2^29-1 and one of the four wire types.</summary>
    public bool TryReadTag(out int field, out ProtobufWireType wireType)
    {
        field = 0;
        wireType = default;
        if (!TryReadVarint(out ulong tag) || tag > uint.MaxValue)
        {
            return false;
        }

        field = (int)(tag >> 3);
        wireType = (ProtobufWireType)(tag & 7);
        return field != 0
            && wireType is ProtobufWireType.Varint or ProtobufWireType.Fixed64 or ProtobufWireType.Bytes or ProtobufWireType.Fixed32;
    }

    /// <summary>Reads a varint value of up to 64 bits; non-minimal forms are legal in protobuf.</summary>
    public bool TryReadVarint(out ulong value)
    {
        if (!Varint.TryRead(_message[_position..], out value, out int length))
        {
            return false;
        }

        _position += length;
        return true;
    }

    /// <summary>Reads a length-delimited value.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> value) => TryReadBytes(out value, out _);

    /// <summary>Reads a length-delimited value and says where it lies, counted from the origin.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> value, out int offset)
    {
        value = default;
        offset = 0;

        // Compared as 64-bit numbers: position + length could overflow 32 bits.
        if (!TryReadVarint(out ulong length) || length > (ulong)(_message.Length - _position))
        {
            return false;
        }

        value = _message.Slice(_position, (int)length);
        offset = _origin + _position;
        _position += (int)length;
        return true;
    }

    /// <summary>Passes over the value of a field that the caller does not want.</summary>
    public bool TrySkip(ProtobufWireType wireType) => wireType switch
    {
        ProtobufWireType.Varint => TryReadVarint(out _),
        ProtobufWireType.Bytes => TryReadBytes(out _),
        ProtobufWireType.Fixed32 => TryAdvance(sizeof(uint)),
        ProtobufWireType.Fixed64 => TryAdvance(sizeof(ulong)),
        _ => false,
    };

    private bool TryAdvance(int count)
    {
        if (count > _message.Length - _position)
        {
            return false;
        }

        _position += count;
        return true;
    }
}
