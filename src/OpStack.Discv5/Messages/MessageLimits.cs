namespace OpStack.Discv5.Messages;

/// <summary>Bounds of messages (wire.md 11.3).</summary>
internal static class MessageLimits
{
    /// <summary>Longest request id in bytes. Longer ones were echoed by three implementations, against the specification.</summary>
    internal const int MaxRequestIdSize = 8;

    /// <summary>Largest logarithmic distance: the bits of a node id.</summary>
    internal const int MaxDistance = 256;

    /// <summary>Distances in one FINDNODE: each of 0..256 once.</summary>
    internal const int MaxDistances = MaxDistance + 1;

    /// <summary>
    /// Records in one NODES message, and in all that answer one request (geth totalNodesResponseLimit: the size of a bucket).
    /// </summary>
    internal const int MaxRecords = 16;

    /// <summary>NODES messages in answer to one request: 16 records, at worst one in each.</summary>
    internal const int MaxTotal = MaxRecords;
}
