namespace OpStack.Discv5.Lookups;

/// <summary>Every bound of lookups and of the answers they take, with its source (wire.md section 11.6 unless said otherwise).</summary>
internal static class LookupLimits
{
    /// <summary>Nodes asked at the same time: Kademlia's alpha.</summary>
    public const int Parallelism = 3;

    /// <summary>Nodes a lookup finds: Kademlia's k.</summary>
    public const int Results = 16;

    /// <summary>Distances asked for in one FINDNODE. geth lookupRequestLimit; sigp asks for as many.</summary>
    public const int Distances = 3;

    /// <summary>The greatest distance. sigp drops a FINDNODE that names a greater one.</summary>
    public const int MaxDistance = 256;

    /// <summary>Records taken from one answer. wire.md section 11.3.</summary>
    public const int MaxRecords = 16;

    /// <summary>
    /// Records read of an answer to [0] alone, each for one signature check: one more than an honest node has, so that two are seen as misbehaviour.
    /// </summary>
    public const int MaxOwnRecords = 2;

    /// <summary>NODES packets of one answer, whatever total it claims. geth totalNodesResponseLimit.</summary>
    public const int MaxPackets = 5;

    /// <summary>Nodes asked in one lookup: many times what an honest one needs, so that liars cannot keep it going. Ours.</summary>
    public const int MaxAsked = 128;

    /// <summary>Nodes a lookup may hear of: what that many answers can name.</summary>
    public const int MaxSeen = MaxAsked * MaxRecords;

    /// <summary>
    /// After this long a node no longer counts as being asked; its answer is taken all the same. sigp query_peer_timeout.
    /// </summary>
    public static readonly TimeSpan PeerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The longest a lookup lasts. sigp query_timeout.</summary>
    public static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The shortest time between two refreshes of the table. wire.md section 11.5 (geth).</summary>
    public static readonly TimeSpan MinRefreshInterval = TimeSpan.FromMinutes(15);

    /// <summary>The longest time between two refreshes of the table. wire.md section 11.5 (geth).</summary>
    public static readonly TimeSpan MaxRefreshInterval = TimeSpan.FromMinutes(30);

    /// <summary>Between two refreshes while the table is empty, so that a network that comes back is found. Ours.</summary>
    public static readonly TimeSpan EmptyRefreshInterval = TimeSpan.FromSeconds(10);

    /// <summary>Random lookups of one refresh, after the one for our own id. wire.md section 11.5 (geth).</summary>
    public const int RefreshLookups = 3;
}
