using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>TALKREQ [request-id, protocol, request]: bytes for a protocol on top, whose name is any bytes.</summary>
internal sealed record TalkRequest(RequestId RequestId, ReadOnlyMemory<byte> Protocol, ReadOnlyMemory<byte> Payload) : Message(RequestId)
{
    internal override MessageType Type => MessageType.TalkRequest;

    protected override int FieldsLength => RlpWriter.LengthOfBytes(Protocol.Span) + RlpWriter.LengthOfBytes(Payload.Span);

    /// <summary>Copies what it keeps.</summary>
    internal static MessageError TryRead(RequestId id, ref RlpReader fields, out Message? message)
    {
        bool read = fields.TryReadBytes(out ReadOnlySpan<byte> protocol) & fields.TryReadBytes(out ReadOnlySpan<byte> payload);
        message = read ? new TalkRequest(id, protocol.ToArray(), payload.ToArray()) : null;
        return read ? MessageError.None : MessageError.Malformed;
    }

    protected override void WriteFields(ref RlpWriter writer)
    {
        writer.WriteBytes(Protocol.Span);
        writer.WriteBytes(Payload.Span);
    }
}
