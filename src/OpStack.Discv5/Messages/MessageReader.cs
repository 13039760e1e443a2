using System.Diagnostics.CodeAnalysis;
using OpStack.Discv5.Records;
using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>
/// Reads decrypted messages: type ‖ RLP list, and nothing behind it. Never throws; what it allocates is bounded by the bytes given.
/// </summary>
internal static class MessageReader
{
    /// <summary>
    /// Reads type and request id alone, which allocates nothing: an answer nobody waits for is dropped on this much. The rest may still be
    /// malformed.
    /// </summary>
    internal static bool TryReadHeader(
        ReadOnlySpan<byte> plaintext, out MessageType type, out RequestId requestId, out MessageError error) =>
        TryReadFields(plaintext, out type, out requestId, out _, out error);

    /// <summary>Reads a whole message.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> plaintext, [NotNullWhen(true)] out Message? message, out MessageError error) =>
        TryRead(plaintext, Enr.TryDecode, out message, out error);

    /// <summary>Reads a whole message, its records by <paramref name="readRecord"/>.</summary>
    internal static bool TryRead(
        ReadOnlySpan<byte> plaintext, EnrReader readRecord, [NotNullWhen(true)] out Message? message, out MessageError error)
    {
        message = null;
        if (!TryReadFields(plaintext, out MessageType type, out RequestId id, out RlpReader fields, out error))
            return false;

        error = type switch
        {
            MessageType.Ping => Ping.TryRead(id, ref fields, out message),
            MessageType.Pong => Pong.TryRead(id, ref fields, out message),
            MessageType.FindNode => FindNode.TryRead(id, ref fields, out message),
            MessageType.Nodes => Nodes.TryRead(id, ref fields, readRecord, out message),
            MessageType.TalkRequest => TalkRequest.TryRead(id, ref fields, out message),
            _ => TalkResponse.TryRead(id, ref fields, out message),
        };

        // geth and sigp refuse further elements too.
        if (error == MessageError.None && !fields.IsAtEnd)
            error = MessageError.Malformed;
        if (error != MessageError.None)
            message = null;
        return message is not null;
    }

    private static bool TryReadFields(
        ReadOnlySpan<byte> plaintext, out MessageType type, out RequestId requestId, out RlpReader fields, out MessageError error)
    {
        (type, requestId) = (default, default);
        fields = default;
        error = MessageError.Empty;
        if (plaintext.IsEmpty)
            return false;

        type = (MessageType)plaintext[0];
        error = MessageError.UnknownType;
        if (type is < MessageType.Ping or > MessageType.TalkResponse)
            return false;

        error = MessageError.Malformed;
        RlpReader outer = new(plaintext[1..]);
        if (!outer.TryReadList(out fields) || !outer.IsAtEnd)
            return false;

        error = RequestId.TryRead(ref fields, out requestId);
        return error == MessageError.None;
    }
}
