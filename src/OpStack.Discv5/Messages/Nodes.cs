using OpStack.Discv5.Records;
using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Messages;

/// <summary>
/// NODES [request-id, total, [record, ...]]: some of the records asked for; <paramref name="Total"/> messages carry them all, 1..16.
/// </summary>
/// <param name="RequestId">The id of the FINDNODE.</param>
/// <param name="Total">Messages in answer to it. @chainsafe/discv5 says 0 when it has no records; that is read as 1.</param>
/// <param name="Records">Verified records, at most 16.</param>
internal sealed record Nodes(RequestId RequestId, int Total, IReadOnlyList<Enr> Records) : Message(RequestId)
{
    internal override MessageType Type => MessageType.Nodes;

    /// <summary>Records that were in the message but did not verify; they are left out, as geth does.</summary>
    internal int InvalidRecords { get; private init; }

    protected override int FieldsLength => RlpWriter.LengthOfUInt64((ulong)Total) + RlpWriter.LengthOfList(RecordsLength);

    private int RecordsLength => Records.Sum(record => record.Encoded.Length);

    /// <summary>
    /// Reads the fields; each record costs one signature check, so ask first whether anyone waits for this answer
    /// (<see cref="MessageReader.TryReadHeader"/>).
    /// </summary>
    internal static MessageError TryRead(RequestId id, ref RlpReader fields, EnrReader readRecord, out Message? message)
    {
        message = null;
        if (!fields.TryReadUInt64(out ulong total)
            || !fields.TryReadList(out RlpReader items)
            || !fields.IsAtEnd
            || !TryCount(items, out int count))
            return MessageError.Malformed;
        if (total > MessageLimits.MaxTotal || count > MessageLimits.MaxRecords)
            return MessageError.Total;

        List<Enr> records = new(count);
        while (items.TryReadItem(out ReadOnlySpan<byte> encoded))
        {
            if (readRecord(encoded, out Enr? record))
                records.Add(record);
        }

        message = new Nodes(id, Math.Max(1, (int)total), records) { InvalidRecords = count - records.Count };
        return MessageError.None;
    }

    protected override void WriteFields(ref RlpWriter writer)
    {
        writer.WriteUInt64((ulong)Total);
        writer.WriteListPrefix(RecordsLength);
        foreach (Enr record in Records)
            writer.WriteEncoded(record.Encoded.Span);
    }

    /// <summary>Counts before anything is built or verified; false when an item is no list or not whole.</summary>
    private static bool TryCount(RlpReader items, out int count)
    {
        for (count = 0; !items.IsAtEnd; count++)
        {
            if (!items.IsNextList || !items.TrySkip())
                return false;
        }

        return true;
    }
}
