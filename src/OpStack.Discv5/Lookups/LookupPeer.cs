namespace OpStack.Discv5.Lookups;

/// <summary>A node a lookup has heard of.</summary>
internal sealed class LookupPeer<TRecord>(TRecord record, int hop)
    where TRecord : class, INodeRecord
{
    /// <summary>Its record.</summary>
    public TRecord Record { get; } = record;

    /// <summary>How far from us it was heard of: 1 for our own table, one more than the node that told of it otherwise.</summary>
    public int Hop { get; } = hop;

    /// <summary>What became of it so far.</summary>
    public LookupPeerState State { get; set; }

    /// <summary>While it is asked: when it becomes unresponsive.</summary>
    public TimeSpan Deadline { get; set; }
}
