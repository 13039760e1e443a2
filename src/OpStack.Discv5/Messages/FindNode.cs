using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>FINDNODE [request-id, [distance, ...]]: records at these distances from you; 0 is your own. Distances of 0..256.</summary>
internal sealed record FindNode(RequestId RequestId, IReadOnlyList<int> Distances) : Message(RequestId)
{
    internal override MessageType Type => MessageType.FindNode;

    protected override int FieldsLength => RlpWriter.LengthOfList(DistancesLength);

    private int DistancesLength => Distances.Sum(distance => RlpWriter.LengthOfUInt64((ulong)distance));

    internal static MessageError TryRead(RequestId id, ref RlpReader fields, out Message? message)
    {
        message = null;
        if (!fields.TryReadList(out RlpReader items))
            return MessageError.Malformed;

        Span<int> distances = stackalloc int[MessageLimits.MaxDistances];
        int count = 0;
        while (!items.IsAtEnd)
        {
            if (!items.TryReadUInt64(out ulong distance))
                return MessageError.Malformed;
            if (distance > MessageLimits.MaxDistance || count == distances.Length)
                return MessageError.Distance;
            distances[count++] = (int)distance;
        }

        message = new FindNode(id, distances[..count].ToArray());
        return MessageError.None;
    }

    protected override void WriteFields(ref RlpWriter writer)
    {
        writer.WriteListPrefix(DistancesLength);
        foreach (int distance in Distances)
            writer.WriteUInt64((ulong)distance);
    }
}
