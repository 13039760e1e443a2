using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>TALKRESP [request-id, response]; empty when the protocol is not spoken.</summary>
internal sealed record TalkResponse(RequestId RequestId, ReadOnlyMemory<byte> Payload) : Message(RequestId)
{
    internal override MessageType Type => MessageType.TalkResponse;

    protected override int FieldsLength => RlpWriter.LengthOfBytes(Payload.Span);

    /// <summary>Copies what it keeps.</summary>
    internal static MessageError TryRead(RequestId id, ref RlpReader fields, out Message? message)
    {
        bool read = fields.TryReadBytes(out ReadOnlySpan<byte> payload);
        message = read ? new TalkResponse(id, payload.ToArray()) : null;
        return read ? MessageError.None : MessageError.Malformed;
    }

    protected override void WriteFields(ref RlpWriter writer) => writer.WriteBytes(Payload.Span);
}
