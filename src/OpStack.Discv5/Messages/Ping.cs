using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>PING [request-id, enr-seq]: are you there, and this is the number of my record.</summary>
internal sealed record Ping(RequestId RequestId, ulong EnrSequence) : Message(RequestId)
{
    internal override MessageType Type => MessageType.Ping;

    protected override int FieldsLength => RlpWriter.LengthOfUInt64(EnrSequence);

    internal static MessageError TryRead(RequestId id, ref RlpReader fields, out Message? message)
    {
        bool read = fields.TryReadUInt64(out ulong sequence);
        message = read ? new Ping(id, sequence) : null;
        return read ? MessageError.None : MessageError.Malformed;
    }

    protected override void WriteFields(ref RlpWriter writer) => writer.WriteUInt64(EnrSequence);
}
