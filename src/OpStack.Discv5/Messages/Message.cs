using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>A message: on the wire a type and the RLP list of a request id and the fields of the type.</summary>
internal abstract record Message(RequestId RequestId)
{
    /// <summary>The first byte.</summary>
    internal abstract MessageType Type { get; }

    /// <summary>Encoded length of the fields behind the request id.</summary>
    protected abstract int FieldsLength { get; }

    /// <summary>Length on the wire, in bytes.</summary>
    internal int EncodedLength => 1 + RlpWriter.LengthOfList(RlpWriter.LengthOfBytes(RequestId.Span) + FieldsLength);

    /// <summary>Writes the message and returns its length.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than <see cref="EncodedLength"/>.</exception>
    internal int Write(Span<byte> destination)
    {
        destination[0] = (byte)Type;
        RlpWriter writer = new(destination[1..]);
        RequestId id = RequestId;
        writer.WriteListPrefix(RlpWriter.LengthOfBytes(id.Span) + FieldsLength);
        writer.WriteBytes(id.Span);
        WriteFields(ref writer);
        return 1 + writer.Written;
    }

    /// <summary>Writes the fields behind the request id.</summary>
    protected abstract void WriteFields(ref RlpWriter writer);
}
