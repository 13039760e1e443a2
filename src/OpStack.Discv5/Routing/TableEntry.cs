using System.Net;

namespace OpStack.Discv5.Routing;

/// <summary>A node of the routing table. Only the table changes it.</summary>
internal sealed class TableEntry<TRecord>(TRecord record, IPEndPoint endpoint)
    where TRecord : class, INodeRecord
{
    /// <summary>The node.</summary>
    public NodeId NodeId { get; } = record.NodeId;

    /// <summary>Its newest record.</summary>
    public TRecord Record { get; internal set; } = record;

    /// <summary>Where it is contacted.</summary>
    public IPEndPoint Endpoint { get; internal set; } = endpoint;

    /// <summary>PINGs answered; divided by 3 for each that was not.</summary>
    public int Checks { get; internal set; }

    /// <summary>Whether it has answered a PING at <see cref="Endpoint"/>. Only live nodes are told to others.</summary>
    public bool IsLive { get; internal set; }

    /// <summary>When it came into its bucket.</summary>
    public TimeSpan AddedAt { get; internal set; }

    /// <summary>When it last answered a PING; null if never.</summary>
    public TimeSpan? LastSeen { get; internal set; }

    /// <summary>FINDNODEs in a row without a useful answer.</summary>
    internal int FindFailures { get; set; }

    /// <summary>Whether a PING of the revalidation is under way.</summary>
    internal bool IsPinging { get; set; }

    /// <summary>The list that revalidates it; null for replacements and candidates.</summary>
    internal RevalidationList<TRecord>? List { get; set; }

    /// <summary>The node as it stands, for readers outside the loop that owns the table.</summary>
    public TableNode<TRecord> ToNode() => new(Record, Endpoint, IsLive, Checks, AddedAt, LastSeen);
}
